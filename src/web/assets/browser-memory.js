// Choices kept in this browser. A storage that is full or forbidden costs the memory, nothing else.

/** @param {"localStorage" | "sessionStorage"} storage @param {string} key @returns {string | null} */
export function recall(storage, key) {
  try {
    return globalThis[storage].getItem(key);
  } catch {
    return null;
  }
}

/** @param {"localStorage" | "sessionStorage"} storage @param {string} key @param {string} value */
export function remember(storage, key, value) {
  try {
    globalThis[storage].setItem(key, value);
  } catch {
    // As said above.
  }
}

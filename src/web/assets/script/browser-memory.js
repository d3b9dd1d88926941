// Settings kept in this browser. If storage is full or blocked, they are just not remembered.

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
    // Full, or switched off: it is asked for again next time.
  }
}

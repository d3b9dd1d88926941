// Limits how many tabs hold a stream. With HTTP/1.1 a browser opens six connections per server for all tabs, and a
// stream occupies one while its tab is visible. A few tabs stream and the others poll, so a connection is always free.

const SLOTS = 4;

/** A function that releases the slot; null if all are taken. @returns {Promise<(() => void) | null>} */
export async function takeStreamSlot() {
  // Browsers support locks only on trusted addresses: this machine and https.
  if (navigator.locks === undefined) return () => {};
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const giveBack = await lockNow(`tasks-stream-${slot}`);
    if (giveBack !== null) return giveBack;
  }
  return null;
}

/** The lock is held until the function is called. @param {string} name @returns {Promise<(() => void) | null>} */
function lockNow(name) {
  return new Promise((resolve, reject) => {
    /** @param {unknown} lock */
    const hold = (lock) =>
      lock === null ? resolve(null) : new Promise((giveBack) => resolve(() => giveBack(undefined)));
    navigator.locks.request(name, { ifAvailable: true }, hold).catch(reject);
  });
}

// Which tabs may hold a stream. With HTTP/1.1 a browser opens six connections to a server, for all its tabs together,
// and a stream keeps one for as long as its tab is in sight. A few tabs stream, the others ask from time to time, and a
// question always finds a connection.

const SLOTS = 4;

/** A function that gives the slot back; null when all are taken. @returns {Promise<(() => void) | null>} */
export async function takeStreamSlot() {
  // Browsers let tabs agree only on addresses they trust: this machine's own, and https.
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

// When the page polls next. Delays vary by a tenth, and failures back off, so that many tabs do not hit a restarted
// server at once.

const JITTER = 0.1;
const FIRST_RETRY_MS = 1000;
export const RETRY_CAP_MS = 60_000;

/** Longer than the server's wait budget, so no answer will come. */
export const ANSWER_TIMEOUT_MS = 5000;

/** @param {number} delayMs @param {number} random from 0 to 1 */
export function jittered(delayMs, random) {
  return delayMs * (1 - JITTER + 2 * JITTER * random);
}

/** Backoff after this many failures in a row (1 or more). @param {number} failures @param {number} random */
export function retryDelayMs(failures, random) {
  return Math.min(RETRY_CAP_MS, jittered(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10), random));
}

/**
 * Time from the last sign of life to the next poll. With an open stream the poll only checks that the server is alive,
 * early enough for its timeout to end within the interval. @param {{ intervalMs: number, streaming: boolean, failures:
 * number, random: number }} facts
 */
export function askDelayMs({ intervalMs, streaming, failures, random }) {
  if (failures > 0) return retryDelayMs(failures, random);
  return streaming
    ? Math.max(1000, intervalMs - ANSWER_TIMEOUT_MS)
    : jittered(intervalMs, random) - intervalMs * JITTER;
}

// When the page asks next. Every delay is spread by a tenth, and failures back off, so that fifty tabs do not knock at
// a restarted server's door all at once.

const JITTER = 0.1;
const FIRST_RETRY_MS = 1000;
export const RETRY_CAP_MS = 60_000;

/** An answer takes at most the server's wait budget; one that takes this long is not coming. */
export const ANSWER_TIMEOUT_MS = 5000;

/** @param {number} delayMs @param {number} random from 0 to 1 */
export function jittered(delayMs, random) {
  return delayMs * (1 - JITTER + 2 * JITTER * random);
}

/** After so many failures in a row (1 or more). @param {number} failures @param {number} random */
export function retryDelayMs(failures, random) {
  return Math.min(RETRY_CAP_MS, jittered(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10), random));
}

/**
 * From the last sign of life to the next question. While a stream is open the question only finds out whether the
 * server is still there, early enough for the answer's timeout to end within the interval.
 * @param {{ intervalMs: number, streaming: boolean, failures: number, random: number }} facts
 */
export function askDelayMs({ intervalMs, streaming, failures, random }) {
  if (failures > 0) return retryDelayMs(failures, random);
  return streaming
    ? Math.max(1000, intervalMs - ANSWER_TIMEOUT_MS)
    : jittered(intervalMs, random) - intervalMs * JITTER;
}

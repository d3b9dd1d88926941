// Formats durations, shared by server and browser: both must produce the same text, or the script would touch unchanged
// pages.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** @param {number} durationMs @returns {string} "4 s", "48 min", "1 h 10 min", "6 days"; never negative */
export function durationText(durationMs) {
  const ms = Math.max(0, durationMs);
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return hoursText(ms);
  const days = Math.floor(ms / DAY_MS);
  if (days < 1000) return `${days} days`;
  return `${Math.floor(days / 365)} years`;
}

/** Minutes are dropped from ten hours on. @param {number} ms */
function hoursText(ms) {
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  return hours >= 10 || minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
}

/**
 * The text of a ticking `<time data-tick="for|ago|least|least_ago">`.
 * @param {string} kind @param {number} durationMs
 */
export function tickText(kind, durationMs) {
  const isBound = kind === "least" || kind === "least_ago";
  // "At least 0 s" says nothing.
  const text = isBound && durationMs < SECOND_MS ? "a moment" : durationText(durationMs);
  if (kind === "ago") return `${text} ago`;
  if (kind === "least_ago") return `at least ${text} ago`;
  return kind === "least" ? `at least ${text}` : text;
}

// Follows a worker's output while the worker runs and the tab is visible.

import { element, say } from "./paint.js";
import { ANSWER_TIMEOUT_MS, retryDelayMs } from "./schedule.js";

const LOOK_MS = 2000;
/** Older lines are removed: the file has them, and long pages are slow. */
const LINES_MAX = 2000;
/** This close to the end counts as following. */
const AT_END_PX = 24;

export function followLog() {
  const log = document.getElementById("log");
  if (log === null) return;
  log.scrollTop = log.scrollHeight;
  if (log.dataset.live !== undefined) lookLater(log, 0);
}

/** @param {HTMLElement} log @param {number} failures in a row */
function lookLater(log, failures) {
  setTimeout(() => look(log, failures), failures === 0 ? LOOK_MS : retryDelayMs(failures + 1, Math.random()));
}

async function look(log, failures) {
  if (document.visibilityState === "hidden") return lookLater(log, failures);
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const { url, end } = log.dataset;
  const news = await fetch(`${url}?after=${end}`, { signal, cache: "no-store" })
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
  if (news !== null) append(log, news);
  if (news === null || news.live) lookLater(log, news === null ? failures + 1 : 0);
}

/** Does not scroll if the user has scrolled up. */
function append(log, { lines, cut, end, live }) {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < AT_END_PX;
  log.dataset.end = end;
  const shown = cut ? ["…", ...lines] : lines;
  log.append(...shown.map((line) => element(document, "li", {}, [line])));
  for (const old of [...log.children].slice(0, -LINES_MAX)) old.remove();
  if (lines.length > 0) document.getElementById("log-empty")?.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
  if (!live) say(document.getElementById("log-note"), "worker ended");
}

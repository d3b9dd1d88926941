// Keeps the page of a run up to date: it fetches itself and morphs the parts marked `data-part`, but not one in which the
// user types. What a reader opened stays open; a reader at the end of the raw output stays there.

import { isBusy, morph } from "./morph.js";
import { ANSWER_TIMEOUT_MS } from "./schedule.js";

/** Also when the worker has ended, as it may be continued: an answer without news costs little. */
const LOOK_MS = 2000;
/** This close to the end counts as following. */
const AT_END_PX = 24;

/** @param {(next: Document) => void} onAge takes the age of a newer answer */
export function followRun(onAge) {
  const note = document.getElementById("live-note");
  if (note === null) return;
  const sayWhether = (/** @type {boolean} */ isAnswered) => {
    note.hidden = !isAnswered;
    document.getElementById("lost-note").hidden = isAnswered;
  };
  followEnd(true);
  sayWhether(true);
  let tag = "";
  const look = async () => {
    if (document.visibilityState !== "hidden") {
      const headers = { "Tasks-Nudge": "1", "If-None-Match": tag };
      const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
      const answer = await fetch(location.href, { headers, signal, cache: "no-store" }).catch(() => null);
      if (answer?.ok) {
        tag = answer.headers.get("ETag");
        show(new DOMParser().parseFromString(await answer.text(), "text/html"), onAge);
      }
      sayWhether(answer?.ok || answer?.status === 304);
    }
    setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
}

/** @param {Document} next @param {(next: Document) => void} onAge */
function show(next, onAge) {
  const isAtEnd = followEnd(false);
  for (const part of document.querySelectorAll("[data-part]")) {
    if (!isBusy(part)) morph(part, next.getElementById(part.id));
  }
  onAge(next);
  followEnd(isAtEnd);
}

/** Whether the reader is at the end of the raw output; goes there if wanted. @param {boolean} isWanted */
function followEnd(isWanted) {
  const log = document.getElementById("log");
  if (log === null) return false;
  if (isWanted) log.scrollTop = log.scrollHeight;
  return log.scrollHeight - log.scrollTop - log.clientHeight < AT_END_PX;
}

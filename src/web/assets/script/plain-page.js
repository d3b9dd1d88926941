// Counts the age of a page that is not the status page; once old, the page says so and its durations stop, as there.
// Without script, the page only shows its time.

import { ageAt, effectiveState, thisMoment } from "./age-model.js";
import { durationText } from "./duration.js";
import { morph } from "./morph.js";
import { element, paintDurations, say, set, WORDS } from "./paint.js";

const COUNT_MS = 1000;

/** Returns a function that takes the age of a newer answer. */
export function countAge() {
  const bar = document.getElementById("as-of");
  let receipt = receiptOf(bar);
  if (receipt === null) return () => {};
  let { state: served } = document.documentElement.dataset;
  const { zone } = document.documentElement.dataset;
  const limits = { lateMs: Number(bar.dataset.lateMs), staleMs: Number(bar.dataset.staleMs) };
  const show = () => {
    const { observedAtMs } = receipt;
    const ageMs = ageAt(receipt, thisMoment());
    const state = effectiveState({ served, ageMs, lost: false, ...limits });
    say(document.getElementById("as-of-age"), `, ${durationText(ageMs)} ago`);
    paintDurations(document, { state, ageMs, observedAtMs, zone });
    if (state !== document.documentElement.dataset.state) sayOld(state);
  };
  show();
  setInterval(show, COUNT_MS);
  return (/** @type {Document} */ next) => {
    morph(bar, next.getElementById("as-of"));
    receipt = receiptOf(bar);
    served = next.documentElement.dataset.state;
    set(document.documentElement, "data-state", served);
    show();
  };
}

/** Null without an age. @param {HTMLElement | null} bar */
function receiptOf(bar) {
  const ageMs = Number.parseInt(bar?.dataset.ageMs, 10);
  if (Number.isNaN(ageMs)) return null;
  return { ageMs, observedAtMs: Date.parse(bar.querySelector("time").dateTime), at: thisMoment() };
}

/** @param {"fresh" | "late" | "stale" | "unknown"} state */
function sayOld(state) {
  set(document.documentElement, "data-state", state);
  const [shape, word] = WORDS[state];
  const strong = element(document, "strong", { class: "state" }, [`${shape} ${word}`]);
  const again = element(document, "a", { href: location.href }, ["Reload"]);
  document
    .getElementById("as-of-state")
    .replaceChildren(strong, ": this page may no longer be true. ", again, ". ");
}

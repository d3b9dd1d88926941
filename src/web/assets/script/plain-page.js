// Counts the age of a page without live updates; once old, the page says so and its durations stop, as on the status
// page. Without script, the page only shows its time.

import { ageAt, effectiveState, thisMoment } from "./age-model.js";
import { durationText } from "./duration.js";
import { element, paintDurations, say, set, WORDS } from "./paint.js";

const COUNT_MS = 1000;

export function countAge() {
  const bar = document.getElementById("as-of");
  const servedAgeMs = Number.parseInt(bar?.dataset.ageMs, 10);
  if (Number.isNaN(servedAgeMs)) return;
  const { state: served, zone } = document.documentElement.dataset;
  const limits = { lateMs: Number(bar.dataset.lateMs), staleMs: Number(bar.dataset.staleMs) };
  const observedAtMs = Date.parse(bar.querySelector("time").dateTime);
  const receipt = { ageMs: servedAgeMs, observedAtMs, at: thisMoment() };
  const show = () => {
    const ageMs = ageAt(receipt, thisMoment());
    const state = effectiveState({ served, ageMs, lost: false, ...limits });
    say(document.getElementById("as-of-age"), `, ${durationText(ageMs)} ago`);
    paintDurations(document, { state, ageMs, observedAtMs, zone });
    if (state !== document.documentElement.dataset.state) sayOld(state);
  };
  show();
  setInterval(show, COUNT_MS);
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

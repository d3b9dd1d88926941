// A page that does not update by itself counts how old it is getting, and once it is old says so and stands still, as the
// status page does. Without script it says only when it was true, which stays so.

import { ageAt, effectiveState, thisMoment } from "./age-model.js";
import { durationText } from "./duration.js";
import { element, paintDurations, say, set, WORDS } from "./paint.js";

const COUNT_MS = 1000;

export function countAge() {
  const bar = document.getElementById("as-of");
  const servedAgeMs = Number.parseInt(bar?.dataset.ageMs, 10);
  if (Number.isNaN(servedAgeMs)) return;
  const { state: told, zone } = document.documentElement.dataset;
  const limits = { lateMs: Number(bar.dataset.lateMs), staleMs: Number(bar.dataset.staleMs) };
  const observedAtMs = Date.parse(bar.querySelector("time").dateTime);
  const receipt = { ageMs: servedAgeMs, observedAtMs, at: thisMoment() };
  const show = () => {
    const ageMs = ageAt(receipt, thisMoment());
    const state = effectiveState({ told, ageMs, lost: false, ...limits });
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
  const again = element(document, "a", { href: location.href }, ["Load it again"]);
  document
    .getElementById("as-of-state")
    .replaceChildren(strong, ": this page may no longer be true. ", again, ". ");
}

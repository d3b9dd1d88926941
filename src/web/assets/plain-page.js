// A page that does not update by itself counts how old it is getting. Without script it says only when it was true,
// which stays so.

import { ageAt, thisMoment } from "./age-model.js";
import { durationText } from "./duration.js";
import { say } from "./paint.js";

const COUNT_MS = 1000;

export function countAge() {
  const ageMs = Number.parseInt(document.getElementById("as-of")?.dataset.ageMs, 10);
  if (Number.isNaN(ageMs)) return;
  const receipt = { ageMs, observedAtMs: 0, at: thisMoment() };
  const show = () =>
    say(document.getElementById("as-of-age"), `, ${durationText(ageAt(receipt, thisMoment()))} ago`);
  show();
  setInterval(show, COUNT_MS);
}

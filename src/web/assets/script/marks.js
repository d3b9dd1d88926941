// Shows "you were here until 11:30" and marks later changes. Kept in this browser only; the server sends everyone the
// same page.

import { recall, remember } from "./browser-memory.js";
import { clock, element, say } from "./paint.js";

const KEY = "tasks-last-seen-ms";
/** A shorter absence does not count. */
const AWAY_MS = 60_000;

/** When the user was last here, in server time; null on the first visit. */
export function readLastSeen() {
  const stored = Number(recall("localStorage", KEY));
  return stored > 0 ? stored : null;
}

/** @param {number} serverNowMs */
export function writeLastSeen(serverNowMs) {
  remember("localStorage", KEY, String(Math.round(serverNowMs)));
}

/** The visit to mark; null if the user was not away. @param {number | null} seenMs @param {number} nowMs */
export function visitToMark(seenMs, nowMs) {
  return seenMs !== null && nowMs - seenMs >= AWAY_MS ? seenMs : null;
}

/** @param {Document} doc @param {number | null} seenMs @param {string | undefined} zone */
export function paintMarks(doc, seenMs, zone) {
  if (seenMs === null) return;
  const at = clock(seenMs, zone).slice(0, 5);
  const entries = [
    .../** @type {NodeListOf<HTMLElement>} */ (doc.querySelectorAll("#feed > li[data-at-ms]")),
  ];
  const fresh = entries.filter((entry) => Number(entry.dataset.atMs) > seenMs);
  const all = fresh.length === entries.length && entries.length > 0;
  say(
    doc.getElementById("changes-note"),
    fresh.length === 0 ? `none since ${at}` : `${fresh.length}${all ? " or more" : ""} since ${at}`,
  );
  if (fresh.length > 0) {
    const changes = fresh.length === 1 ? "1 change" : `${fresh.length}${all ? " or more" : ""} changes`;
    say(doc.getElementById("newest-note"), `${changes} since you were here at ${at}`);
  }
  if (!all && doc.getElementById("you-were-here") === null) {
    const mark = element(doc, "li", { class: "mark", id: "you-were-here" }, [`you were here until ${at}`]);
    entries[fresh.length]?.before(mark);
  }
  markRows(doc, fresh);
}

/** Marks rows of tasks that changed since then. @param {Document} doc @param {HTMLElement[]} entries */
function markRows(doc, entries) {
  const moved = new Set(entries.map((entry) => entry.querySelector("a.t")?.getAttribute("href")));
  for (const link of doc.querySelectorAll("tr[id] a.t")) {
    const known = link.querySelector(".new");
    if (!moved.has(link.getAttribute("href"))) known?.remove();
    // Prepended, so it is never cut off. An own direction, so it does not set the title's.
    else if (known === null) link.prepend(element(doc, "span", { class: "new tag", dir: "ltr" }, ["new"]));
  }
}

// "You were here until 11:30", and marks on what changed since. Kept in this browser only; the server's page is the
// same for everyone.

import { recall, remember } from "./browser-memory.js";
import { clock, element, say } from "./paint.js";

const KEY = "tasks-last-seen-ms";
/** Being away for less is not being away. */
const AWAY_MS = 60_000;

/** When the reader was last here, in the server's time; null the first time. */
export function readLastSeen() {
  const stored = Number(recall("localStorage", KEY));
  return stored > 0 ? stored : null;
}

/** @param {number} serverNowMs */
export function writeLastSeen(serverNowMs) {
  remember("localStorage", KEY, String(Math.round(serverNowMs)));
}

/** The visit to mark, or null when the reader was never away. @param {number | null} seenMs @param {number} nowMs */
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

/** Rows of tasks that moved since then. @param {Document} doc @param {HTMLElement[]} entries */
function markRows(doc, entries) {
  const moved = new Set(entries.map((entry) => entry.querySelector("a.t")?.getAttribute("href")));
  for (const link of doc.querySelectorAll("tr[id] a.t")) {
    const known = link.querySelector(".new");
    if (!moved.has(link.getAttribute("href"))) known?.remove();
    // In front, where it is never cut off; its own direction keeps it from deciding that of the title.
    else if (known === null) link.prepend(element(doc, "span", { class: "new tag", dir: "ltr" }, ["new"]));
  }
}

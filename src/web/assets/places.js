// Rows keep their places while somebody may be about to press one: what is shown is brought up to date where it stands,
// a row that belongs elsewhere now says so, and one that is new waits outside.

import { element } from "./paint.js";

/** Under the pointer, or where the keyboard is: a click alone leaves a focus that nobody looks at. */
const HELD = "tbody tr:hover, tbody tr:has(:focus-visible)";

/** @param {Document} doc @returns {Element | null} the row that must not move */
export function heldRow(doc) {
  return doc.querySelector(HELD);
}

/** Whether the pointer or the keyboard is in a list, between its rows too. @param {Document} doc */
export function isInList(doc) {
  // On a screen that is touched the last touch counts as a pointer until the next one.
  const isPointedAt = doc.querySelector("tbody:hover") !== null && !matchMedia("(hover: none)").matches;
  return isPointedAt || doc.querySelector("tbody :focus-visible") !== null;
}

/**
 * Changes `next` so that its lists have the rows of `doc`, in their order.
 * @param {Document} doc @param {Document} next @returns {{ added: number, gone: number }} what is not as in `next` then
 */
export function keepPlaces(doc, next) {
  const places = new Map(
    sections(next).flatMap((section) => rows(section).map((row) => [row.id, nameOf(section)])),
  );
  const sum = { added: 0, gone: 0 };
  for (const old of sections(doc)) {
    const section = next.getElementById(old.id);
    if (section === null) continue;
    const before = rows(old);
    const fresh = new Map(rows(section).map((row) => [row.id, row]));
    const kept = before.map((row) => fresh.get(row.id) ?? goneRow(row, places.get(row.id)));
    sum.gone += kept.filter((row) => !fresh.has(row.id)).length;
    for (const { id } of before) fresh.delete(id);
    sum.added += fresh.size;
    for (const row of fresh.values()) row.remove();
    if (before.length > 0) listFor(old, section).replaceChildren(...kept);
    else section.querySelector(".list")?.remove();
  }
  return sum;
}

/** The body of the list that takes the rows: that of the old section where the new one has none, or other columns. */
function listFor(old, section) {
  const columns = (/** @type {Element} */ of) => of.querySelectorAll("thead th").length;
  if (columns(old) === columns(section)) return section.querySelector("tbody");
  const kept = old.cloneNode(true);
  const note = section.querySelector(".empty") ?? section.querySelector(".heading small");
  if (note !== null) kept.querySelector(".heading small").textContent = note.textContent;
  section.replaceWith(kept);
  return kept.querySelector("tbody");
}

function goneRow(row, place) {
  const kept = row.cloneNode(true);
  kept.dataset.gone = "";
  cover(kept.querySelector(".acts"));
  cover(kept.querySelector(".what"), place === undefined ? "No longer listed" : `Now in ${place}`);
  return kept;
}

/**
 * Shows something else in a cell, which keeps its size: a row that shrank would move those below it.
 * @param {Element | null} cell @param {(Node | string)[]} shown
 */
export function cover(cell, ...shown) {
  if (cell === null) return;
  const doc = cell.ownerDocument;
  const was = cell.querySelector(".was") ?? element(doc, "div", { class: "was" }, [...cell.childNodes]);
  cell.replaceChildren(was, element(doc, "div", { class: "now" }, shown));
}

function sections(doc) {
  return [...doc.querySelectorAll("#groups > .group")];
}

function rows(section) {
  return [...section.querySelectorAll("tbody > tr")];
}

function nameOf(section) {
  return section.querySelector("h2").textContent;
}

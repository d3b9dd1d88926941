// Keeps rows in place while the user may be about to press one: each row is updated where it is, says if it now belongs
// elsewhere, and new rows wait.

import { element } from "./paint.js";

/** The row under the pointer or with keyboard focus; focus left by a click does not count. */
const HELD = "tbody tr:hover, tbody tr:has(:focus-visible)";

/** @param {Document} doc @returns {Element | null} the row that must not move */
export function heldRow(doc) {
  return doc.querySelector(HELD);
}

/** Whether the pointer or keyboard focus is in a list, including between rows. @param {Document} doc */
export function isInList(doc) {
  // On touch screens the last touch counts as the pointer until the next one.
  const isPointedAt = doc.querySelector("tbody:hover") !== null && !matchMedia("(hover: none)").matches;
  return isPointedAt || doc.querySelector("tbody :focus-visible") !== null;
}

/**
 * Gives the lists of `next` the rows of `doc`, in their order. @param {Document} doc @param {Document} next @returns {{
 * added: number, gone: number }} what then differs from `next`
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

/** The list body to fill: that of the old section if the new one has none, or other columns. */
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
 * Replaces a cell's content but keeps its size, so that no row below moves. @param {Element | null} cell @param {(Node
 * | string)[]} shown
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

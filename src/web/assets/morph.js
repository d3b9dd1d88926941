// Brings the page to what a fetched document says, touching only what differs. What the reader is doing comes first:
// open lists, typed text, focus, scroll, and rows under the pointer stay as they are.

/** Elements the script owns: the server's document has them empty. */
const OWN_IDS = new Set(["announce", "pending"]);

/** @param {Element} old @param {Element} next */
export function morph(old, next) {
  globalThis.Idiomorph.morph(old, next, {
    // Only what somebody types is theirs: a button or a summary with focus changes like everything else.
    ignoreActiveValue: isField(document.activeElement),
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: (node, other) => !OWN_IDS.has(node.id) && !isDirty(node) && !node.isEqualNode(other),
      beforeAttributeUpdated: (name, node) => !(name === "open" && /^(DETAILS|DIALOG)$/.test(node.tagName)),
    },
  });
}

/** Whether somebody is in the middle of something that an update could disturb. @param {Document} doc */
export function isBusy(doc) {
  return (
    doc.querySelector("dialog[open]") !== null ||
    [...doc.querySelectorAll("input, textarea, select")].some(isDirty)
  );
}

function isField(/** @type {Element | null} */ node) {
  return /^(INPUT|TEXTAREA|SELECT)$/.test(node?.tagName ?? "");
}

/** A control whose value is not what the server wrote. */
function isDirty(/** @type {Node} */ node) {
  if (node instanceof HTMLSelectElement) {
    return (
      [...node.options].some((option) => option.selected !== option.defaultSelected) && node.selectedIndex > 0
    );
  }
  if (node instanceof HTMLTextAreaElement) return node.value !== node.defaultValue;
  if (!(node instanceof HTMLInputElement) || node.type === "hidden") return false;
  return node.value !== node.defaultValue || node.checked !== node.defaultChecked;
}

/**
 * Whether the row under the pointer or with focus would be somewhere else in `next`. One that was just acted on is
 * meant to move. @param {Document} doc @param {Document} next @param {string} [acted]
 */
export function wouldMoveRow(doc, next, acted) {
  const held = doc.querySelector("tbody tr:hover, tbody tr:focus-within");
  if (held === null || held.id === acted) return false;
  return position(doc, held.id) !== position(next, held.id);
}

/** Index over all lists, so that a row that comes or goes above counts as well. @param {Document} doc @param {string} id */
function position(doc, id) {
  return [...doc.querySelectorAll("tbody tr")].findIndex((row) => row.id === id);
}

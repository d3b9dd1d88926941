// Brings the page to what a fetched document says, touching only what differs. What the reader is doing comes first:
// open lists, typed text, focus, scroll, and rows under the pointer stay as they are.

/** Elements the script owns: the server's document has them empty. */
const OWN_IDS = new Set(["announce", "pending", "toast"]);

/** @param {Element} old @param {Element} next */
export function morph(old, next) {
  Idiomorph.morph(old, next, {
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

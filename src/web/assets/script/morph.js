// Morphs the page to a fetched document, touching only what differs. Open menus, typed text, focus, scroll position and
// rows under the pointer are kept.

/** Elements the script owns; the server sends them empty. */
const OWN_IDS = new Set(["announce", "pending", "toast"]);

/** @param {Element} old @param {Element} next */
export function morph(old, next) {
  Idiomorph.morph(old, next, {
    // Only typed text belongs to the user: focused buttons and summaries are updated like everything else.
    ignoreActiveValue: isField(document.activeElement),
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: (node, other) => !OWN_IDS.has(node.id) && !isDirty(node) && !node.isEqualNode(other),
      beforeAttributeUpdated: (name, node) => !(name === "open" && /^(DETAILS|DIALOG)$/.test(node.tagName)),
    },
  });
}

/** Whether an update could disturb the user there. @param {ParentNode} place */
export function isBusy(place) {
  return (
    place.querySelector("dialog[open]") !== null ||
    [...place.querySelectorAll("input, textarea, select")].some(isDirty)
  );
}

function isField(/** @type {Element | null} */ node) {
  return /^(INPUT|TEXTAREA|SELECT)$/.test(node?.tagName ?? "");
}

/** A control whose value is not what the server sent. */
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

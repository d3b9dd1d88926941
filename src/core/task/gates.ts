// The two check boxes that gate delivery, recognised by their text, ignoring case, emphasis and the parenthesis.

import type { GateState, Gates } from "../contract/task.ts";

export type GateName = keyof Gates;

/** The gates as the template writes them. */
export const GATE_TEXTS: Readonly<Record<GateName, string>> = {
  qa_exploration: "QA exploration completed (or N/A for non-UI tasks)",
  review_cleared: "Review cleared",
};

/** By their normalised text. */
const GATES_BY_WORDS: ReadonlyMap<string, GateName> = new Map([
  ["qa exploration completed", "qa_exploration"],
  ["review cleared", "review_cleared"],
]);

/** Longer lines are not gates. */
const GATE_LENGTH_LIMIT = 200;

/** The gate named by the box text between the two offsets, or null. */
export function gateNamed(text: string, start: number, end: number): GateName | null {
  if (!MAY_START_GATE.has(text.charCodeAt(start)) || end - start > GATE_LENGTH_LIMIT) return null;
  if (isTemplateText("review_cleared", text, start, end)) return "review_cleared";
  if (isTemplateText("qa_exploration", text, start, end)) return "qa_exploration";
  if (!MAY_BE_GATE.test(text.slice(start, start + 3))) return null;
  const words = text
    .slice(start, end)
    .replace(/\(.*$/, "")
    .replace(/[*_`]/g, "")
    .replace(/[\s.:;,]+/g, " ")
    .trim()
    .toLowerCase();
  return GATES_BY_WORDS.get(words) ?? null;
}

/** Initials of the gates, emphasis and blanks: rules out most boxes by their first character. */
const MAY_START_GATE: ReadonlySet<number> = new Set(
  Array.from("QqRr*_` \t", (character) => character.charCodeAt(0)),
);

/** Three letters rule out "Read the code"; other characters may be dropped, or follow "QA". */
const MAY_BE_GATE = /^(?:rev|.{0,2}[^a-z])/i;

function isTemplateText(gate: GateName, text: string, start: number, end: number): boolean {
  const expected = GATE_TEXTS[gate];
  return end - start === expected.length && text.startsWith(expected, start);
}

/** Nine records serve all tasks. */
const ALL_GATES: readonly Gates[] = (["ticked", "open", "absent"] as const).flatMap((qa_exploration) =>
  (["ticked", "open", "absent"] as const).map((review_cleared) => ({ qa_exploration, review_cleared })),
);

/** The gates of a task as one shared record. */
export function gatesOf(qa: GateState, review: GateState): Gates {
  for (const gates of ALL_GATES) {
    if (gates.qa_exploration === qa && gates.review_cleared === review) return gates;
  }
  return { qa_exploration: qa, review_cleared: review };
}

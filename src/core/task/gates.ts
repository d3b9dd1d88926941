// The two check boxes that gate delivery, found by their text, tolerant of capitals, emphasis and the parenthesis.

import type { GateState, Gates } from "./task.ts";

export type GateName = keyof Gates;

/** The gates as the template writes them. */
export const GATE_TEXTS: Readonly<Record<GateName, string>> = {
  qa_exploration: "QA exploration completed (or N/A for non-UI tasks)",
  review_cleared: "Review cleared",
};

/** What is left of a gate's text once capitals, emphasis and the parenthesis are gone. */
const GATES_BY_WORDS: ReadonlyMap<string, GateName> = new Map([
  ["qa exploration completed", "qa_exploration"],
  ["review cleared", "review_cleared"],
]);

/** A gate's line with all its additions is shorter; longer ones are not worth normalizing. */
const GATE_LENGTH_LIMIT = 200;

/** Which gate the box text between the two offsets names, or null. */
export function gateNamed(text: string, start: number, end: number): GateName | null {
  if (end - start > GATE_LENGTH_LIMIT || !/[qr]/i.test(text.charAt(start).replace(/[*_ ]/, "q"))) return null;
  const words = text
    .slice(start, end)
    .replace(/\(.*$/, "")
    .replace(/[*_`]/g, "")
    .replace(/[\s.:;,]+/g, " ")
    .trim()
    .toLowerCase();
  return GATES_BY_WORDS.get(words) ?? null;
}

const STATES: readonly GateState[] = ["ticked", "open", "absent"];

/** Nine records serve all tasks. */
const ALL_GATES: ReadonlyMap<string, Gates> = new Map(
  STATES.flatMap((qa) =>
    STATES.map((review) => [`${qa} ${review}`, { qa_exploration: qa, review_cleared: review }] as const),
  ),
);

/** The gates of a task as one shared record. */
export const gatesOf = (qa: GateState, review: GateState): Gates =>
  ALL_GATES.get(`${qa} ${review}`) ?? { qa_exploration: qa, review_cleared: review };

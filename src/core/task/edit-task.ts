// Edits a task file: keys of its front matter and the boxes of its gates, and nothing else (T1). The result is parsed
// again before it is returned: it must have the requested values, everything else as before, and no new problem.

import type { Problem } from "../contract/problem.ts";
import type { ParsedTask, RelativePath } from "../contract/task.ts";
import {
  type EditedText,
  type EditRefusal,
  editFrontMatter,
  refuseEdit,
} from "../front-matter/edit-front-matter.ts";
import type { KeyEdit } from "../front-matter/edit-yaml.ts";
import { readFrontMatter } from "../front-matter/front-matter.ts";
import type { FrontMatterValue } from "../front-matter/front-matter-entry.ts";
import { sameValue } from "../values/same-value.ts";
import type { GateName } from "./gates.ts";
import { parseTask } from "./parse-task.ts";
import { type GateTick, tickGate } from "./tick-gate.ts";

export type TaskEdit = KeyEdit | ({ readonly kind: "tick_gate" } & GateTick);

export type EditedTask =
  | {
      readonly kind: "edited";
      readonly text: string;
      /** Names of the changed keys and gates. */
      readonly changed: readonly string[];
    }
  | EditRefusal;

/** The task file's text with all edits, or a refusal. Never throws. */
export function editTask(file: RelativePath, text: string, edits: readonly TaskEdit[]): EditedTask {
  const before = parseTask(file, text);
  const [first] = before.problems;
  if (!before.readable && first !== undefined) return refuseEdit(first.message, first.hint, first.line);
  let edited: EditedText = { kind: "edited", text };
  for (const edit of edits) {
    edited = edit.kind === "tick_gate" ? tickGate(edited.text, edit) : editFrontMatter(edited.text, edit);
    if (edited.kind === "refused") return edited;
  }
  const after = parseTask(file, edited.text);
  const worse = findNewProblem(before, after);
  if (worse !== null) return refuseEdit(`It would have a new problem: ${worse.message}`, worse.hint);
  const keys = compareKeys(text, edited.text, edits);
  const gates = compareGates(before, after, edits);
  if (keys === null || gates === null) return NOT_AS_WANTED;
  return { kind: "edited", text: edited.text, changed: [...keys, ...gates] };
}

const NOT_AS_WANTED = refuseEdit(
  "The edit would have changed more of the file than requested.",
  "Make the change by hand.",
);

/** A problem of a kind that has become more frequent. Lines move, so kinds are counted. */
function findNewProblem(before: ParsedTask, after: ParsedTask): Problem | null {
  const count = ({ problems }: ParsedTask, code: string) =>
    problems.filter((problem) => problem.code === code).length;
  return after.problems.find(({ code }) => count(after, code) > count(before, code)) ?? null;
}

/** Names of the changed keys; null if another key changed, or one does not have the requested value. */
function compareKeys(before: string, after: string, edits: readonly TaskEdit[]): readonly string[] | null {
  const old = keysOf(before);
  const now = keysOf(after);
  const wanted = new Map(edits.flatMap((edit) => (edit.kind === "tick_gate" ? [] : [[edit.key, edit]])));
  for (const edit of wanted.values()) if (!saysSo(now.get(edit.key), edit)) return null;
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const changed = names.filter((name) => !sameValue(old.get(name), now.get(name)));
  return changed.every((name) => wanted.has(name)) ? changed : null;
}

type PlainValue = FrontMatterValue | { readonly items: readonly unknown[] };

/** Values by key, without their lines. */
function keysOf(text: string): ReadonlyMap<string, PlainValue> {
  const front = readFrontMatter("", text);
  const entries = front.kind === "read" ? front.entries : [];
  return new Map(entries.map(({ key, value }) => [key, withoutLines(value)]));
}

function withoutLines(value: FrontMatterValue): PlainValue {
  if (value === null || typeof value === "string") return value;
  if ("found" in value) return value;
  return { items: "items" in value ? value.items : value.texts };
}

function saysSo(value: PlainValue | undefined, edit: KeyEdit): boolean {
  switch (edit.kind) {
    case "remove":
      return value === undefined;
    case "text":
      return value === edit.text;
    case "list": {
      if (value === null || typeof value !== "object" || !("items" in value)) return false;
      return sameValue(value.items.toSorted(), edit.items.toSorted());
    }
  }
}

const GATES: readonly GateName[] = ["qa_exploration", "review_cleared"];

/** Names of the changed gates; null if the body is not as requested. */
function compareGates(
  before: ParsedTask,
  after: ParsedTask,
  edits: readonly TaskEdit[],
): readonly string[] | null {
  const ticked = edits.flatMap((edit) => (edit.kind === "tick_gate" ? edit.gate : []));
  const isAsWanted = GATES.every((gate) =>
    ticked.includes(gate)
      ? after.spec.gates[gate] === "ticked"
      : after.spec.gates[gate] === before.spec.gates[gate],
  );
  return isAsWanted ? GATES.filter((gate) => after.spec.gates[gate] !== before.spec.gates[gate]) : null;
}

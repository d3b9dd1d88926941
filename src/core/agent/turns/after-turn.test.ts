import { expect, test } from "vitest";
import { afterTurn, REMINDER, REMINDERS_MAX, type TurnFacts } from "./after-turn.ts";

const FACTS: TurnFacts = {
  how: "completed",
  waiting: [],
  hasOutcome: false,
  hasOpenQuestion: false,
  isStopping: false,
  reminders: 0,
  hasChanged: true,
};

test.each<[string, Partial<TurnFacts>, unknown]>([
  [
    "a message is the next turn",
    { waiting: ["a", "b"] },
    { kind: "continue", text: "a\n\nb", because: "message" },
  ],
  ["also after an outcome", { waiting: ["a"], hasOutcome: true }, { kind: "continue" }],
  ["also after a turn that failed", { waiting: ["a"], how: "failed" }, { kind: "continue" }],
  ["not when a person stopped it", { waiting: ["a"], isStopping: true }, { kind: "end" }],
  [
    "neither outcome nor question: one sentence",
    {},
    { kind: "continue", text: REMINDER, because: "reminder" },
  ],
  ["again while something changes", { reminders: 1 }, { kind: "continue" }],
  ["not when nothing did", { reminders: 1, hasChanged: false }, { kind: "end" }],
  ["at most twice", { reminders: REMINDERS_MAX }, { kind: "end" }],
  ["an outcome ends it", { hasOutcome: true }, { kind: "end" }],
  ["a question ends it", { hasOpenQuestion: true }, { kind: "end" }],
  ["a turn that failed is not continued", { how: "failed" }, { kind: "end" }],
  ["nor one that was interrupted", { how: "interrupted" }, { kind: "end" }],
])("K21: after a turn: %s", (_, facts, expected) => {
  expect(afterTurn({ ...FACTS, ...facts })).toMatchObject(expected as object);
});

import { describe, expect, test } from "vitest";
import { describeEnd } from "../../run/attempt-end.ts";
import { type EndFacts, judgeEnd } from "./judge-end.ts";
import { questionIn } from "./question-in.ts";
import { resumeWords } from "./turn-words.ts";

const FACTS: EndFacts = {
  exit: { kind: "exited", code: 0 },
  how: "completed",
  error: null,
  isLetGo: false,
  saysEnd: true,
};
const LIMIT = { code: "limit", why: "resets 10:48am" } as const;

test.each<[string, Partial<EndFacts>, string]>([
  ["a finished turn", {}, "ended without an error"],
  ["a finished turn and an error code", { exit: { kind: "exited", code: 3 } }, "ended with exit code 3"],
  [
    "let go after its turn, and slow",
    { isLetGo: true, exit: { kind: "signalled", signal: "SIGTERM" } },
    "ended without an error",
  ],
  ["no end event, though its code is 0", { how: null }, "did not finish: it ended in the middle of its turn"],
  [
    "killed in its turn",
    { how: null, exit: { kind: "signalled", signal: "SIGKILL" } },
    "was killed by SIGKILL",
  ],
  [
    "a limit",
    { how: "failed", error: LIMIT, exit: { kind: "exited", code: 1 } },
    "did not finish: its usage limit is reached (resets 10:48am)",
  ],
  [
    "an error that it says in its own words",
    { how: null, error: { code: "other", why: "No such model." } },
    "did not finish: No such model.",
  ],
  ["an interrupted turn", { how: "interrupted" }, "did not finish: its turn was interrupted"],
  ["a plain worker's code", { how: null, saysEnd: false }, "ended without an error"],
  [
    "a plain worker that said it failed",
    { how: "failed", saysEnd: false },
    "did not finish: its turn failed",
  ],
  [
    "never started",
    { how: null, exit: { kind: "not_started", detail: "no claude" } },
    "could not be started: no claude",
  ],
])("K25: how an attempt ended: %s", (_, facts, words) => {
  expect(describeEnd(judgeEnd({ ...FACTS, ...facts }))).toBe(words);
});

test.each([
  ["Done.\n\nDo I also migrate the old table?", "Do I also migrate the old table?"],
  ["Which region? **eu or us?**\n\nLet me know.", "Which region? **eu or us?**"],
  ["Is it ok? I think so.\n\nAll tests pass.", null],
  ["Why did it fail?\n\nBecause of x.\n\nI fixed it.\n\nDone.", null],
  ["", null],
])("K26: the question in the last message %j", (message, question) => {
  expect(questionIn(message)).toBe(question);
});

describe("K27: the first words in a session that continues", () => {
  const act = { by: "mia", atMs: 1 };
  const ended = { number: 1, startedAtMs: 0, endedAtMs: 1 };
  const nothing = { followUps: [], answered: null };

  test("only what is new", () => {
    const question = {
      number: 1,
      text: "Which?",
      choices: [],
      askedAtMs: 0,
      answer: { ...act, text: "eu", delivered: false },
    };
    const said = { followUps: [{ ...act, text: "Faster." }], answered: question };
    const lastAttempt = { ...ended, end: { kind: "exited", code: 0 } as const };
    expect(resumeWords({ said, lastAttempt })).toBe(
      "mia says:\n\nFaster.\n\nYou asked: Which?\n\nmia answers: eu",
    );
    expect(resumeWords({ said: nothing, lastAttempt })).toMatch(/^Continue where you left off/);
  });

  test("after a kill, that it was killed", () => {
    const lastAttempt = { ...ended, end: { kind: "lost", detail: "its supervisor is gone" } as const };
    expect(resumeWords({ said: nothing, lastAttempt })).toMatch(
      /^Your process was lost: its supervisor is gone, and you continue in the same session/,
    );
  });
});

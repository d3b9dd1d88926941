// Until when what was said to a worker can be taken back, and what is left then.

import { describe, expect, test } from "vitest";
import type { Run, RunId } from "../contract/run.ts";
import { EMPTY_RUN } from "./empty-run.ts";
import { addFollowUp, type RunChange, recordAnswer, requeue } from "./run-transitions.ts";
import { retractAnswer, retractMessage } from "./take-back.ts";

const AT = 1_000;
const question = { number: 1, text: "eu?", choices: [], askedAtMs: 500, answer: null };
const base: Run = {
  ...EMPTY_RUN,
  id: "run-a" as RunId,
  key: "a",
  owner: null,
  sinceMs: 100,
  queued: { by: "dave", atMs: 0, note: null },
  epoch: 2,
  attempt: 1,
  failuresInRow: 2,
};
const running: Run = { ...base, state: "running", question };
const failed: Run = { ...base, state: "failed", question };

function runOf(change: RunChange): Run {
  if (change.kind === "refused") throw new Error(change.why);
  return change.run;
}

const given = (run: Run) => runOf(addFollowUp(run, { by: "dave", atMs: AT, text: "more" }));
const said = { by: "dave", atMs: AT, text: "more" };
const answered = (run: Run) => runOf(recordAnswer(run, { by: "dave", atMs: AT, text: "more" }));
const queuedAgain = (run: Run) =>
  runOf(requeue(run, { notBeforeMs: null, because: "person", nowMs: AT + 50 }));
const delivered = (run: Run): Run => ({
  ...run,
  question: run.question && {
    ...run.question,
    answer: run.question.answer && { ...run.question.answer, delivered: true },
  },
});

describe("U17: an answer", () => {
  test.each<[string, Run, Run]>([
    ["of a worker at work", running, answered(running)],
    ["of one that has ended", failed, answered(failed)],
    ["of one that was queued again for it", failed, queuedAgain(answered(failed))],
  ])("%s is taken back, and all is as before", (_, before, now) => {
    expect(retractAnswer(now, { before, sent: said })).toEqual({ kind: "changed", run: before });
  });

  test("of a worker that has ended meanwhile leaves the question open", () => {
    const now: Run = { ...answered(running), state: "exited" };
    expect(runOf(retractAnswer(now, { before: running, sent: said }))).toEqual({
      ...running,
      state: "exited",
    });
  });

  test.each<[string, Run, string]>([
    ["that was read", delivered(answered(running)), "the worker has read it"],
    [
      "that a worker is started with",
      { ...queuedAgain(answered(failed)), epoch: 3, state: "dispatching" },
      "started with it",
    ],
    ["of a closed run", { ...answered(running), state: "closed" }, "closed"],
    ["to another question", { ...answered(running), question: { ...question, number: 2 } }, "has changed"],
    ["that someone took back already", running, "has changed"],
    [
      "that was queued although its worker was at work",
      { ...answered(running), state: "queued" },
      "changed since",
    ],
  ])("%s stays", (_, now, why) => {
    const before = now.state === "dispatching" ? failed : running;
    expect(retractAnswer(now, { before, sent: said })).toMatchObject({ why: expect.stringContaining(why) });
  });
});

describe("U17: a message", () => {
  const plain = { ...failed, question: null };

  test.each<[string, Run, Run]>([
    ["to a worker at work", running, given(running)],
    ["to one that has ended", plain, given(plain)],
    ["to one that was queued again for it", plain, queuedAgain(given(plain))],
    ["that settled a question", failed, queuedAgain(given(failed))],
  ])("%s is taken back, and all is as before", (_, before, now) => {
    expect(retractMessage(now, { before, sent: said })).toEqual({ kind: "changed", run: before });
  });

  test("leaves the run queued where another message waits", () => {
    const other = { by: "mia", atMs: AT + 10, text: "and that" };
    const now = queuedAgain(runOf(addFollowUp(given(plain), other)));
    expect(runOf(retractMessage(now, { before: plain, sent: said }))).toMatchObject({
      state: "queued",
      followUps: [other],
    });
  });

  test.each<[string, Run, string]>([
    ["that was read", running, "the worker has read it"],
    [
      "that a worker is started with",
      { ...queuedAgain(given(plain)), epoch: 3, state: "dispatching" },
      "started with it",
    ],
    ["of a closed run", { ...given(plain), state: "closed" }, "closed"],
  ])("%s stays", (_, now, why) => {
    expect(retractMessage(now, { before: plain, sent: said })).toMatchObject({
      why: expect.stringContaining(why),
    });
  });
});

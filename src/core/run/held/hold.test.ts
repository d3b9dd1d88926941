import { describe, expect, test } from "vitest";
import { sampleRun } from "../../../../test/support/run-samples.ts";
import { NOON_MS } from "../../../../test/support/task-tree.ts";
import type { AttemptSpared, ProcessIdentity, Run } from "../../contract/run.ts";
import { isDue } from "../../contract/run.ts";
import { type Held, PAUSE_CAUSES } from "../../records/scoped-pause.ts";
import { describeAttempt } from "../attempt-end.ts";
import { nextStep } from "../next-step.ts";
import {
  begin,
  end,
  lose,
  type RunChange,
  recordAnswer,
  recordOutcome,
  recordQuestion,
  requestStop,
  take,
} from "../run-transitions.ts";
import { decideAlone } from "./decide-alone.ts";
import { heldWords } from "./held-words.ts";
import { endHold, hold, isKillSpared } from "./hold.ts";

const BY: ProcessIdentity = { id: "linux:a:1:1", host: "desk", pid: 1 };
const HOUR_MS = 3_600_000;
const LATER_MS = NOON_MS + HOUR_MS;
const POLICY = { attempts: 3, firstMs: 1_000, maxMs: 10_000 };

const must = (change: RunChange): Run => {
  if (change.kind === "refused") throw new Error(change.why);
  return change.run;
};
const started = (run = sampleRun(), nowMs = NOON_MS): Run =>
  must(begin(must(take(run, { dispatcher: BY, nowMs })), { supervisor: BY, nowMs }));

const FAILED = {
  end: { kind: "exited", code: 1, unfinished: "its usage limit is reached" },
  nowMs: NOON_MS,
} as const;
const SCOPE = { kind: "account", name: "claude@desk" } as const;
const LIMIT: AttemptSpared = { kind: "paused", cause: "limit", scope: SCOPE, why: "5-hour limit reached" };
const HELD: Held = { cause: "limit", scope: SCOPE, on: "claude@desk", sinceMs: NOON_MS, untilMs: LATER_MS };
const limited = (run: Run) => must(hold(run, { ...FAILED, spared: LIMIT, held: HELD }));
const MEMORY: AttemptSpared = { kind: "out_of_memory", mb: 7_900, during: "vitest" };
const WAITS: Held = {
  cause: "memory",
  scope: null,
  on: "the other workers",
  sinceMs: NOON_MS,
  untilMs: null,
};

describe("N20: an attempt that a limit ended", () => {
  test("goes back to the queue with all it had, and takes no slot", () => {
    const before = {
      ...started({ ...sampleRun(), failuresInRow: 1 }),
      worktree: ".worktrees/a",
      branch: "task/a",
    };
    const session = { kind: "claude", id: "s", isStarted: true };
    const run = limited({ ...before, session });
    expect(run).toMatchObject({
      ...{ state: "queued", held: HELD, notBeforeMs: LATER_MS, failuresInRow: 1, attempt: 1 },
      ...{ session, worktree: ".worktrees/a", branch: "task/a", holder: null, worker: null },
    });
    expect(run.attempts).toMatchObject([{ number: 1, end: FAILED.end, spared: LIMIT }]);
  });

  test("is made again under its number, and the one after a failure is not", () => {
    const again = started(limited(started()), LATER_MS);
    expect(again).toMatchObject({ attempt: 1, held: null, notBeforeMs: null });
    const failed = must(end(again, { end: { kind: "exited", code: 1 }, nowMs: LATER_MS }));
    expect(failed).toMatchObject({ state: "failed", failuresInRow: 1 });
    expect(started({ ...failed, state: "queued" }, LATER_MS).attempt).toBe(2);
  });

  test("is due when its pause says so, not when the agent did", () => {
    const run = limited(started());
    expect(isDue(run, NOON_MS + 1)).toBe(true);
    expect(isDue({ ...run, held: null }, NOON_MS + 1)).toBe(false);
  });

  test("says what happened", () => {
    const [attempt] = limited(started()).attempts;
    expect(attempt && describeAttempt(attempt)).toBe("was interrupted: 5-hour limit reached");
  });
});

describe("N31: what decides before a hold", () => {
  test("an outcome that was reported", () => {
    const outcome = { kind: "done", note: "", atMs: NOON_MS } as const;
    const run = limited(must(recordOutcome(started(), outcome)));
    expect(run).toMatchObject({ state: "exited", held: null, outcome });
    expect(run.attempts[0]).not.toHaveProperty("spared");
  });

  test("a request to stop", () => {
    const run = limited(
      must(requestStop(started(), { by: "dave", atMs: NOON_MS, kind: "stop", note: null })),
    );
    expect(run).toMatchObject({ state: "interrupted", held: null, attempts: [{ end: { kind: "stopped" } }] });
  });

  test.each(["queued", "exited", "closed"] as const)("a run that is %s has no attempt to hold", (state) => {
    expect(hold({ ...sampleRun(), state }, { ...FAILED, spared: LIMIT, held: HELD }).kind).toBe("refused");
  });
});

describe("N23: a run that waits for a person", () => {
  const waiting: AttemptSpared = { kind: "waiting", on: "an answer" };
  const asked = must(recordQuestion(started(), { text: "Which?", choices: [], atMs: NOON_MS }));
  const run = must(hold(asked, { ...FAILED, spared: waiting, held: null }));

  test("ends with its open question, and stays so", () => {
    expect(run).toMatchObject({ state: "exited", failuresInRow: 0, held: null });
    expect(nextStep(run, POLICY)).toMatchObject({ kind: "stay", why: "it waits for an answer" });
  });

  test("N24: is queued by the answer, due at once, and its attempt keeps its number", () => {
    const answered = must(recordAnswer(run, { by: "mia", atMs: LATER_MS, text: "eu" }));
    expect(nextStep(answered, POLICY)).toMatchObject({
      kind: "requeue",
      because: "person",
      notBeforeMs: null,
    });
    expect(started({ ...answered, state: "queued" }, LATER_MS).attempt).toBe(1);
  });
});

describe("N29: a kill for want of memory", () => {
  const killed = (run: Run) => must(hold(run, { ...FAILED, spared: MEMORY, held: WAITS }));

  test("is named, and the run waits until it can run alone", () => {
    const run = killed(started());
    expect(run).toMatchObject({ alone: true, state: "queued", failuresInRow: 0 });
    expect(run.attempts.map(describeAttempt)).toEqual(["was killed: out of memory, 7.9 GB, during vitest"]);
  });

  test("is forgiven twice in a row", () => {
    const once = killed(started());
    const twice = killed(started(once));
    expect([sampleRun(), once, twice].map(isKillSpared)).toEqual([true, true, false]);
    expect(isKillSpared(limited(started(twice)))).toBe(true);
  });

  test("the next end of another kind lets it run beside others again", () => {
    const again = started(killed(started()));
    expect(limited(again).alone).toBe(true);
    expect(must(end(again, { end: { kind: "exited", code: 0 }, nowMs: NOON_MS })).alone).toBe(false);
  });
});

describe("N30: a run whose host was restarted", () => {
  const facts = { detail: "its supervisor is gone", spared: { kind: "restarted" }, nowMs: NOON_MS } as const;

  test("is started again at once, under the same number, and nothing failed", () => {
    const run = must(lose(started(), facts));
    expect(run).toMatchObject({ state: "interrupted", failuresInRow: 0 });
    expect(nextStep(run, POLICY)).toMatchObject({ kind: "requeue", because: "retry", notBeforeMs: null });
    expect(started({ ...run, state: "queued" }).attempt).toBe(1);
  });

  test("one that a person had stopped stays stopped", () => {
    const stopped = must(requestStop(started(), { by: "dave", atMs: NOON_MS, kind: "stop", note: null }));
    expect(nextStep(must(lose(stopped, facts)), POLICY)).toMatchObject({ kind: "stay" });
  });
});

test("N32: why a run is held, in words", () => {
  const causes = [...PAUSE_CAUSES, "wait", "memory"] as const;
  expect(causes.map((cause) => heldWords({ cause, on: "CI 8812" }))).toEqual([
    ...["Limited", "Service overloaded", "No network", "Signed out", "Account cannot pay", "Set-up fails"],
    ...["Waits for CI 8812", "Waits to run alone"],
  ]);
});

test("N25: what a held run waited for can be over before its time", () => {
  const run = must(endHold(limited(started()), {}));
  expect(run).toMatchObject({ state: "queued", held: null, notBeforeMs: null });
  expect(endHold(run, {}).kind).toBe("refused");
  expect(endHold(started(), {}).kind).toBe("refused");
});

describe("N26: a question that no one answered in time", () => {
  const question = { text: "Which?", choices: ["eu", "us"], atMs: NOON_MS };
  const fallback = { text: "eu", atMs: LATER_MS };
  const asked = must(recordQuestion(started(), { ...question, fallback }));

  test("is answered with what its worker named, and people see it", () => {
    expect(decideAlone(asked, { nowMs: LATER_MS - 1 }).kind).toBe("refused");
    const decided = must(decideAlone(asked, { nowMs: LATER_MS }));
    expect(decided.question?.answer).toMatchObject({ by: "default", text: "eu", delivered: false });
    expect(decided.decidedAlone).toEqual([{ question: "Which?", answer: "eu", atMs: LATER_MS }]);
    expect(decideAlone(decided, { nowMs: LATER_MS }).kind).toBe("refused");
  });

  test("an answer in time is a person's", () => {
    const answered = must(recordAnswer(asked, { by: "mia", atMs: NOON_MS, text: "us" }));
    expect(decideAlone(answered, { nowMs: LATER_MS }).kind).toBe("refused");
  });

  test("without a default it waits", () => {
    expect(decideAlone(must(recordQuestion(started(), question)), { nowMs: LATER_MS }).kind).toBe("refused");
  });
});

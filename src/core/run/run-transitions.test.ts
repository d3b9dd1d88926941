import { describe, expect, test } from "vitest";
import { sampleRun } from "../../../test/support/run-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import { type ProcessIdentity, RUN_STATES, type Run, type RunId, type RunState } from "../contract/run.ts";
import {
  addFollowUp,
  begin,
  claimByHand,
  closeClaim,
  closeRun,
  declareWait,
  deliverAnswer,
  end,
  giveUp,
  lose,
  messagesForStart,
  nameWorker,
  prepare,
  queueRun,
  type RunChange,
  recordAnswer,
  recordOutcome,
  recordQuestion,
  recordReport,
  requestStop,
  requeue,
  take,
} from "./run-transitions.ts";

const nowMs = NOON_MS + 60_000;
const BY = { by: "ann", atMs: nowMs } as const;

const identity = (name: string): ProcessIdentity => ({ id: name, host: "desk", pid: 7 });
const DISPATCHER = identity("dispatcher");
const SUPERVISOR = identity("supervisor");
const WORKER = identity("worker");

/** A supervised run in that state, as its transitions leave it. */
function runIn(state: RunState, values: Partial<Run> = {}): Run {
  const queued = sampleRun();
  const dispatching = must(take(queued, { dispatcher: DISPATCHER, nowMs: NOON_MS }));
  const running = must(begin(dispatching, { supervisor: SUPERVISOR, nowMs: NOON_MS }));
  const code = (exit: number) => ({ end: { kind: "exited", code: exit }, nowMs: NOON_MS }) as const;
  const made: Readonly<Record<RunState, Run>> = {
    queued,
    dispatching,
    running,
    exited: must(end(running, code(0))),
    failed: must(end(running, code(1))),
    interrupted: must(lose(running, { detail: "gone", nowMs: NOON_MS })),
    closed: must(closeRun(queued, { by: "dave", atMs: NOON_MS, as: "abandoned", why: "not needed" })),
  };
  return { ...made[state], ...values };
}

function must(change: RunChange): Run {
  if (change.kind === "refused") throw new Error(`It was refused: ${change.why}.`);
  return change.run;
}

const whyNot = (change: RunChange): string | null => (change.kind === "refused" ? change.why : null);

const QUESTION = { number: 1, text: "Which?", choices: [], askedAtMs: NOON_MS, answer: null } as const;
const ANSWERED = { ...QUESTION, answer: { ...BY, text: "eu", delivered: false } } as const;

type Row = {
  readonly apply: (run: Run) => RunChange;
  /** Where it leads, by the state it starts from; every other state refuses it. */
  readonly leads: Partial<Record<RunState, RunState>>;
  /** What it says in the others. */
  readonly refusal: string | ((state: RunState) => string);
};

const inThisState = (why: string) => (state: RunState) => `${why}, and this one is ${state}`;
const NOT_AT_WORK = inThisState("no worker is running");
const NOT_STARTING = inThisState("it is not being started");
const NO_WORKER = inThisState("no supervised worker is running");
const ANY_OPEN = {
  queued: "queued",
  dispatching: "dispatching",
  running: "running",
  exited: "exited",
  failed: "failed",
  interrupted: "interrupted",
} as const;

const TABLE: Readonly<Record<string, Row>> = {
  take: {
    apply: (run) => take(run, { dispatcher: DISPATCHER, nowMs }),
    leads: { queued: "dispatching" },
    refusal: inThisState("only a queued run can be started"),
  },
  prepare: {
    apply: (run) =>
      prepare(run, {
        worktree: ".worktrees/a",
        branch: "task/a",
        baseCommit: null,
        taskHash: "h",
        uncommitted: true,
        workerName: "claude",
        agent: null,
        session: null,
      }),
    leads: { dispatching: "dispatching" },
    refusal: NOT_STARTING,
  },
  begin: {
    apply: (run) => begin(run, { supervisor: SUPERVISOR, nowMs }),
    leads: { dispatching: "running" },
    refusal: NOT_STARTING,
  },
  nameWorker: {
    apply: (run) => nameWorker(run, { worker: WORKER }),
    leads: { running: "running" },
    refusal: inThisState("it is not running"),
  },
  giveUp: {
    apply: (run) => giveUp(run, { detail: "no such program", nowMs }),
    leads: { dispatching: "failed" },
    refusal: NOT_STARTING,
  },
  "end without an error": {
    apply: (run) => end(run, { end: { kind: "exited", code: 0 }, nowMs }),
    leads: { running: "exited" },
    refusal: NO_WORKER,
  },
  "end with an error": {
    apply: (run) => end(run, { end: { kind: "signalled", signal: "SIGKILL" }, nowMs }),
    leads: { running: "failed" },
    refusal: NO_WORKER,
  },
  lose: {
    apply: (run) => lose(run, { detail: "its supervisor is gone", nowMs }),
    leads: { dispatching: "interrupted", running: "interrupted" },
    refusal: NO_WORKER,
  },
  requeue: {
    apply: (run) => requeue(run, { notBeforeMs: null, because: "retry", nowMs }),
    leads: { exited: "queued", failed: "queued", interrupted: "queued" },
    refusal: inThisState("its worker has not ended"),
  },
  close: {
    apply: (run) => closeRun(run, { ...BY, as: "delivered", why: "completed" }),
    leads: { queued: "closed", exited: "closed", failed: "closed", interrupted: "closed" },
    refusal: (state) =>
      state === "closed" ? "it is closed already" : inThisState("its worker has to end first")(state),
  },
  release: {
    apply: (run) => closeClaim(run, { ...BY, why: "given back" }),
    leads: {},
    refusal: "a supervised worker has it; `tasks stop` stops it",
  },
  requestStop: {
    apply: (run) => requestStop(run, { ...BY, kind: "stop", note: null }),
    leads: { dispatching: "dispatching", running: "running" },
    refusal: inThisState("no worker is running"),
  },
  addFollowUp: {
    apply: (run) => addFollowUp(run, { ...BY, text: "and the docs" }),
    leads: ANY_OPEN,
    refusal: "it is closed",
  },
  report: {
    apply: (run) => recordReport(run, { text: "half way", atMs: nowMs }),
    leads: { running: "running" },
    refusal: NOT_AT_WORK,
  },
  declareWait: {
    apply: (run) => declareWait(run, { on: "CI 123", untilMs: nowMs + 1, atMs: nowMs }),
    leads: { running: "running" },
    refusal: NOT_AT_WORK,
  },
  finish: {
    apply: (run) => recordOutcome(run, { kind: "done", note: "", atMs: nowMs }),
    leads: { running: "running" },
    refusal: NOT_AT_WORK,
  },
  ask: {
    apply: (run) => recordQuestion(run, { text: "Which?", choices: [], atMs: nowMs }),
    leads: { running: "running" },
    refusal: NOT_AT_WORK,
  },
  answer: {
    apply: (run) => recordAnswer({ ...run, question: QUESTION }, { ...BY, text: "eu" }),
    leads: ANY_OPEN,
    refusal: "it has no open question",
  },
  deliverAnswer: {
    apply: (run) => deliverAnswer({ ...run, question: ANSWERED }, { number: 1 }),
    leads: ANY_OPEN,
    refusal: "it is closed",
  },
};

describe("every transition in every state", () => {
  const cases = Object.entries(TABLE).flatMap(([name, row]) =>
    RUN_STATES.map((state) => ({ name, state, row, to: row.leads[state] ?? "refused" })),
  );

  test.each(cases)("$name: $state -> $to", ({ state, row }) => {
    const run = runIn(state);
    const change = row.apply(run);
    const to = row.leads[state];
    if (to === undefined) {
      expect(whyNot(change)).toBe(typeof row.refusal === "string" ? row.refusal : row.refusal(state));
      return;
    }
    const after = must(change);
    expect(after.state).toBe(to);
    expect(after.sinceMs).toBe(to === state ? run.sinceMs : nowMs);
    // Counting revisions is the store's.
    expect(after.revision).toBe(run.revision);
  });

  test("only a hand-over gets a new epoch", () => {
    const grows = cases
      .filter(({ state, row }) => {
        const run = runIn(state);
        const change = row.apply(run);
        return change.kind === "changed" && change.run.epoch !== run.epoch;
      })
      .map(({ name, state }) => `${name}: ${state}`);
    expect(grows).toEqual([
      "take: queued",
      "lose: dispatching",
      "lose: running",
      "close: queued",
      "close: exited",
      "close: failed",
      "close: interrupted",
    ]);
  });
});

describe("work by hand", () => {
  const claimed = claimByHand({
    id: "r" as RunId,
    key: "a",
    owner: "dave",
    act: BY,
    note: "mine",
    worktree: "/home/ann/app",
    branch: "ann/try",
    baseCommit: null,
    taskHash: null,
    workerName: "ann",
    host: "desk",
  });

  test("is running at once, and no attempt of ours", () => {
    expect(claimed).toMatchObject({
      kind: "by_hand",
      state: "running",
      attempt: 1,
      sinceMs: nowMs,
      startedAtMs: nowMs,
      queued: { by: "ann", note: "mine" },
      holder: null,
      worker: null,
    });
  });

  test.each<[string, (run: Run) => RunChange, string | RunState]>([
    ["released", (run) => closeClaim(run, { ...BY, why: "given back" }), "closed"],
    [
      "closed, though it is live",
      (run) => closeRun(run, { ...BY, as: "delivered", why: "completed" }),
      "closed",
    ],
    ["finished", (run) => recordOutcome(run, { kind: "done", note: "", atMs: nowMs }), "exited"],
    [
      "finished without success",
      (run) => recordOutcome(run, { kind: "failed", note: "", atMs: nowMs }),
      "failed",
    ],
    ["reported", (run) => recordReport(run, { text: "x", atMs: nowMs }), "running"],
    ["asked", (run) => recordQuestion(run, { text: "x", choices: [], atMs: nowMs }), "running"],
    ["ended", (run) => end(run, { end: { kind: "exited", code: 0 }, nowMs }), NO_WORKER("running")],
    ["lost", (run) => lose(run, { detail: "x", nowMs }), NO_WORKER("running")],
    [
      "stopped",
      (run) => requestStop(run, { ...BY, kind: "stop", note: null }),
      "it is claimed by hand, so there is no worker to stop",
    ],
    [
      "messaged",
      (run) => addFollowUp(run, { ...BY, text: "x" }),
      "it is claimed by hand, so there is no worker to message",
    ],
    [
      "started again",
      (run) =>
        requeue(must(recordOutcome(run, { kind: "failed", note: "", atMs: nowMs })), {
          notBeforeMs: null,
          because: "person",
          nowMs,
        }),
      "it was claimed by hand",
    ],
  ])("%s", (_name, apply, expected) => {
    const change = apply(claimed);
    expect(change.kind === "changed" ? change.run.state : change.why).toBe(expected);
  });
});

describe("a start", () => {
  test("begins with a clean slate, and keeps what people said", () => {
    const before = runIn("failed", {
      report: { text: "x", atMs: NOON_MS },
      outcome: { kind: "failed", note: "", atMs: NOON_MS },
      stopRequest: { ...BY, kind: "interrupt", note: null },
      followUps: [{ ...BY, text: "and the docs" }],
      question: ANSWERED,
    });
    const queued = must(requeue(before, { notBeforeMs: null, because: "retry", nowMs }));
    const taken = must(take(queued, { dispatcher: DISPATCHER, nowMs }));
    expect(taken).toMatchObject({
      attempt: 2,
      epoch: before.epoch + 1,
      holder: DISPATCHER,
      worker: null,
      host: "desk",
      startedAtMs: nowMs,
      notBeforeMs: null,
      report: null,
      wait: null,
      outcome: null,
      stopRequest: null,
      followUps: [{ text: "and the docs" }],
      question: { answer: { text: "eu", delivered: false } },
    });
  });

  test("waits until it is due", () => {
    const run = runIn("queued", { notBeforeMs: nowMs });
    expect(whyNot(take(run, { dispatcher: DISPATCHER, nowMs: nowMs - 1 }))).toBe(
      "its next attempt is not due yet",
    );
    expect(take(run, { dispatcher: DISPATCHER, nowMs }).kind).toBe("changed");
  });

  test("R10: is not held up by a clock that was set back", () => {
    const run = runIn("queued", { notBeforeMs: NOON_MS + 10_000 });
    expect(take(run, { dispatcher: DISPATCHER, nowMs: NOON_MS - 3_600_000 }).kind).toBe("changed");
  });

  test("is named by its supervisor, and its worker by the supervisor later", () => {
    const running = runIn("running");
    expect(running).toMatchObject({ holder: SUPERVISOR, worker: null, startedAtMs: NOON_MS });
    expect(must(nameWorker(running, { worker: WORKER })).worker).toBe(WORKER);
  });

  test("that is given up counts as a failed attempt", () => {
    const failed = must(giveUp(runIn("dispatching"), { detail: "no git", nowMs }));
    expect(failed).toMatchObject({
      state: "failed",
      failuresInRow: 1,
      holder: null,
      attempts: [
        { number: 1, startedAtMs: NOON_MS, endedAtMs: nowMs, end: { kind: "not_started", detail: "no git" } },
      ],
    });
  });

  test("that someone stops counts as no failure", () => {
    const requested = must(requestStop(runIn("dispatching"), { ...BY, kind: "stop", note: null }));
    expect(must(giveUp(requested, { detail: "x", nowMs }))).toMatchObject({
      state: "interrupted",
      failuresInRow: 0,
      attempts: [{ end: { kind: "stopped", by: "ann" } }],
    });
  });
});

describe("what a worker gets at its start", () => {
  const early = { by: "ann", atMs: NOON_MS - 5, text: "early" };
  const queued = sampleRun({
    followUps: [early],
    question: { ...ANSWERED, answer: { ...ANSWERED.answer, atMs: NOON_MS - 5 } },
  });
  const taken = must(take(queued, { dispatcher: DISPATCHER, nowMs: NOON_MS }));

  test("is what was said before, delivered once it starts", () => {
    expect(messagesForStart(taken)).toMatchObject({ followUps: [early], answered: { text: "Which?" } });
    const running = must(begin(taken, { supervisor: SUPERVISOR, nowMs }));
    expect(running).toMatchObject({ followUps: [], question: { answer: { delivered: true } } });
  });

  test("is kept when the start fails", () => {
    const failed = must(giveUp(taken, { detail: "x", nowMs }));
    expect(failed).toMatchObject({ followUps: [early], question: { answer: { delivered: false } } });
  });

  test.each<[string, number]>([
    ["later", NOON_MS + 5],
    ["in the same moment", NOON_MS],
    ["by a clock that was set back", NOON_MS - 3_600_000],
  ])("is not what is said while it is started: %s", (_name, atMs) => {
    const more = must(addFollowUp(taken, { by: "ann", atMs, text: "late" }));
    expect(messagesForStart(more).followUps).toEqual([early]);
    expect(must(begin(more, { supervisor: SUPERVISOR, nowMs })).followUps).toMatchObject([{ text: "late" }]);
    const asking = { ...taken, question: QUESTION };
    const answered = must(recordAnswer(asking, { by: "ann", atMs, text: "eu" }));
    expect(messagesForStart(answered).answered).toBeNull();
    expect(must(begin(answered, { supervisor: SUPERVISOR, nowMs })).question?.answer?.delivered).toBe(false);
  });

  test("R10: is all that was said, also when the clock was set back before the start", () => {
    const late = must(take(queued, { dispatcher: DISPATCHER, nowMs: NOON_MS - 3_600_000 }));
    expect(messagesForStart(late)).toMatchObject({
      followUps: [{ text: "early" }],
      answered: { text: "Which?" },
    });
  });

  test("is no answer that a waiting worker has got already", () => {
    const delivered = { ...ANSWERED, answer: { ...ANSWERED.answer, delivered: true } };
    expect(messagesForStart({ ...taken, question: delivered }).answered).toBeNull();
  });
});

describe("how an attempt ends", () => {
  type Given = Pick<Run, "outcome" | "stopRequest">;
  const outcome = (kind: "done" | "blocked" | "failed") => ({ kind, note: "", atMs: nowMs }) as const;
  const stopRequest = { ...BY, kind: "stop", note: null } as const;
  const none: Given = { outcome: null, stopRequest: null };
  const exit = (code: number) => (run: Run) => end(run, { end: { kind: "exited", code }, nowMs });
  const dies = (run: Run) => lose(run, { detail: "gone", nowMs });

  test.each<[string, (run: Run) => RunChange, Partial<Given>, RunState, string, number]>([
    ["exit 0", exit(0), {}, "exited", "exited", 0],
    ["exit 1", exit(1), {}, "failed", "exited", 2],
    ["done, whatever the exit code", exit(1), { outcome: outcome("done") }, "exited", "exited", 0],
    ["blocked is an end like another", exit(1), { outcome: outcome("blocked") }, "exited", "exited", 0],
    ["failed, though it exits with 0", exit(0), { outcome: outcome("failed") }, "failed", "exited", 2],
    ["stopped", exit(1), { stopRequest }, "interrupted", "stopped", 1],
    ["stopped after it was done", exit(1), { stopRequest, outcome: outcome("done") }, "exited", "exited", 0],
    ["lost", dies, {}, "interrupted", "lost", 2],
    ["lost after it was done", dies, { outcome: outcome("done") }, "exited", "lost", 0],
    ["lost after it failed", dies, { outcome: outcome("failed") }, "failed", "lost", 2],
    ["lost while it was stopped", dies, { stopRequest }, "interrupted", "stopped", 1],
  ])("%s", (_name, apply, values, state, kind, failuresInRow) => {
    const before = runIn("running", {
      ...none,
      ...values,
      failuresInRow: 1,
      wait: { on: "CI", untilMs: 0, atMs: 0 },
    });
    const after = must(apply(before));
    expect(after).toMatchObject({ state, failuresInRow, holder: null, worker: null, wait: null });
    expect(after.attempts.at(-1)?.end.kind).toBe(kind);
    expect(after.outcome).toEqual(before.outcome);
  });

  test("the latest twenty attempts are kept", () => {
    let run = runIn("queued");
    for (let attempt = 0; attempt < 25; attempt += 1) {
      run = must(take(run, { dispatcher: DISPATCHER, nowMs }));
      run = must(giveUp(run, { detail: "x", nowMs }));
      run = must(requeue(run, { notBeforeMs: null, because: "retry", nowMs }));
    }
    expect(run.attempts.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, at) => at + 6));
    expect(run).toMatchObject({ attempt: 25, failuresInRow: 25 });
  });
});

describe("continuing", () => {
  test("a retry keeps counting failures, and a person resets the count", () => {
    const failed = runIn("failed", { stopRequest: { ...BY, kind: "stop", note: null } });
    const retried = must(requeue(failed, { notBeforeMs: nowMs + 10, because: "retry", nowMs }));
    expect(retried).toMatchObject({ failuresInRow: 1, notBeforeMs: nowMs + 10, stopRequest: null });
    expect(must(requeue(failed, { notBeforeMs: null, because: "person", nowMs })).failuresInRow).toBe(0);
  });

  test("what was said instead of an answer is the answer", () => {
    const asking = runIn("exited", { question: QUESTION, followUps: [{ ...BY, text: "take eu" }] });
    const queued = must(requeue(asking, { notBeforeMs: null, because: "person", nowMs }));
    expect(queued.question?.answer).toEqual({ ...BY, text: "take eu", delivered: true });
    expect(queued.followUps).toHaveLength(1);
  });

  test("a question that nothing was said to stays open", () => {
    const asking = runIn("exited", { question: QUESTION });
    expect(must(requeue(asking, { notBeforeMs: null, because: "retry", nowMs })).question).toEqual(QUESTION);
  });

  test("twenty follow-ups can wait", () => {
    let run = runIn("running");
    for (let count = 0; count < 20; count += 1) run = must(addFollowUp(run, { ...BY, text: `${count}` }));
    expect(run.followUps.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, at) => `${at}`));
    expect(whyNot(addFollowUp(run, { ...BY, text: "x" }))).toBe("20 follow-ups wait already");
  });

  test("the last stop request counts", () => {
    const stopped = must(requestStop(runIn("running"), { ...BY, kind: "stop", note: "enough" }));
    expect(stopped.stopRequest).toEqual({ ...BY, kind: "stop", note: "enough" });
    expect(must(requestStop(stopped, { ...BY, kind: "interrupt", note: null })).stopRequest?.kind).toBe(
      "interrupt",
    );
  });
});

describe("asking", () => {
  const asked = must(
    recordQuestion(runIn("running"), { text: "Which?", choices: ["eu", "us"], atMs: nowMs }),
  );

  test("a question ends a declared wait, and is numbered within the run", () => {
    const waiting = must(declareWait(runIn("running"), { on: "CI", untilMs: nowMs + 1, atMs: nowMs }));
    expect(must(recordQuestion(waiting, { text: "Which?", choices: [], atMs: nowMs })).wait).toBeNull();
    const answered = must(deliverAnswer(must(recordAnswer(asked, { ...BY, text: "eu" })), { number: 1 }));
    expect(
      must(recordQuestion(answered, { text: "And now?", choices: [], atMs: nowMs })).question?.number,
    ).toBe(2);
  });

  test("the same one again is the same one, also when it was answered meanwhile", () => {
    const again = { text: "Which?", choices: ["eu", "us"], atMs: nowMs + 9 };
    expect(must(recordQuestion(asked, again)).question).toEqual(asked.question);
    const answered = must(recordAnswer(asked, { ...BY, text: "eu" }));
    expect(must(recordQuestion(answered, again)).question).toEqual(answered.question);
    const delivered = must(deliverAnswer(answered, { number: 1 }));
    expect(must(recordQuestion(delivered, again)).question).toMatchObject({ number: 2, answer: null });
  });

  test("another one has to wait", () => {
    expect(whyNot(recordQuestion(asked, { text: "What else?", choices: [], atMs: nowMs }))).toBe(
      "another question of this run is still open",
    );
  });

  test("another one waits too until the answer to the last was read: it would be lost", () => {
    const other = { text: "What else?", choices: [], atMs: nowMs };
    const answered = must(recordAnswer(asked, { ...BY, text: "eu" }));
    expect(whyNot(recordQuestion(answered, other))).toBe(
      "the answer to “Which?” was not read yet: ask it again with --wait to print it",
    );
    expect(must(recordQuestion(must(deliverAnswer(answered, { number: 1 })), other)).question?.number).toBe(
      2,
    );
  });

  test.each<[string, Parameters<typeof recordAnswer>[1], string | null]>([
    ["one of the choices", { ...BY, text: "eu" }, null],
    ["something else", { ...BY, text: "asia" }, "the answer has to be one of eu, us"],
    ["the question that is open", { ...BY, text: "eu", number: 1 }, null],
    ["one that was open before", { ...BY, text: "eu", number: 0 }, "it has asked another question since"],
  ])("an answer: %s", (_name, facts, why) => {
    expect(whyNot(recordAnswer(asked, facts))).toBe(why);
  });

  test("is answered once", () => {
    const answered = must(recordAnswer(asked, { ...BY, text: "eu" }));
    expect(answered.question?.answer).toEqual({ ...BY, text: "eu", delivered: false });
    expect(whyNot(recordAnswer(answered, { ...BY, text: "us" }))).toBe("it has no open question");
  });

  test.each([
    ["of another question", 2, ANSWERED],
    ["that is not there", 1, QUESTION],
  ] as const)("an answer %s cannot be delivered", (_name, number, question) => {
    expect(whyNot(deliverAnswer({ ...asked, question }, { number }))).toBe("there is no such answer");
  });

  test("a report ends a wait", () => {
    const waiting = must(declareWait(runIn("running"), { on: "CI", untilMs: nowMs + 1, atMs: nowMs }));
    expect(must(recordReport(waiting, { text: "CI is green", atMs: nowMs }))).toMatchObject({
      wait: null,
      report: { text: "CI is green", atMs: nowMs },
    });
    expect(must(recordOutcome(waiting, { kind: "done", note: "", atMs: nowMs })).wait).toBeNull();
  });
});

test("a new run waits for its turn, and the store gives it its ports", () => {
  const queued = queueRun({ id: "r" as RunId, key: "a", owner: null, act: BY, note: "soon" });
  expect(queued).toMatchObject({
    kind: "supervised",
    state: "queued",
    epoch: 1,
    revision: 1,
    attempt: 0,
    sinceMs: nowMs,
    queued: { ...BY, note: "soon" },
    portBlock: null,
    owner: null,
  });
});

test("a closed run gives its ports back and has no one", () => {
  const closed = must(
    closeRun(runIn("failed", { portBlock: 3 }), { ...BY, as: "superseded", why: "another run" }),
  );
  expect(closed).toMatchObject({
    portBlock: null,
    holder: null,
    worker: null,
    stopRequest: null,
    closing: { ...BY, as: "superseded", why: "another run" },
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore } from "../../../../test/memory/memory-store.ts";
import { type PlayedAgent, planOf, playedAgent } from "../../../../test/support/agent-plans.ts";
import { TIMER_CLOCK } from "../../../../test/support/app-world.ts";
import type { AgentActivity } from "../../../core/agent/activity/agent-activity.ts";
import type { AgentEvent, TimedEvent } from "../../../core/agent/contract/agent-event.ts";
import type { AgentOrder } from "../../../core/agent/contract/agent-kind.ts";
import { REMINDER } from "../../../core/agent/turns/after-turn.ts";
import type { ProcessIdentity, Run, RunId } from "../../../core/contract/run.ts";
import {
  addFollowUp,
  begin,
  declareWait,
  end,
  type Messages,
  prepare,
  queueRun,
  type RunChange,
  recordAnswer,
  recordOutcome,
  recordQuestion,
  requestStop,
  take,
} from "../../../core/run/run-transitions.ts";
import type { WorkerExit, WorkerStart } from "../../../ports/runs/workers.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { changeRun } from "../change/change-run.ts";
import { AgentAttempt } from "./agent-attempt.ts";

const ID = "run-1" as RunId;
const SUPERVISOR: ProcessIdentity = { id: "linux:a:2:2", host: "desk", pid: 2 };
const NOTHING: Messages = { followUps: [], answered: null };

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

type Options = {
  readonly agent?: PlayedAgent;
  readonly said?: Messages;
  readonly session?: AgentOrder["session"];
  /** Does not end when its input is closed. */
  readonly lingers?: boolean;
};

async function setUp({ agent = playedAgent(), said = NOTHING, session, lingers = false }: Options = {}) {
  const store = createMemoryStore();
  const act = { by: "dave", atMs: Date.now() };
  const kickoff = { kind: "acted", action: "kickoff", key: "a", title: "A", owner: null } as const;
  await store.insertRun({
    run: queueRun({ id: ID, key: "a", owner: null, act, note: null }),
    action: { ...kickoff, ...act, note: null, group: null },
  });
  const change = async (apply: (run: Run) => RunChange): Promise<Run> => {
    const outcome = await changeRun(store, { id: ID, epoch: null, change: apply });
    if (outcome.kind !== "changed") throw new Error(JSON.stringify(outcome));
    return outcome.run;
  };
  const settings = { name: "careful", kind: "claude", program: null, version: null };
  await change((run) => take(run, { dispatcher: SUPERVISOR, nowMs: Date.now() }));
  await change((run) => prepare(run, { ...GROUND, agent: settings, session: null }));
  const run = await change((now) => begin(now, { supervisor: SUPERVISOR, nowMs: Date.now() }));

  const events: TimedEvent[] = [];
  const digests: AgentActivity[] = [];
  const started: WorkerStart[] = [];
  const signals: string[] = [];
  let finish: (exit: WorkerExit) => void = () => {};
  let isBroken = false;
  let isRemoved = false;
  const guard = () => {
    if (isBroken) throw new StoreError({ kind: "busy", message: "not now", hint: "later" });
  };
  const attempt = new AgentAttempt(
    {
      clock: TIMER_CLOCK,
      store: {
        readRun: async (id) => {
          guard();
          return await store.readRun(id);
        },
        replaceRun: async (input) => {
          guard();
          return await store.replaceRun(input);
        },
      },
      repositoryExists: () => !isRemoved,
      newSession: () => "new-session",
      launcher: {
        openEvents: () => ({
          write: (event) => void events.push(event),
          writeActivity: (activity) => digests.push(activity) > 0,
          clean: (text) => text.replaceAll("hunter2-value", "[redacted]"),
          close: () => {},
        }),
        launch: (start) => {
          started.push(start);
          const { promise, resolve } = Promise.withResolvers<WorkerExit>();
          finish = resolve;
          return {
            identity: { id: `linux:a:${started.length}:1`, host: "desk", pid: started.length },
            ended: promise,
            terminate: () => void signals.push("terminate"),
            kill: () => void signals.push("kill"),
            send: () => {},
            closeInput: () => {
              signals.push("close");
              if (!lingers) resolve({ kind: "exited", code: 0 });
            },
          };
        },
      },
    },
    {
      plan: planOf(agent.kind, { session: session ?? { id: "s", resume: false } }),
      start: {
        run: ID,
        epoch: 2,
        heading: null,
        folder: "/w",
        programFolder: "/p",
        variables: {},
        logMaxBytes: 1,
      },
      run,
      said,
    },
  );
  await pass();
  const read = async (): Promise<Run> => {
    const now = await store.readRun(ID);
    if (now === null) throw new Error("no run");
    return now;
  };
  return {
    ...agent,
    attempt,
    events,
    digests,
    started,
    signals,
    change,
    read,
    finish: (exit: WorkerExit) => finish(exit),
    removeRepository: () => {
      isBroken = true;
      isRemoved = true;
    },
    breakStore: (broken: boolean) => {
      isBroken = broken;
    },
    /** As the supervisor does it every few seconds. */
    look: async () => {
      await attempt.attend(await read());
      await pass();
    },
    /** The agent says it, and what follows from it is done. */
    hear: async (...said: readonly AgentEvent[]) => {
      for (const event of said) agent.says(event);
      await pass();
    },
    messages: () =>
      events.flatMap((event) =>
        event.kind === "message" && event.from !== "agent"
          ? [`${event.from.person}, ${event.delivered}: ${event.text}`]
          : [],
      ),
  };
}

const GROUND = {
  worktree: ".worktrees/a",
  branch: "task/a",
  baseCommit: null,
  taskHash: null,
  uncommitted: false,
  workerName: "careful",
};
const ENDED: AgentEvent = { kind: "ended", how: "completed" };
const message = (text: string) => (run: Run) => addFollowUp(run, { by: "mia", atMs: Date.now(), text });
const outcome = (run: Run) => recordOutcome(run, { kind: "done", note: "", atMs: Date.now() });
const says = (text: string): AgentEvent => ({
  kind: "message",
  from: "agent",
  text,
  part: null,
  delivered: null,
});
const ran = (id: string): AgentEvent => ({
  ...{ kind: "tool", id, name: "Bash", does: "run", input: "npm test", state: "ok" },
  ...{ exitCode: 0, ms: 1, output: null, lines: null },
});

describe("K25: when an attempt ends", () => {
  test("after a turn with an outcome its input is closed, and it is over when its processes are gone", async () => {
    const { attempt, hear, change, signals, received, digests } = await setUp();
    await change(outcome);
    await hear({ kind: "usage", input: 10, output: 2, cached: 0, contextPercent: null }, ENDED);
    expect(signals).toEqual(["close"]);
    expect(await attempt.ended).toMatchObject({
      end: { kind: "exited", code: 0 },
      use: { tokens: { input: 10, output: 2, cached: 0 }, events: 2, unparsed: 0 },
    });
    expect(received).toEqual(["begin: Do it.", "gone: 0"]);
    expect(digests.at(-1)).toMatchObject({ events: 2, turnsEnded: 1 });
  });

  test("a process that is gone in the middle of a turn did not finish, whatever its code", async () => {
    const { attempt, finish, hear } = await setUp();
    await hear(says("I begin."));
    finish({ kind: "exited", code: 0 });
    expect((await attempt.ended).end).toEqual({
      kind: "exited",
      code: 0,
      unfinished: "it ended in the middle of its turn",
    });
  });

  test("an error that it names is why", async () => {
    const { attempt, finish, hear } = await setUp();
    await hear(
      { kind: "error", code: "signed_out", status: 401, why: "bad key" },
      { kind: "ended", how: "failed" },
    );
    finish({ kind: "exited", code: 1 });
    expect((await attempt.ended).end).toMatchObject({ unfinished: "it is not logged in (bad key)" });
  });

  test("a usage limit says until when it lasts", async () => {
    const { attempt, finish, hear } = await setUp();
    const limit = { kind: "limit", status: "reached", window: "five_hour", usedPercent: 100 } as const;
    await hear(
      { ...limit, resetsAtMs: 5_000_000 },
      { kind: "error", code: "limit", status: 429, why: "resets 10:48am" },
      { kind: "ended", how: "failed" },
    );
    finish({ kind: "exited", code: 1 });
    expect(await attempt.ended).toMatchObject({
      end: { unfinished: "its usage limit is reached (resets 10:48am)" },
      limitedUntilMs: 5_000_000,
    });
  });

  test("one that stays after its input was closed is asked to end, then killed; it has finished", async () => {
    const { attempt, hear, change, signals, finish } = await setUp({ lingers: true });
    await change(outcome);
    await hear(ENDED);
    await pass(10_000);
    expect(signals).toEqual(["close", "terminate"]);
    await pass(10_000);
    expect(signals).toEqual(["close", "terminate", "kill"]);
    finish({ kind: "signalled", signal: "SIGKILL" });
    expect((await attempt.ended).end).toEqual({ kind: "exited", code: 0 });
  });
});

describe("K26: a turn that ends without a report", () => {
  test("is continued with one sentence, twice while something changes; then a person is asked its last question", async () => {
    const { attempt, hear, received, read, messages, signals } = await setUp();
    await hear(says("Done?"), ENDED);
    await hear(ran("1"), ENDED);
    await hear(ran("2"), says("I am unsure.\n\nDo I continue?"), ENDED);
    expect(received.slice(1, 3)).toEqual([`turn: ${REMINDER}`, `turn: ${REMINDER}`]);
    expect(signals).toEqual(["close"]);
    await attempt.ended;
    expect((await read()).question).toMatchObject({ text: "Do I continue?", answer: null });
    expect(messages()).toEqual([`tasks, turn: ${REMINDER}`, `tasks, turn: ${REMINDER}`]);
  });

  test("once, if nothing changes", async () => {
    const { attempt, hear, received } = await setUp();
    await hear(says("Done."), ENDED);
    await hear(says("Done."), ENDED);
    await attempt.ended;
    expect(received.filter((words) => words.startsWith("turn"))).toHaveLength(1);
  });

  test("a question asked with `tasks ask` ends it, and is in the events", async () => {
    const { attempt, hear, change, events } = await setUp();
    const asked = { text: "Which?", choices: ["a"], atMs: Date.now() };
    await change((run) => recordQuestion(run, asked));
    await hear(ENDED);
    await attempt.ended;
    expect(events.filter(({ kind }) => kind === "asked")).toMatchObject([
      { id: "question-1", about: "question", text: "Which?", choices: ["a"] },
    ]);
  });
});

describe("K28: messages", () => {
  test("reach an agent in the middle of its turn, once, and count as delivered", async () => {
    const { look, received, change, read, messages, attempt, finish } = await setUp();
    await change(message("Faster."));
    await look();
    await look();
    expect(received.slice(1)).toEqual(["steer: mia says:\n\nFaster."]);
    expect((await read()).followUps).toEqual([]);
    expect(messages()).toEqual(["mia, mid_turn: Faster."]);
    finish({ kind: "signalled", signal: "SIGKILL" });
    await attempt.ended;
  });

  test("become the next turn of one that cannot be steered, in a new process where it has to be one", async () => {
    const agent = playedAgent();
    agent.can.steer = false;
    agent.can.nextTurn = false;
    const { look, received, change, hear, read, attempt, messages } = await setUp({ agent });
    await hear({ kind: "session", id: "s", model: null, version: "2.1" });
    await change(message("Faster."));
    await look();
    expect(received).toHaveLength(1);
    await hear(ENDED);
    expect(received.slice(1)).toEqual(["gone: 0", "begin in s: mia says:\n\nFaster."]);
    expect(messages()).toEqual(["mia, turn: Faster."]);
    expect(attempt.identity?.pid).toBe(2);
    expect(await read()).toMatchObject({
      followUps: [],
      agent: { version: "2.1" },
      session: { kind: "claude", id: "s", isStarted: true },
    });
    await change(outcome);
    await hear(ENDED);
    await attempt.ended;
  });

  test("are sent although the store is away, and stored as delivered when it is back", async () => {
    const { look, received, change, read, breakStore, attempt, hear } = await setUp();
    const run = await change(message("Faster."));
    breakStore(true);
    await attempt.attend(run);
    await attempt.attend(run);
    await pass();
    expect(received.slice(1)).toEqual(["steer: mia says:\n\nFaster."]);
    await hear(ENDED);
    await pass(3_000);
    expect((await read()).followUps).toHaveLength(1);
    breakStore(false);
    await pass(3_000);
    await look();
    expect((await read()).followUps).toEqual([]);
    await change(outcome);
    await hear(ENDED);
    await attempt.ended;
  });

  test("what could not be stored is stored with the end", async () => {
    const { change, read, breakStore, attempt, finish } = await setUp();
    const run = await change(message("Faster."));
    breakStore(true);
    await attempt.attend(run);
    finish({ kind: "signalled", signal: "SIGKILL" });
    const { end: ending, settle } = await attempt.ended;
    const changed = end(settle(await read()), { end: ending, nowMs: 1 });
    expect(changed).toMatchObject({ kind: "changed", run: { state: "failed", followUps: [] } });
  });

  test("of the prompt are in the events", async () => {
    const followUps = [{ by: "mia", atMs: 1, text: "First." }];
    const { messages, attempt, finish } = await setUp({ said: { followUps, answered: null } });
    expect(messages()).toEqual(["mia, prompt: First."]);
    finish({ kind: "signalled", signal: "SIGKILL" });
    await attempt.ended;
  });
});

test("K25: an agent whose repository was removed is let go after its turn, as no message can come any more", async () => {
  const { hear, signals, attempt, removeRepository } = await setUp();
  removeRepository();
  await hear({ kind: "ended", how: "completed" });
  await pass(1_000);
  expect(signals).toEqual(["close"]);
  await attempt.ended;
});

describe("K29: what the agent asks", () => {
  const asked = (id: string): AgentEvent => ({
    ...{ kind: "asked", id, about: "permission", text: `Run ${id}?`, choices: ["Allow", "Deny"] },
  });

  test("K48: is stored without the secrets that its events are written without", async () => {
    const { hear, read, attempt, finish } = await setUp();
    await hear(asked("hunter2-value"));
    expect((await read()).question).toMatchObject({ text: "Run [redacted]?" });
    finish({ kind: "signalled", signal: "SIGKILL" });
    await attempt.ended;
  });

  test("is the run's question, one at a time, and the answer goes back to its request", async () => {
    const { hear, read, change, look, received, attempt, messages, finish } = await setUp();
    await hear(asked("r1"), asked("r2"));
    expect((await read()).question).toMatchObject({
      text: "Run r1?",
      request: { id: "r1", about: "permission" },
    });
    await change((run) => recordAnswer(run, { by: "mia", atMs: Date.now(), text: "Allow" }));
    await look();
    await look();
    expect(received.slice(1)).toEqual(["answer r1: Allow"]);
    expect((await read()).question).toMatchObject({ number: 2, text: "Run r2?", answer: null });
    expect(messages()).toEqual(["mia, mid_turn: Allow"]);
    finish({ kind: "signalled", signal: "SIGKILL" });
    await attempt.ended;
  });
});

describe("N24: a permission that a person answered after its turn was stopped", () => {
  const EXACT = '["Bash",{"command":"npm publish"}]';
  const asks = (id: string): AgentEvent => ({
    ...{ kind: "asked", id, about: "permission", text: "Run `npm publish`?", choices: ["Allow", "Deny"] },
  });
  const answered = (text: string, exact = EXACT): Messages => ({
    followUps: [],
    answered: {
      ...{ number: 1, text: "Run `npm publish`?", choices: ["Allow", "Deny"], askedAtMs: 1 },
      request: { id: "before", about: "permission", exact },
      answer: { by: "mia", atMs: 2, text, delivered: true },
    },
  });
  const ran = (does: "run" | "read"): AgentEvent => ({
    ...{ kind: "tool", id: "t", name: "Bash", does, input: "x", state: "ok", exitCode: 0, ms: 1 },
    ...{ output: null, lines: null },
  });
  const IN_SESSION = { session: { id: "s", resume: true } } as const;

  async function resumed(said: Messages, options: Options = IN_SESSION) {
    const agent = playedAgent();
    for (const id of ["r1", "r2"]) agent.requests.set(id, EXACT);
    return await setUp({ ...options, agent, said });
  }

  test.each(["Allow", "Deny"])("gets that answer, %s, once, and the transcript says so", async (text) => {
    const { hear, read, received, messages, attempt, finish } = await resumed(answered(text));
    await hear(ran("read"), asks("r1"));
    expect(received.slice(1)).toEqual([`answer r1: ${text}`]);
    expect((await read()).question).toBeNull();
    expect(messages().at(-1)).toBe(`tasks, mid_turn: mia answered this before its turn was stopped: ${text}`);
    await hear(asks("r2"));
    expect(received.slice(2)).toEqual([]);
    expect((await read()).question).toMatchObject({ request: { id: "r2", exact: EXACT }, answer: null });
    finish({ kind: "signalled", signal: "SIGKILL" });
    await attempt.ended;
  });

  test.each<[string, Messages, Options, readonly AgentEvent[]]>([
    ["of another request", answered("Allow", '["Bash",{"command":"npm publish "}]'), IN_SESSION, []],
    ["in another session", answered("Allow"), {}, []],
    ["after another command", answered("Allow"), IN_SESSION, [ran("run")]],
    ["answered in other words", answered("Only tomorrow"), IN_SESSION, []],
  ])("is asked again when it is %s", async (_, said, options, before) => {
    const { hear, read, received, attempt, finish } = await resumed(said, options);
    await hear(...before, asks("r1"));
    expect(received.slice(1)).toEqual([]);
    expect((await read()).question).toMatchObject({ request: { id: "r1" }, answer: null });
    finish({ kind: "signalled", signal: "SIGKILL" });
    await attempt.ended;
  });

  test("keeps what it asks for only where that holds no secret and is short", async () => {
    const agent = playedAgent();
    const { hear, read, change, look, attempt, finish } = await setUp({ agent });
    for (const [id, exact] of [
      ["r1", "echo hunter2-value"],
      ["r2", "x".repeat(8_001)],
    ] as const) {
      agent.requests.set(id, exact);
      await hear(asks(id));
      expect((await read()).question?.request).toEqual({ id, about: "permission" });
      await change((run) => recordAnswer(run, { by: "mia", atMs: Date.now(), text: "Deny" }));
      await look();
    }
    finish({ kind: "signalled", signal: "SIGKILL" });
    await attempt.ended;
  });
});

describe("K27: a session continues", () => {
  test("an attempt resumes it; one that is gone starts over, with the whole prompt, and the events say so", async () => {
    const { received, hear, finish, attempt, messages, change, read } = await setUp({
      session: { id: "s", resume: true },
    });
    await hear({ kind: "error", code: "session_gone", status: null, why: "no such session" });
    finish({ kind: "exited", code: 1 });
    await pass();
    expect(received).toEqual(["begin in s: Do it.", "gone: 1", "begin: The whole prompt."]);
    expect(messages()).toEqual([expect.stringMatching(/^tasks, prompt: The earlier session is gone/)]);
    expect((await read()).session).toEqual({ kind: "claude", id: "new-session", isStarted: false });
    await change(outcome);
    await hear(ENDED);
    expect((await attempt.ended).end).toEqual({ kind: "exited", code: 0 });
  });
});

describe("K28: a stop, and an interrupt for a message", () => {
  test("interrupts the turn first, and ends the process when the turn is over", async () => {
    const { attempt, received, hear, signals, finish } = await setUp();
    attempt.terminate();
    attempt.terminate();
    expect([received.at(-1), signals]).toEqual(["interrupt", []]);
    await hear({ kind: "ended", how: "interrupted" });
    expect(signals).toEqual(["close", "terminate"]);
    finish({ kind: "exited", code: 0 });
    await attempt.ended;
  });

  test("a turn that does not end is ended after a moment", async () => {
    const { attempt, signals, finish } = await setUp();
    attempt.terminate();
    await pass(3_000);
    expect(signals).toEqual(["terminate"]);
    finish({ kind: "signalled", signal: "SIGTERM" });
    await attempt.ended;
  });

  test("an interrupted turn gives way to the message, in the same process", async () => {
    const { attempt, received, hear, change, read, signals } = await setUp();
    await change(message("Other way."));
    const interrupting = await change((run) =>
      requestStop(run, { kind: "interrupt", by: "mia", atMs: Date.now(), note: null }),
    );
    expect(attempt.takesInterrupt(interrupting)).toBe(true);
    await hear({ kind: "ended", how: "interrupted" });
    expect(received.slice(1)).toEqual(["interrupt", "turn: mia says:\n\nOther way."]);
    expect(attempt.takesInterrupt(interrupting)).toBe(true);
    expect(received).toHaveLength(3);
    expect(await read()).toMatchObject({ stopRequest: null, followUps: [] });
    expect(signals).toEqual([]);
    await change(outcome);
    await hear(ENDED);
    await attempt.ended;
  });

  test("one that cannot is stopped as before", async () => {
    const agent = playedAgent({ resumes: false });
    agent.can.interrupt = false;
    const { attempt, change, signals, finish } = await setUp({ agent });
    await change(message("Other way."));
    const run = await change((now) =>
      requestStop(now, { kind: "interrupt", by: "mia", atMs: Date.now(), note: null }),
    );
    expect(attempt.takesInterrupt(run)).toBe(false);
    attempt.terminate();
    expect(signals).toEqual(["terminate"]);
    finish({ kind: "signalled", signal: "SIGTERM" });
    await attempt.ended;
  });
});

describe("N23: a turn that ended with a declared wait", () => {
  const SESSION: AgentEvent = { kind: "session", id: "s", model: null, version: null };
  const waits = (minutes: number) => (run: Run) =>
    declareWait(run, { on: "CI 8812", untilMs: Date.now() + minutes * 60_000, atMs: Date.now() });

  test("is not reminded: its run is held until then", async () => {
    const { attempt, hear, change, received } = await setUp();
    await change(waits(30));
    await hear(SESSION, says("I wait for CI."), ENDED);
    expect((await attempt.ended).hold).toMatchObject({
      spared: { kind: "waiting", on: "CI 8812" },
      held: { cause: "wait", untilMs: Date.now() + 30 * 60_000 },
    });
    expect(received).toEqual(["begin: Do it.", "gone: 0"]);
  });

  test("a message that waits is said first", async () => {
    const { attempt, hear, change, received, finish } = await setUp();
    await change(waits(30));
    await change(message("Do not wait."));
    await hear(SESSION, ENDED);
    expect(received.at(-1)).toContain("Do not wait.");
    finish({ kind: "exited", code: 0 });
    await attempt.ended;
  });

  test("a wait that is all but over is not worth it", async () => {
    const { attempt, hear, change, received, finish } = await setUp();
    await change(waits(0.5));
    await hear(SESSION, ENDED);
    expect(received.at(-1)).toBe(`turn: ${REMINDER}`);
    finish({ kind: "exited", code: 0 });
    expect((await attempt.ended).hold).toBeNull();
  });
});

test("K20: the digest is replaced at most once a second, however much is said", async () => {
  const { attempt, digests, hear, finish } = await setUp();
  for (let number = 0; number < 100; number += 1) {
    await hear(says(`${number}`));
    await pass(50);
  }
  expect(digests.length).toBeGreaterThanOrEqual(5);
  expect(digests.length).toBeLessThanOrEqual(7);
  finish({ kind: "signalled", signal: "SIGKILL" });
  await attempt.ended;
  expect(digests.at(-1)).toMatchObject({ lastMessage: "99", events: 100 });
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore } from "../../../../test/memory/memory-store.ts";
import { planOf, playedAgent } from "../../../../test/support/agent-plans.ts";
import { TIMER_CLOCK } from "../../../../test/support/app-world.ts";
import type { AgentActivity } from "../../../core/agent/activity/agent-activity.ts";
import type { AgentEvent, TimedEvent } from "../../../core/agent/contract/agent-event.ts";
import { COMMIT_AND_STOP } from "../../../core/budget/budget-words.ts";
import type { ProcessIdentity, Run, RunId } from "../../../core/contract/run.ts";
import { type BudgetLimits, NO_LIMITS } from "../../../core/costs/budget-limits.ts";
import { hold } from "../../../core/run/held/hold.ts";
import { nextStep } from "../../../core/run/next-step.ts";
import {
  begin,
  declareWait,
  end,
  prepare,
  queueRun,
  type RunChange,
  recordAnswer,
  take,
} from "../../../core/run/run-transitions.ts";
import { UTC } from "../../../core/values/local-time.ts";
import type { WorkerExit } from "../../../ports/runs/workers.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { changeRun } from "../change/change-run.ts";
import { AgentAttempt } from "./agent-attempt.ts";
import type { Spending } from "./spending.ts";

const ID = "run-1" as RunId;
const SUPERVISOR: ProcessIdentity = { id: "linux:a:2:2", host: "desk", pid: 2 };
const POLICY = { attempts: 3, firstMs: 1, maxMs: 1 };

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T21:00:00Z") }));
afterEach(() => void vi.useRealTimers());

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

type Given = { readonly limits?: Partial<BudgetLimits>; readonly atLimit?: Spending["atLimit"] };

async function setUp({ limits = {}, atLimit = "finish_turn" }: Given = {}) {
  const store = createMemoryStore();
  const agent = playedAgent();
  const act = { by: "dave", atMs: Date.now() };
  const kickoff = { kind: "acted", action: "kickoff", key: "a", title: "A", owner: null } as const;
  await store.insertRun({
    run: queueRun({ id: ID, key: "a", owner: "dave", act, note: null }),
    action: { ...kickoff, ...act, note: null, group: null },
  });
  const change = async (apply: (run: Run) => RunChange): Promise<Run> => {
    const outcome = await changeRun(store, { id: ID, epoch: null, change: apply });
    if (outcome.kind !== "changed") throw new Error(JSON.stringify(outcome));
    return outcome.run;
  };
  const ground = {
    worktree: ".worktrees/a",
    branch: "a",
    baseCommit: null,
    taskHash: null,
    uncommitted: false,
  };
  const named = { name: "careful", kind: "claude", program: null, version: null };
  await change((run) => take(run, { dispatcher: SUPERVISOR, nowMs: Date.now() }));
  await change((run) => prepare(run, { ...ground, workerName: "careful", agent: named, session: null }));
  const run = await change((now) => begin(now, { supervisor: SUPERVISOR, nowMs: Date.now() }));
  const events: TimedEvent[] = [];
  const digests: AgentActivity[] = [];
  const signals: string[] = [];
  const writes: number[] = [];
  let stamp = "clean";
  let isBroken = false;
  const spending: Spending = {
    ledger: {
      writeUsage: async (records) => {
        if (isBroken) throw new StoreError({ kind: "busy", message: "not now", hint: "later" });
        writes.push(Date.now());
        await store.writeUsage(records);
      },
      readUsage: (query) => store.readUsage(query),
    },
    ...{ account: "claude@desk", prices: [], limits: { ...NO_LIMITS, ...limits }, atLimit, zone: UTC },
    worktreeStamp: async () => stamp,
  };
  const attempt = new AgentAttempt(
    {
      ...{ clock: TIMER_CLOCK, store, repositoryExists: () => true, newSession: () => "new-session" },
      launcher: {
        openEvents: () => ({
          write: (event) => void events.push(event),
          writeActivity: (activity) => digests.push(activity) > 0,
          clean: (text) => text.replaceAll("hunter2", "[redacted]"),
          close: () => {},
        }),
        launch: () => {
          const { promise, resolve } = Promise.withResolvers<WorkerExit>();
          return {
            ...{ identity: { id: "linux:a:9:1", host: "desk", pid: 9 }, ended: promise, send: () => {} },
            terminate: () => void signals.push("terminate"),
            kill: () => void signals.push("kill"),
            closeInput: () => resolve({ kind: "exited", code: 0 }),
          };
        },
      },
    },
    {
      plan: planOf(agent.kind, { session: { id: "s", resume: false } }),
      start: {
        ...{ run: ID, epoch: 2, heading: null, folder: "/w", programFolder: "/p" },
        variables: {},
        logMaxBytes: 1,
      },
      ...{ run, spending, said: { followUps: [], answered: null } },
    },
  );
  await pass();
  const read = async () => (await store.readRun(ID)) ?? run;
  const attend = async () => await attempt.attend(await read()).catch(() => {});
  return {
    ...{ agent, attempt, events, digests, signals, writes, store, change, read, attend },
    says: (...said: AgentEvent[]) => said.forEach(agent.says),
    setStamp: (value: string) => {
      stamp = value;
    },
    setBroken: (value: boolean) => {
      isBroken = value;
    },
    /** As its supervisor polls. */
    poll: async (ms: number) => {
      for (let at = 0; at < ms; at += 3_000) {
        await pass(3_000);
        await attend();
      }
    },
    /** The stored run after the end. */
    ends: async () => {
      await pass(11_000);
      const { end: how, use, hold: held, settle, limitedUntilMs } = await attempt.ended;
      const ending = { end: how, use, limitedUntilMs, nowMs: Date.now() };
      return await change((now) =>
        held ? hold(settle(now), { ...ending, ...held }) : end(settle(now), ending),
      );
    },
  };
}

const cost = (usd: number): AgentEvent => ({ kind: "cost", usd, isEstimate: false });
const usage = (input: number, output: number): AgentEvent => ({
  ...{ kind: "usage", input, output, cached: 0, contextPercent: null },
});
const tool = (id: string, state: "running" | "ok", input = "npm test"): AgentEvent => ({
  ...{ kind: "tool", id, name: "Bash", does: "run", input, state, exitCode: null, ms: null },
  ...{ output: state === "ok" ? "2 failed" : null, lines: null },
});
const message: AgentEvent = { kind: "message", from: "agent", text: "Hm.", part: null, delivered: null };
const ended = (how: "completed" | "interrupted"): AgentEvent => ({ kind: "ended", how });

describe("what an attempt uses", () => {
  test("N35: it is written every 30 s at most, and at the end, by the hour of the work", async () => {
    const world = await setUp();
    world.says(message, usage(100, 10), tool("1", "running"));
    await world.poll(60_000);
    world.says(tool("1", "ok"), usage(50, 5));
    await world.poll(30_000);
    expect(world.writes.length).toBeLessThanOrEqual(3);
    world.says(cost(0.5), ended("interrupted"));
    const run = await world.ends();
    const [record, ...more] = await world.store.readUsage({ run: ID });
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      worker: "careful",
      account: "claude@desk",
      key: "a",
      owner: "dave",
      input: 150,
      output: 15,
      usd: 0.5,
      tools: 1,
      workMs: 90_000,
    });
    expect(run.attempts.at(-1)?.use).toMatchObject({ cost: { usd: 0.5 }, tools: 1, workMs: 90_000 });
    expect(world.digests.at(-1)).toMatchObject({
      tools: 1,
      workMs: 90_000,
      startedAtMs: record?.startedAtMs,
    });
  });

  test("N35: a store that takes nothing for a while loses nothing", async () => {
    const world = await setUp();
    world.setBroken(true);
    world.says(message, usage(100, 10));
    await world.poll(60_000);
    world.setBroken(false);
    await world.poll(33_000);
    expect(await world.store.readUsage({ run: ID })).toMatchObject([{ input: 100, output: 10 }]);
  });

  test("N40: waiting for a person, for what was declared, and between turns is no time at work", async () => {
    const world = await setUp();
    world.says(message);
    await world.poll(30_000);
    world.says({ kind: "asked", id: "q", about: "permission", text: "May I?", choices: ["yes"] });
    await world.poll(60_000);
    world.says(tool("1", "running"));
    await world.change((run) => recordAnswer(run, { by: "eve", atMs: Date.now(), text: "yes" }));
    await world.attend();
    await world.poll(30_000);
    await world.change((run) =>
      declareWait(run, { on: "CI", untilMs: Date.now() + 3_600_000, atMs: Date.now() }),
    );
    await world.attend();
    await world.poll(90_000);
    world.says(ended("interrupted"));
    await pass(60_000);
    const { use } = await world.attempt.ended;
    expect(use?.workMs).toBe(60_000);
  });
});

describe("a budget that is used up", () => {
  test("N43: its worker is asked to commit and stop, may end one more tool, and is interrupted", async () => {
    const world = await setUp({ limits: { run_usd: 5 } });
    world.says(message, tool("1", "running"), cost(4.9));
    await world.attend();
    expect(world.agent.received).toEqual(["begin: Do it."]);
    world.says(cost(0.5));
    expect(world.agent.received.slice(1)).toEqual([`steer: ${COMMIT_AND_STOP}`]);
    world.says(tool("1", "ok"), tool("2", "running", "git commit -am wip"));
    expect(world.agent.received).toHaveLength(2);
    world.says(tool("2", "ok", "git commit -am wip"));
    expect(world.agent.received.at(-1)).toBe("interrupt");
    world.says(ended("interrupted"));
    const run = await world.ends();
    expect(run).toMatchObject({
      state: "exited",
      failuresInRow: 0,
      budget: { reached: { what: "usd", used: 5.4 } },
    });
    expect(nextStep(run, POLICY)).toMatchObject({ kind: "stay" });
    expect(world.agent.received.filter((line) => line.startsWith("steer"))).toHaveLength(1);
  });

  test("N43: a turn that it ends itself is its last, without a reminder", async () => {
    const world = await setUp({ limits: { run_tools: 1 } });
    world.says(message, tool("1", "running"));
    world.says(tool("1", "ok"), ended("completed"));
    const run = await world.ends();
    expect(run).toMatchObject({ state: "exited", budget: { reached: { what: "tools" } } });
    expect(world.agent.received.some((line) => line.startsWith("turn"))).toBe(false);
  });

  test("N43: one that takes no message is stopped when its next tool has ended, `interrupt` at once", async () => {
    const silent = await setUp({ limits: { run_tokens: 100 } });
    silent.agent.can.steer = false;
    silent.says(message, tool("1", "running"), usage(90, 10));
    expect(silent.agent.received).toEqual(["begin: Do it."]);
    silent.says(tool("1", "ok"));
    expect(silent.agent.received.at(-1)).toBe("interrupt");
    const atOnce = await setUp({ limits: { run_tokens: 100 }, atLimit: "interrupt" });
    atOnce.says(message, usage(90, 10));
    expect(atOnce.agent.received).toEqual(["begin: Do it.", "interrupt"]);
  });

  test("N43: one that only talks has two minutes", async () => {
    const world = await setUp({ limits: { run_minutes: 1 } });
    world.says(message);
    await world.poll(30_000);
    world.setStamp("changed");
    await world.poll(30_000);
    expect(world.agent.received.at(-1)).toBe(`steer: ${COMMIT_AND_STOP}`);
    await world.poll(117_000);
    expect(world.agent.received.at(-1)).not.toBe("interrupt");
    await world.poll(6_000);
    expect(world.agent.received).toContain("interrupt");
  });

  test("N42: the day's budget counts all runs of the local day", async () => {
    const world = await setUp({ limits: { day_usd: 10 } });
    const other = { ...(await sampleRecord(world)), run: "other" as RunId };
    const hourMs = Date.parse("2026-03-24T09:00:00Z");
    await world.store.writeUsage([
      { ...other, hourMs, usd: 9 },
      { ...other, hourMs: hourMs - 24 * 3_600_000, usd: 90 },
    ]);
    world.says(message);
    await world.poll(30_000);
    world.says(cost(0.9));
    expect(world.agent.received).toHaveLength(1);
    world.says(cost(0.2));
    await pass();
    expect((await world.read()).budget.reached).toMatchObject({ what: "day_usd" });
  });

  test("N42: what an attempt used before midnight counts for the day before", async () => {
    vi.setSystemTime("2026-03-24T23:50:00Z");
    const world = await setUp({ limits: { day_usd: 10 } });
    world.says(message, cost(9));
    await world.poll(60_000);
    vi.setSystemTime("2026-03-25T00:10:00Z");
    await world.poll(60_000);
    world.says(cost(9));
    await pass();
    expect((await world.read()).budget.reached).toBeNull();
    world.says(cost(1));
    await pass();
    expect((await world.read()).budget.reached).toMatchObject({ what: "day_usd", used: 10 });
  });

  test("N45: what is unknown stops nothing", async () => {
    const world = await setUp({ limits: { run_usd: 0.01, run_tokens: 1 } });
    world.says(message, tool("1", "ok"));
    await world.poll(60_000);
    expect(world.agent.received).toEqual(["begin: Do it."]);
  });
});

async function sampleRecord({ says, poll, store }: Awaited<ReturnType<typeof setUp>>) {
  says(message, usage(1, 1));
  await poll(33_000);
  const [record] = await store.readUsage({ run: ID });
  if (record === undefined) throw new Error("nothing was written");
  return record;
}

describe("an agent that repeats itself", () => {
  const times = (count: number) =>
    Array.from({ length: count }, (_, at) => tool(`t${at}`, "ok", "npm test hunter2"));

  test("N46: five times is in its row, ten times stops it and asks a person", async () => {
    const world = await setUp();
    world.says(...times(5));
    await pass(1_000);
    expect(world.digests.at(-1)?.loop).toMatchObject({ kind: "tool", times: 5, text: "npm test [redacted]" });
    world.says(...times(4));
    expect(world.agent.received).toEqual(["begin: Do it."]);
    world.says(...times(1));
    expect(world.agent.received.at(-1)).toBe("interrupt");
    world.says(ended("interrupted"));
    const run = await world.ends();
    expect(run).toMatchObject({
      state: "exited",
      failuresInRow: 0,
      question: {
        text: "It seems to repeat `npm test [redacted]` (10 times, same result). Continue?",
        choices: ["Continue", "Stop"],
        answer: null,
      },
    });
    const answered = (text: string) =>
      world.change((now) =>
        recordAnswer({ ...now, question: run.question }, { by: "eve", atMs: Date.now(), text }),
      );
    expect(nextStep(await answered("Continue"), POLICY)).toMatchObject({
      kind: "requeue",
      because: "person",
    });
    expect(nextStep(await answered("Stop"), POLICY)).toEqual({ kind: "stay", why: "it was stopped by eve" });
  });

  test("N48: a quarter of its budget without a change in the worktree is one, until there is a change", async () => {
    const world = await setUp({ limits: { run_tokens: 1_000 } });
    await world.attend();
    world.says(usage(240, 0));
    await world.attend();
    expect(world.digests.at(-1)?.loop ?? null).toBe(null);
    world.says(usage(20, 0));
    await world.attend();
    await pass(1_000);
    expect(world.digests.at(-1)?.loop).toMatchObject({
      kind: "no_change",
      times: 1,
      text: "25 % of its budget",
    });
    world.setStamp("changed");
    world.says(usage(250, 0));
    await world.attend();
    await pass(1_000);
    expect(world.digests.at(-1)?.loop).toBe(null);
    world.says(usage(260, 0));
    await world.attend();
    expect(world.agent.received).toEqual(["begin: Do it."]);
  });

  test("N49: polls of a declared wait are none", async () => {
    const world = await setUp();
    await world.change((run) =>
      declareWait(run, { on: "CI", untilMs: Date.now() + 3_600_000, atMs: Date.now() }),
    );
    await world.attend();
    world.says(...times(30));
    expect(world.agent.received).toEqual(["begin: Do it."]);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld } from "../../../../test/support/runs-world.ts";
import { configSchema } from "../../../config/schema.ts";
import type { Run } from "../../../core/contract/run.ts";
import { changeRun } from "../change/change-run.ts";
import { startRun } from "../start/start-run.ts";
import { handOverHeld, handOverRun } from "./hand-over.ts";
import { kickoff } from "./kickoff.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const { workers } = configSchema.parse({
  workers: {
    default: "claude",
    named: {
      claude: { kind: "claude", fallback: ["codex"] },
      codex: { kind: "codex" },
      gemini: { kind: "gemini" },
    },
  },
});

/** A run whose first attempt met a limit, or another end. */
async function setUp(changes: Partial<Run> = HELD) {
  const texts = { [taskPath("a")]: taskText() };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts, config: { workers } });
  await world.refresh();
  await kickoff(world.runs, ["a"], { by: "dave", note: null });
  await start();
  await world.endWorker("a", 1);
  await change({ session: { kind: "claude", id: "s1", isStarted: true }, ...changes });

  async function change(values: Partial<Run>): Promise<void> {
    const { id, epoch } = (await world.open("a")) as Run;
    const set = (run: Run) => ({ kind: "changed", run: { ...run, ...values } }) as const;
    await changeRun(world.world.store, { id, epoch, change: set });
  }
  async function start(): Promise<Run> {
    const starting = startRun(world.runs, (await world.open("a")) as Run, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(40_000);
    await starting;
    return (await world.open("a")) as Run;
  }
  const handOver = async (to: string | null) => {
    const handed = await handOverRun(world.runs, (await world.open("a")) as Run, { to, by: "rj" });
    return handed.kind === "refused" ? `${handed.message} ${handed.hint}` : `${handed.from} -> ${handed.to}`;
  };
  return { world, start, handOver, open: async () => (await world.open("a")) as Run };
}

const HELD: Partial<Run> = {
  state: "queued",
  notBeforeMs: Number.MAX_SAFE_INTEGER,
  held: {
    ...{ cause: "limit", on: "claude@desk", sinceMs: 0, untilMs: null },
    scope: { kind: "account", name: "claude@desk" },
  },
};

describe("N60: a run is handed over to another worker", () => {
  test("the same run continues at once, in its worktree, in a new session, with a note", async () => {
    const { world, start, handOver, open } = await setUp();
    const before = await open();
    expect(await handOver(null)).toBe("claude -> codex");
    expect(await open()).toMatchObject({
      ...{ id: before.id, state: "queued", held: null, notBeforeMs: null, session: null },
      ...{ requestedWorker: "codex", handedOver: { from: "claude", to: "codex", by: "rj" } },
    });
    const after = await start();
    expect(after).toMatchObject({
      attempt: 2,
      workerName: "codex",
      worktree: before.worktree,
      branch: before.branch,
    });
    expect(after.session).toBe(null);
    expect(after.attempts.map(({ agent }) => agent?.name)).toEqual(["claude"]);
    expect(world.prompts.get(after.id)).toContain("# Handed over from another worker");
    const actions = (await world.world.store.readTransitions({ limit: 10 })).filter(
      ({ kind }) => kind === "acted",
    );
    expect(JSON.stringify(actions)).toContain("with codex instead of claude");
  });

  test("one whose worker has ended is queued for it", async () => {
    const { handOver, open } = await setUp({ state: "failed", failuresInRow: 3 });
    expect(await handOver("gemini")).toBe("claude -> gemini");
    expect(await open()).toMatchObject({ state: "queued", failuresInRow: 0, requestedWorker: "gemini" });
  });

  test.each<[string, string | null, Partial<Run>, RegExp]>([
    ["an unknown worker", "codx", HELD, /There is no worker "codx"\. Did you mean codex\?/],
    ["its own worker", "claude", HELD, /claude works on it already/],
    ["a running one", "codex", { state: "running" }, /its worker has to end first/],
    [
      "one that is taken over",
      "codex",
      { ...HELD, takenOver: { by: "mia", atMs: 0, holder: null } },
      /mia has taken/,
    ],
    [
      "one with an open question",
      "codex",
      { state: "exited", question: { number: 1, text: "?", choices: [], askedAtMs: 0, answer: null } },
      /waits for an answer/,
    ],
    [
      "the fallback of a worker without one",
      null,
      { ...HELD, agent: { name: "gemini", kind: "gemini", program: null, version: null } },
      /gemini has no fallback in the settings\. .*workers\.gemini\.fallback/,
    ],
  ])("%s is refused, with the reason", async (_, to, changes, expected) => {
    const { handOver, open } = await setUp(changes);
    expect(await handOver(to)).toMatch(expected);
    expect((await open()).handedOver).toBe(null);
  });
});

test("N61: the settings hand over what still waits, and nothing else", async () => {
  const due = { key: "a", from: "claude", to: "codex" };
  const waiting = await setUp();
  await handOverHeld(waiting.world.runs, due);
  expect((await waiting.open()).handedOver).toMatchObject({ by: "fallback", to: "codex" });
  const free = await setUp({ state: "queued", held: null });
  await handOverHeld(free.world.runs, due);
  expect((await free.open()).handedOver).toBe(null);
});

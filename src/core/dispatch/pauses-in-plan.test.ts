import { describe, expect, test } from "vitest";
import { runFacts, runsInput, sampleRun } from "../../../test/support/run-samples.ts";
import { build, NOON_MS, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { Run } from "../contract/run.ts";
import type { Dispatch } from "../contract/run-view.ts";
import type { Held } from "../records/scoped-pause.ts";
import { isoTime } from "../text/iso-time.ts";
import { pauseBefore } from "./pauses-in-plan.ts";
import { planStarts } from "./plan-starts.ts";

const MINUTE_MS = 60_000;
type Pause = Dispatch["pauses"][number];

const pause = (over: Partial<Pause> = {}): Pause => ({
  scope: { kind: "account", name: "claude@desk" },
  cause: "limit",
  why: "5-hour limit reached",
  sentence: "Claude limited",
  since: isoTime(NOON_MS - 60 * MINUTE_MS),
  until: isoTime(NOON_MS - MINUTE_MS),
  next_probe: isoTime(NOON_MS),
  starts: 0,
  phase: "waiting",
  probe: null,
  waiting: 0,
  waiting_tasks: [],
  by_hand: false,
  workers: ["claude"],
  window: null,
  ...over,
});

const held = (minutesAgo: number): Held => ({
  cause: "limit",
  scope: { kind: "account", name: "claude@desk" },
  on: "claude@desk",
  sinceMs: NOON_MS - minutesAgo * MINUTE_MS,
  untilMs: null,
});

const ready = (slug: string, over: Partial<TaskSketch> = {}): TaskSketch => ({
  slug,
  status: "ready",
  ...over,
});
const run = (key: string, over: Partial<Run> = {}) => runFacts(sampleRun({ key, attempt: 1, ...over }));

const DISPATCH: Dispatch = {
  ...{ automatic: true, pause: null, host: "desk", configured: true, live: 0, elsewhere: 0 },
  ...{ per_host: 8, per_owner: 8, stopped: {}, barred: {}, default_worker: "claude", fallbacks: {} },
  ...{ held: {}, pauses: [], windows: [], holds: [], room: null, untrusted: [] },
};

/** The keys that start. */
function starts(
  tasks: readonly TaskSketch[],
  facts: readonly ReturnType<typeof runFacts>[],
  given: Partial<Dispatch> = {},
): readonly string[] {
  const { rows } = build([...tasks], { runs: runsInput([...facts]) });
  const dispatch = { ...DISPATCH, ...given };
  return planStarts({ rows: rows.values(), dispatch, nowMs: NOON_MS })
    .filter(({ decision }) => decision === "start")
    .map(({ key }) => key);
}

describe("N2: what a pause lets through", () => {
  const tasks = [ready("a"), ready("b"), ready("c"), ready("d")];
  const facts = [run("a", { held: held(10) }), run("b", { held: held(30) }), run("c", { held: held(20) })];

  test("nothing before its time, then the oldest held run alone, then two at a time", () => {
    expect(starts(tasks, facts, { pauses: [pause({ next_probe: isoTime(NOON_MS + 1) })] })).toEqual([]);
    expect(starts(tasks, facts, { pauses: [pause({ next_probe: null })] })).toEqual([]);
    expect(starts(tasks, facts, { pauses: [pause()] })).toEqual(["b"]);
    expect(starts(tasks, facts, { pauses: [pause({ phase: "probing", starts: 1 })] })).toEqual([]);
    expect(starts(tasks, facts, { pauses: [pause({ phase: "easing" })] })).toHaveLength(2);
    expect(starts(tasks, facts, { pauses: [pause({ phase: "easing", starts: 1 })] })).toHaveLength(1);
  });

  test("other accounts go on", () => {
    expect(starts(tasks, facts, { pauses: [pause({ workers: ["codex"] })] })).toHaveLength(4);
  });

  test("an oldest run that cannot start for another reason does not keep the others waiting", () => {
    const blocked = [ready("a"), ready("b", { dependencies: ["d"] }), ready("c"), ready("d")];
    expect(starts(blocked, facts, { pauses: [pause()] })).toEqual(["c"]);
    const moved = [facts[0]!, run("b", { held: held(30), requestedWorker: "codex" }), facts[2]!];
    expect(starts(tasks, moved, { pauses: [pause()] }).toSorted()).toEqual(["b", "c"]);
    expect(starts(tasks, moved, { pauses: [pause()], held: { codex: "x" } })).toEqual(["c"]);
  });

  test("N74: two pauses that are due do not wait for each other's oldest run", () => {
    const host = { kind: "host", name: "desk" } as const;
    const both = [
      run("a", { held: held(10) }),
      run("b", { held: { ...held(30), cause: "network", scope: host } }),
    ];
    const pauses = [pause(), pause({ scope: host, cause: "network", workers: [] })];
    expect(starts(tasks, both, { pauses })).toEqual(["b"]);
  });

  test("one that another pause keeps waiting does not probe", () => {
    const setUp = pause({
      ...{ scope: { kind: "setup", name: "desk after_create 1a2b" }, cause: "setup", workers: [] },
      next_probe: null,
    });
    const some = [
      run("a", { held: held(10), worktree: ".worktrees/a" }),
      run("b", { held: held(30), worktree: null }),
    ];
    expect(starts([ready("a"), ready("b")], some, { pauses: [pause(), setUp] })).toEqual(["a"]);
  });

  test("a clock that was set back does not lengthen a wait whose end is unknown", () => {
    const later = { next_probe: isoTime(NOON_MS + 180 * MINUTE_MS) };
    expect(starts(tasks, facts, { pauses: [pause({ ...later, until: null })] })).toEqual(["b"]);
    expect(starts(tasks, facts, { pauses: [pause({ ...later, until: later.next_probe })] })).toEqual([]);
  });
});

describe("N29: a run that has to be alone", () => {
  const tasks = [ready("a"), ready("b")];
  const alone = run("b", { alone: true });

  test("starts alone, and nothing starts beside it", () => {
    expect(starts(tasks, [alone])).toEqual(["b"]);
    expect(starts(tasks, [alone], { live: 1 })).toEqual([]);
    expect(starts(tasks, [run("b", { alone: true, state: "running" })], { live: 1 })).toEqual([]);
  });

  test("one that cannot start now keeps nothing waiting", () => {
    const limited = run("b", { alone: true, held: held(5), requestedWorker: "claude" });
    const given = { default_worker: "codex", pauses: [pause({ next_probe: null })] };
    expect(starts(tasks, [limited], given)).toEqual(["a"]);
  });
});

test("N4: a kickoff says which pause its run waits for, if no fallback takes it", () => {
  const limited = { ...DISPATCH, pauses: [pause()] };
  const before = (given: Dispatch, requested: string | null = null) =>
    pauseBefore({ worker: null }, requested, given)?.sentence ?? null;
  expect(before(limited)).toBe("Claude limited");
  expect(before(limited, "codex")).toBeNull();
  expect(before({ ...limited, fallbacks: { claude: ["codex"] } })).toBeNull();
  expect(before({ ...limited, pauses: [pause({ phase: "easing" })] })).toBeNull();
  const offline = pause({
    scope: { kind: "host", name: "desk" },
    workers: [],
    sentence: "No network on desk",
  });
  expect(before({ ...limited, pauses: [offline] }, "codex")).toBe("No network on desk");
  expect(before({ ...limited, host: "other", pauses: [offline] })).toBeNull();
});

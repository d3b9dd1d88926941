import { describe, expect, test } from "vitest";
import { runFacts, runsInput, sampleRun } from "../../../test/support/run-samples.ts";
import {
  minutesAgo,
  OBSERVED_AT_MS,
  sampleRow,
  sampleSignal,
} from "../../../test/support/sample-snapshot.ts";
import { build, NOON_MS, person, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { Dispatch } from "../contract/run-view.ts";
import { problem } from "../problems/problem-table.ts";
import type { RunFacts } from "../run/run-facts.ts";
import { freeTasks, ordinal, planStarts } from "./plan-starts.ts";

const DISPATCH: Dispatch = {
  automatic: true,
  pause: null,
  host: "desk",
  configured: true,
  live: 0,
  elsewhere: 0,
  per_host: 8,
  per_owner: 8,
  stopped: {},
  barred: {},
  default_worker: null,
  fallbacks: {},
  held: {},
  pauses: [],
  windows: [],
  holds: [],
  room: null,
  untrusted: [],
};

/** The plan as lines: "b: start, 1, starts now". */
function plan(tasks: TaskSketch[], given: Partial<Dispatch> = {}, facts: RunFacts[] = []): string[] {
  const files = [person("dave"), person("rj"), ...tasks];
  const { rows } = build(files, { runs: runsInput(facts) });
  const live = [...rows.values()].filter(
    ({ run }) => run?.state === "running" && run.kind === "supervised",
  ).length;
  const dispatch = { ...DISPATCH, live, ...given };
  return planStarts({ rows: rows.values(), dispatch, nowMs: NOON_MS }).map(
    ({ key, decision, place, reason }) => `${key}: ${decision}, ${place}, ${reason}`,
  );
}

const ready = (slug: string, given: Partial<TaskSketch> = {}): TaskSketch => ({
  slug,
  status: "ready",
  owner: "dave",
  ...given,
});
const queued = (key: string) => runFacts(sampleRun({ key }));
const running = (key: string) => runFacts(sampleRun({ key, state: "running" }));

describe("general holds", () => {
  const held = (applies: "all" | "new", worker: string | null = null) => ({
    default_worker: "claude",
    holds: [{ code: "schedule", sentence: "holds: x", applies, worker, until: null } as const],
  });

  test("N54, N55: new tasks wait, also those that a person queued; what was started continues", () => {
    const never = runFacts(sampleRun({ key: "b", attempt: 0 }));
    const retried = runFacts(sampleRun({ key: "c", attempt: 1 }));
    expect(plan([ready("a"), ready("b"), ready("c")], held("new"), [never, retried])).toEqual([
      "a: hold, 1, holds: x",
      "b: hold, 2, holds: x",
      "c: start, 3, starts now",
    ]);
  });

  test("N50, N57: everything waits, or what one worker would do", () => {
    const retried = runFacts(sampleRun({ key: "c", attempt: 1 }));
    expect(plan([ready("c")], held("all"), [retried])).toEqual(["c: hold, 1, holds: x"]);
    expect(plan([ready("a")], held("all", "claude"))).toEqual(["a: hold, 1, holds: x"]);
    expect(plan([ready("a")], held("all", "codex"))).toEqual(["a: start, 1, starts now"]);
  });
});

describe("another worker", () => {
  const limited = (...workers: string[]): Dispatch["pauses"][number] => ({
    scope: { kind: "account", name: "claude@desk" },
    cause: "limit",
    why: "5-hour limit reached",
    sentence: "claude limited",
    since: minutesAgo(10),
    until: null,
    next_probe: null,
    starts: 0,
    phase: "waiting",
    probe: null,
    waiting: 0,
    waiting_tasks: [],
    by_hand: false,
    workers,
    window: null,
  });
  const given = { default_worker: "claude", fallbacks: { claude: ["gone", "codex"] } };
  const start = (insteadOf: string) => `a: start, 1, starts now with codex, as ${insteadOf} waits`;

  test("N58: a task that was not started yet goes to the first fallback whose account does not wait", () => {
    const pauses = [limited("claude", "gone")];
    expect(plan([ready("a")], given)).toEqual(["a: start, 1, starts now"]);
    expect(plan([ready("a")], { ...given, pauses })).toEqual([start("claude")]);
    const never = runFacts(sampleRun({ key: "a", attempt: 0 }));
    expect(plan([ready("a")], { ...given, pauses }, [never])).toEqual([start("claude")]);
    const asked = runFacts(sampleRun({ key: "a", attempt: 0, requestedWorker: "codex" }));
    expect(plan([ready("a")], { ...given, pauses }, [asked])).toEqual(["a: start, 1, starts now"]);
  });

  test("N58: also from an account that is kept for people, and from a kind on hold", () => {
    const reserve = { code: "reserve", sentence: "holds", applies: "all", until: null } as const;
    const holds = ["claude", "gone"].map((worker) => ({ ...reserve, worker }));
    expect(plan([ready("a")], { ...given, holds })).toEqual([start("claude")]);
    expect(plan([ready("a")], { ...given, held: { claude: "x", gone: "x" } })).toEqual([start("claude")]);
  });

  test("N58: one in progress keeps its worker", () => {
    const started = runFacts(sampleRun({ key: "a", attempt: 1 }));
    const lines = plan([ready("a")], { ...given, pauses: [limited("claude", "gone")] }, [started]);
    expect(lines.join()).not.toContain("codex");
  });
});

describe("the line", () => {
  test("highest priority first, then oldest, then by name", () => {
    const older = { changed: { atMs: NOON_MS - 1, basis: "seen" as const } };
    const tasks = [
      ready("c"),
      ready("b", older),
      ready("a", { priority: "p3" }),
      ready("d", { priority: "p0" }),
    ];
    expect(plan(tasks)).toEqual([
      "d: start, 1, starts now",
      "b: start, 2, starts now",
      "c: start, 3, starts now",
      "a: start, 4, starts now",
    ]);
  });

  test("T20: a file that cannot be read has no place in it, queued or not, and says where it is wrong", () => {
    const unreadable = problem("file_empty", { file: "tasks/a.md", line: 3 }, {});
    const why = "tasks/a.md:3 cannot be read, so no worker is started for it: The file is empty.";
    const tasks = [ready("a", { problems: [unreadable] }), ready("b")];
    const expected = [`a: hold, null, ${why}`, "b: start, 1, starts now"];
    expect(plan(tasks, {}, [queued("a")])).toEqual(expected);
    expect(plan(tasks)).toEqual(expected);
  });

  test("W30: workers of other repositories count against the limit of the machine, and are said", () => {
    const given = { per_host: 3, elsewhere: 2 };
    expect(plan([ready("a"), ready("b"), ready("c")], given)).toEqual([
      "a: start, 1, starts now",
      "b: hold, 2, 2nd in the queue, 2 of 3 workers busy, 2 of them in other repositories",
      "c: hold, 3, 3rd in the queue, 2 of 3 workers busy, 2 of them in other repositories",
    ]);
  });

  test("W22: what a person stopped is not in it, and says who did; queued again it is", () => {
    const stopped = { a: { by: "mia", at: "2026-03-24T12:00:00.000Z", note: null } };
    const why = "stopped by mia; not started automatically until you kick it off";
    expect(plan([ready("a")], { stopped })).toEqual([`a: hold, null, ${why}`]);
    expect(plan([ready("a")], { stopped, automatic: false })).toEqual([`a: hold, null, ${why}`]);
    expect(plan([ready("a")], { stopped }, [queued("a")])).toEqual(["a: start, 1, starts now"]);
  });

  test("W25: what failed and has attempts left waits for its next attempt, and takes no place", () => {
    const failed = runFacts(sampleRun({ key: "a", state: "failed", attempt: 1, failuresInRow: 1 }));
    expect(plan([ready("a"), ready("b")], {}, [failed])).toEqual([
      "a: hold, null, waits for its next attempt",
      "b: start, 1, starts now",
    ]);
  });

  test("what is queued is in it with automatic start off, what is only ready is not", () => {
    expect(plan([ready("a"), { slug: "b", owner: "dave" }], { automatic: false }, [queued("b")])).toEqual([
      "a: hold, null, automatic start is off",
      "b: start, 1, starts now",
    ]);
  });

  test("a queued task waits for its dependencies, a retry for its time, neither in anyone's way", () => {
    const facts = [queued("a"), runFacts(sampleRun({ key: "b", notBeforeMs: NOON_MS + 1 }))];
    expect(plan([{ slug: "a", dependencies: ["z"] }, { slug: "b" }, { slug: "z" }], {}, facts)).toEqual([
      "a: hold, null, waits for z",
      "b: hold, null, waits for its next attempt",
    ]);
  });

  test("R10: a clock that was set back holds up no attempt", () => {
    const hourMs = 3_600_000;
    const given = { key: "a", sinceMs: NOON_MS + hourMs, notBeforeMs: NOON_MS + hourMs + 10_000 };
    expect(plan([{ slug: "a" }], {}, [runFacts(sampleRun(given))])).toEqual(["a: start, 1, starts now"]);
  });

  test("a task whose file cannot be relied on is started by a person only", () => {
    const broken = ready("a", { owner: "zoe" });
    const sentence = 'not started automatically: Unknown owner "zoe": not in tasks/team/';
    expect(plan([broken])).toEqual([`a: hold, null, ${sentence}`]);
    expect(plan([broken], {}, [queued("a")])).toEqual(["a: start, 1, starts now"]);
  });
});

describe("what this process cannot start", () => {
  const barred = { a: "Program agent is not on the PATH." };
  const tasks = [ready("a"), ready("b"), ready("c")];

  test("says why, and takes no one's place in the line", () => {
    expect(plan(tasks, { barred, per_host: 1 })).toEqual([
      "a: hold, null, cannot be started: Program agent is not on the PATH.",
      "b: start, 1, starts now",
      "c: hold, 2, 2nd in the queue, 0 of 1 workers busy",
    ]);
    expect(plan(tasks, { barred, per_owner: 1 }).slice(0, 2)).toEqual([
      "a: hold, null, cannot be started: Program agent is not on the PATH.",
      "b: start, 1, starts now",
    ]);
  });

  test("is started when a person has it queued: then it fails and says so in its run", () => {
    expect(plan(tasks.slice(0, 1), { barred }, [queued("a")])).toEqual(["a: start, 1, starts now"]);
  });

  test("is no reason where automatic start is off, or a dependency is open", () => {
    expect(plan([ready("a")], { barred, automatic: false })).toEqual([
      "a: hold, null, automatic start is off",
    ]);
    expect(plan([ready("a", { dependencies: ["z"] }), { slug: "z" }], { barred })).toEqual([]);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "S14: a task called %s is barred when it is, and only then",
    (slug) => {
      expect(plan([ready(slug)])).toEqual([`${slug}: start, 1, starts now`]);
      const named: Record<string, string> = JSON.parse(`{"${slug}": "no git"}`);
      expect(plan([ready(slug)], { barred: named })).toEqual([
        `${slug}: hold, null, cannot be started: no git`,
      ]);
    },
  );
});

describe("what holds a start", () => {
  test("the host is full: places in line are given", () => {
    const tasks = [ready("a"), ready("b"), ready("c"), ready("x"), ready("y")];
    expect(plan(tasks, { per_host: 3 }, [running("x"), running("y")])).toEqual([
      "a: start, 1, starts now",
      "b: hold, 2, 2nd in the queue, 2 of 3 workers busy",
      "c: hold, 3, 3rd in the queue, 2 of 3 workers busy",
    ]);
  });

  test("an owner's limit holds their tasks, and lets others past", () => {
    const tasks = [ready("a"), ready("b"), ready("c", { owner: "rj" }), ready("x")];
    expect(plan(tasks, { per_owner: 2 }, [running("x")])).toEqual([
      "a: start, 1, starts now",
      "b: hold, 2, dave's limit of 2 is reached",
      "c: start, 3, starts now",
    ]);
  });

  test.each<[string, Partial<Dispatch>, string]>([
    [
      "J12: settings that wait for trust",
      { untrusted: ["worker.command"] },
      "settings of this repository wait for `tasks trust`",
    ],
    ["a pause", { pause: { by: "rj", at: "", note: null } }, "starts are paused by rj"],
    ["no worker", { configured: false }, "no worker is configured"],
    ["no room at all", { per_host: 0 }, "1st in the queue, 0 of 0 workers busy"],
  ])("%s", (_, given, reason) => {
    expect(plan([ready("a")], given)).toEqual([`a: hold, 1, ${reason}`]);
  });
});

test("work by hand takes no one's place", () => {
  const byHand = runFacts(sampleRun({ key: "x", state: "running", kind: "by_hand" }));
  expect(plan([ready("a"), ready("x")], { per_host: 1, per_owner: 1 }, [byHand])).toEqual([
    "a: start, 1, starts now",
  ]);
});

test.each([
  [1, "1st"],
  [2, "2nd"],
  [3, "3rd"],
  [4, "4th"],
  [11, "11th"],
  [12, "12th"],
  [13, "13th"],
  [21, "21st"],
  [112, "112th"],
])("%d is the %s", (number, text) => expect(ordinal(number)).toBe(text));

test("ready tasks that no one has, first in line first, whatever limits and settings hold for starts", () => {
  const rows = [
    sampleRow({ key: "low", group: "ready", priority: "p3" }),
    sampleRow({ key: "high", group: "ready", priority: "p0" }),
    sampleRow({ key: "old", group: "ready", priority: "p0", since: minutesAgo(900) }),
    sampleRow({ key: "planned", group: "planned", priority: "p0" }),
    sampleRow({
      key: "broken",
      group: "needs_attention",
      base_group: "ready",
      signals: [sampleSignal("invalid_task", "Line 4: the list is never closed")],
    }),
    sampleRow({
      key: "overdue",
      group: "needs_attention",
      base_group: "ready",
      priority: "p1",
      signals: [sampleSignal("pickup_overdue", "Not started for over 24 h")],
    }),
  ];
  expect(freeTasks(rows, { stopped: {}, nowMs: OBSERVED_AT_MS }).map(({ key }) => key)).toEqual([
    "old",
    "high",
    "overdue",
    "low",
  ]);
  const stopped = { high: { by: "mia", at: "2026-03-24T12:00:00.000Z", note: null } };
  expect(freeTasks(rows, { stopped, nowMs: OBSERVED_AT_MS }).map(({ key }) => key)).not.toContain("high");
  expect(freeTasks([], { stopped: {}, nowMs: OBSERVED_AT_MS })).toEqual([]);
});

test("K9: a task whose worker is on hold keeps its place and says why, the others start", () => {
  const tasks: TaskSketch[] = [
    { slug: "a", status: "ready" },
    { slug: "b", status: "ready", worker: "quick" },
  ];
  const held = { careful: "Claude Code 2.4.1 is on hold." };
  expect(plan(tasks, { default_worker: "careful", held })).toEqual([
    "a: hold, 1, its worker waits: Claude Code 2.4.1 is on hold.",
    "b: start, 2, starts now",
  ]);
  expect(plan(tasks, { default_worker: "quick", held })).toEqual([
    "a: start, 1, starts now",
    "b: start, 2, starts now",
  ]);
});

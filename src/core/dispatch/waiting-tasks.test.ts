import { describe, expect, test } from "vitest";
import { runFacts, runsInput, sampleRun } from "../../../test/support/run-samples.ts";
import { build, NOON_MS, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { Run } from "../contract/run.ts";
import type { Dispatch } from "../contract/run-view.ts";
import type { ScopedPause } from "../records/scoped-pause.ts";
import { planStarts } from "./plan-starts.ts";
import { viewPauses } from "./view-pauses.ts";
import { withWaiting } from "./waiting-tasks.ts";

const MINUTE_MS = 60_000;
const SCOPE = { kind: "account", name: "claude@build-1" } as const;
const HELD = { cause: "signed_out", scope: SCOPE, on: SCOPE.name, sinceMs: NOON_MS, untilMs: null } as const;

const pause = (over: Partial<ScopedPause> = {}): ScopedPause => ({
  ...{ scope: SCOPE, revision: 1, cause: "signed_out", why: "401", sinceMs: NOON_MS, untilMs: null },
  ...{ nextProbeMs: null, failedProbes: 0, phase: "waiting", probe: null, starts: [], window: null },
  ...{ credentials: "old", key: "a", run: sampleRun().id, host: "build-1" },
  ...over,
});

const DISPATCH: Dispatch = {
  ...{ automatic: true, pause: null, host: "build-1", configured: true, live: 0, elsewhere: 0 },
  ...{ per_host: 8, per_owner: 8, stopped: {}, barred: {}, default_worker: "claude", fallbacks: {} },
  ...{ held: {}, pauses: [], windows: [], holds: [], room: null, untrusted: [] },
};

const ready = (slug: string, over: Partial<TaskSketch> = {}): TaskSketch => ({
  slug,
  status: "ready",
  ...over,
});
const run = (key: string, over: Partial<Run> = {}) => runFacts(sampleRun({ key, ...over }));

function planned(
  tasks: readonly TaskSketch[],
  facts: readonly ReturnType<typeof run>[],
  {
    pauses = [pause()],
    ...given
  }: { readonly pauses?: readonly ScopedPause[] } & Partial<Omit<Dispatch, "pauses">> = {},
) {
  const accounts = { claude: SCOPE.name, codex: "codex@build-1" };
  const views = viewPauses({ pauses, runs: [], accounts });
  const { rows } = build([...tasks], { runs: runsInput([...facts]) });
  const dispatch = withWaiting({ ...DISPATCH, ...given, pauses: views }, rows.values());
  const starts = planStarts({ rows: rows.values(), dispatch, nowMs: NOON_MS });
  return { dispatch, reasons: Object.fromEntries(starts.map(({ key, reason }) => [key, reason])) };
}

const waiting = (...given: Parameters<typeof planned>) =>
  planned(...given).dispatch.pauses.map(({ waiting_tasks: tasks }) => [...tasks].sort());

describe("N8: who waits for a pause", () => {
  test("held and queued runs, and ready tasks that would start with its account; each says so", () => {
    const tasks = [ready("a"), ready("b"), ready("c"), ready("d"), ready("e")];
    const retry = run("d", { attempt: 1, notBeforeMs: NOON_MS + MINUTE_MS });
    const other = run("e", { requestedWorker: "codex" });
    const { dispatch, reasons } = planned(tasks, [run("a", { held: HELD }), run("b"), retry, other]);
    expect(dispatch.pauses[0]).toMatchObject({
      ...{ waiting: 4, sentence: "Claude signed out on build-1, 4 wait" },
    });
    expect([...(dispatch.pauses[0]?.waiting_tasks ?? [])].sort()).toEqual(["a", "b", "c", "d"]);
    for (const key of ["a", "b", "c", "d"]) expect(reasons[key]).toContain("waits for claude@build-1: 401");
    expect(reasons["e"]).toBe("starts now");
  });

  test("none that waits for a person or another task, and none that would not start", () => {
    const tasks = [ready("a"), ready("b", { dependencies: ["a"] }), ready("c"), ready("d")];
    const stopped = { c: { by: "dave", at: "2026-01-01T00:00:00.000Z", note: null } };
    expect(waiting(tasks, [], { stopped, barred: { d: "its worker is unknown" } })).toEqual([["a"]]);
    expect(waiting(tasks, [run("a", { held: HELD })], { automatic: false })).toEqual([["a"]]);
    const startsPaused = { pause: { by: "dave", at: "2026-01-01T00:00:00.000Z", note: null } };
    expect(waiting(tasks, [run("a", { held: HELD }), run("c")], startsPaused)).toEqual([["a"]]);
  });

  test("a task that a fallback takes does not wait; a run in progress does", () => {
    const fallbacks = { claude: ["codex"] };
    expect(waiting([ready("a"), ready("b")], [run("b", { attempt: 1 })], { fallbacks })).toEqual([["b"]]);
  });

  test("of two pauses each has its own", () => {
    const network = pause({ scope: { kind: "host", name: "build-1" }, cause: "network" });
    const codex = [run("b", { requestedWorker: "codex" })];
    expect(waiting([ready("a"), ready("b")], codex, { pauses: [pause(), network] })).toEqual([
      ["a"],
      ["a", "b"],
    ]);
  });

  test("the list ends after 20, the number does not", () => {
    const many = Array.from({ length: 23 }, (_, index) => ready(`task-${index}`));
    const [shown] = planned(many, []).dispatch.pauses;
    expect([shown?.waiting, shown?.waiting_tasks.length]).toEqual([23, 20]);
  });
});

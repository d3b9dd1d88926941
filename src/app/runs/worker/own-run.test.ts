import { describe, expect, test } from "vitest";
import type { Run, RunId } from "../../../core/contract/run.ts";
import { EMPTY_RUN } from "../../../core/run/empty-run.ts";
import type { OwnRun } from "./own-run.ts";
import { askPerson, finishRun, reportProgress } from "./worker-reports.ts";

const ID = "run-1" as RunId;
const PROOF = { epoch: 2, hash: "hash-of-the-secret" };
const WORKER: OwnRun = { id: ID, epoch: 2, proofHash: PROOF.hash };

/** Everything that a worker says, as it says it. */
const SAID = {
  report: (world: World, own: OwnRun) => reportProgress(world, own, { kind: "progress", text: "half way" }),
  wait: (world: World, own: OwnRun) =>
    reportProgress(world, own, { kind: "wait", on: "CI", untilMs: 60_000 }),
  ask: (world: World, own: OwnRun) => askPerson(world, own, { text: "Which region?", choices: [] }),
  finish: (world: World, own: OwnRun) => finishRun(world, own, { kind: "done", note: "all of it" }),
};
type World = Parameters<typeof finishRun>[0];

function setUp(changes: Partial<Run> = {}) {
  let run: Run = { ...EMPTY_RUN, id: ID, key: "a", state: "running", epoch: 2, proof: PROOF, ...changes };
  const store = {
    readRun: async () => run,
    replaceRun: async ({ run: changed }: { readonly run: Run }) => {
      run = changed;
      return { kind: "replaced", run } as const;
    },
  } as unknown as World["store"];
  return { store, clock: { wallMs: () => 1_000, monotonicMs: () => 1_000, cpuMs: () => 0 }, run: () => run };
}

describe.each(Object.entries(SAID))("J27: %s", (_, say) => {
  test("is taken from the worker of the attempt", async () => {
    expect((await say(setUp(), WORKER)).kind).toBe("changed");
  });

  test.each<[string, OwnRun]>([
    ["no proof", { id: ID, epoch: 2 }],
    ["another proof", { id: ID, epoch: 2, proofHash: "hash-of-another" }],
    ["the name of the task alone", { id: ID, epoch: null }],
  ])("is refused with %s, and nothing changes", async (_name, own) => {
    const world = setUp();
    const before = world.run();
    expect(await say(world, own)).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("TASKS_RUN_PROOF"),
    });
    expect(world.run()).toBe(before);
  });

  test.each<[string, Partial<Run>, OwnRun]>([
    ["that a supervisor of the version before began", { proof: null }, { id: ID, epoch: 2 }],
    ["whose proof is of an earlier hand-over", { proof: { ...PROOF, epoch: 1 } }, { id: ID, epoch: 2 }],
    ["claimed by hand", { kind: "by_hand" }, { id: ID, epoch: null }],
  ])("of a run %s needs none", async (_name, run, own) => {
    expect((await say(setUp(run), own)).kind).toBe("changed");
  });

  test("of a worker that was superseded is refused as such, whatever it proves", async () => {
    const own = { ...WORKER, epoch: 1 };
    expect(await say(setUp(), own)).toMatchObject({ message: expect.stringContaining("superseded") });
  });
});

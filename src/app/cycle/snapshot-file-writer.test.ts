import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestWorld, TIMER_CLOCK, taskPath, taskText } from "../../../test/support/app-world.ts";
import type { RunnerEvent } from "../../ports/system/runner-process.ts";
import type { SnapshotFiles } from "../../ports/tree/snapshot-files.ts";
import { Runner } from "../runner/runner.ts";

const SLICES = 5;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A runner, and a disk that takes `sliceMs` for each of the slices of a file; `happened` is in order. */
async function startRunner({ sliceMs, failures = 0 }: { sliceMs: number; failures?: number }) {
  const { world, tree } = createTestWorld({ clock: TIMER_CLOCK, texts: { [taskPath("a")]: taskText() } });
  const happened: string[] = [];
  let failuresLeft = failures;
  const write: SnapshotFiles["write"] = async ({ snapshot }, turn) => {
    for (let slice = 1; slice <= SLICES; slice += 1) {
      await new Promise((resolve) => setTimeout(resolve, sliceMs));
      happened.push(`slice ${slice} of ${snapshot.seq}`);
      await turn?.();
    }
    if (failuresLeft-- > 0) throw new Error("the disk is full");
    happened.push(`file ${snapshot.seq}`);
  };
  Object.assign(world, { snapshotFiles: { ...world.snapshotFiles, write } });
  const listener = (event: RunnerEvent) => {
    if (event.kind === "cycle_ended" && event.outcome.kind === "published")
      happened.push(`published ${event.outcome.seq}`);
  };
  const runner = new Runner(world);
  runner.subscribe(listener);
  runner.start();
  await vi.advanceTimersByTimeAsync(0);
  return { runner, tree, store: world.store, happened };
}

async function stopped(runner: Runner): Promise<void> {
  const stopping = runner.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  await stopping;
}

const edit = (tree: { write(path: string, text: string): void }, title: string) =>
  tree.write(taskPath("a"), taskText({ title }));

test("P22: a cycle asked for in the middle of a writing goes first, and the file stays that of one publication", async () => {
  const { runner, tree, store, happened } = await startRunner({ sliceMs: 100 });
  await vi.advanceTimersByTimeAsync(400 + 250);
  expect(happened).toEqual(["published 1", "slice 1 of 1", "slice 2 of 1"]);
  // A publication that takes long: no slice comes between its steps.
  const { publish } = store;
  const slow = vi.spyOn(store, "publish").mockImplementation(async (publication) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return publish.call(store, publication);
  });
  edit(tree, "Other");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(slow).toHaveBeenCalledOnce();
  // The third was being written already when the cycle began.
  expect(happened.slice(3)).toEqual([
    "slice 3 of 1",
    "published 2",
    "slice 4 of 1",
    "slice 5 of 1",
    "file 1",
  ]);
  await stopped(runner);
});

test("P22: after a writing there is a rest of twenty times what it took, of 5 s at least", async () => {
  const { runner, tree, happened } = await startRunner({ sliceMs: 200 });
  const files = () => happened.filter((one) => one.startsWith("file"));
  await vi.advanceTimersByTimeAsync(1_400);
  expect(files()).toEqual(["file 1"]);
  for (let second = 0; second < 19; second += 1) {
    edit(tree, `Round ${second}`);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(files()).toEqual(["file 1"]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(files()).toEqual(["file 1", "file 20"]);
  await stopped(runner);
});

test("a stop writes what is still due, also while a file is being written", async () => {
  const { runner, tree, happened } = await startRunner({ sliceMs: 100 });
  await vi.advanceTimersByTimeAsync(400 + 250);
  edit(tree, "Other");
  await vi.advanceTimersByTimeAsync(50);
  await stopped(runner);
  expect(happened.filter((one) => one.startsWith("file"))).toEqual(["file 1", "file 2"]);
  const count = happened.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(happened).toHaveLength(count);
});

test("R3: a writing that fails is over, and the next publication is written", async () => {
  const { runner, tree, happened } = await startRunner({ sliceMs: 10, failures: 1 });
  await vi.advanceTimersByTimeAsync(1_000);
  edit(tree, "Other");
  await vi.advanceTimersByTimeAsync(6_000);
  expect(happened.filter((one) => one.startsWith("file"))).toEqual(["file 2"]);
  await stopped(runner);
});

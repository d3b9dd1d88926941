import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StoreWatch } from "./store-watch.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tasks-store-watch-"));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** A store watch with a fake store and watch: `commit` changes the mark, `emit` is an event of the watch. */
function setUp({ watches = true }: { watches?: boolean } = {}) {
  let commits = 0;
  let checks = 0;
  let isBroken = false;
  let onChange: (kind: string, name: string | null) => void = () => {};
  const storeWatch = new StoreWatch({
    file: join(folder, "store.sqlite"),
    readMark: () => {
      checks += 1;
      if (isBroken) throw new Error("disk");
      return String(commits);
    },
    watchFolder: () => {
      if (!watches) throw new Error("ENOSPC");
      return {
        on: (event: string, listener: (kind: string, name: string | null) => void) => {
          if (event === "change") onChange = listener;
          return undefined as never;
        },
        close: () => {},
      };
    },
  });
  const notified = vi.fn<() => void>();
  const stop = storeWatch.listen(notified);
  checks = 0;
  return {
    notified,
    stop,
    commit: () => {
      commits += 1;
    },
    breakStore: (broken: boolean) => {
      isBroken = broken;
    },
    emit: (name: string | null = "store.sqlite-wal", kind = "change") => onChange(kind, name),
    takeChecks: () => {
      const made = checks;
      checks = 0;
      return made;
    },
  };
}

test("P21: a quiet store is looked at 20 times a minute where it is watched, 240 times where it cannot be", async () => {
  const [watched, unwatched] = [setUp(), setUp({ watches: false })];
  await vi.advanceTimersByTimeAsync(60_000);
  expect([watched.takeChecks(), unwatched.takeChecks()]).toEqual([20, 240]);
});

test("an event is acted on at once, and a commit that follows its event is not missed", async () => {
  const { notified, commit, emit } = setUp();
  commit();
  emit();
  expect(notified).toHaveBeenCalledTimes(1);
  for (const lateMs of [9, 109]) {
    await vi.advanceTimersByTimeAsync(200);
    notified.mockClear();
    emit();
    await vi.advanceTimersByTimeAsync(lateMs);
    commit();
    await vi.advanceTimersByTimeAsync(1);
    expect(notified).toHaveBeenCalledTimes(1);
  }
});

test("P21: a thousand events in a second are a hundred looks", async () => {
  const { emit, takeChecks, commit, notified } = setUp();
  for (let event = 0; event < 1_000; event += 1) {
    emit();
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(takeChecks()).toBeLessThanOrEqual(101);
  commit();
  emit();
  await vi.advanceTimersByTimeAsync(10);
  expect(notified).toHaveBeenCalledTimes(1);
});

test("P21: a watch that missed a change is doubted for a minute, or until it reports one", async () => {
  const { commit, notified, takeChecks, emit } = setUp();
  const checksPerMinute = async () => {
    takeChecks();
    await vi.advanceTimersByTimeAsync(60_000);
    return takeChecks();
  };
  commit();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(notified).toHaveBeenCalledTimes(1);
  expect([await checksPerMinute(), await checksPerMinute()]).toEqual([240, 20]);
  commit();
  await vi.advanceTimersByTimeAsync(3_000);
  commit();
  emit();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await checksPerMinute()).toBe(20);
  expect(notified).toHaveBeenCalledTimes(3);
});

test("other files in the folder do not matter; an event without a name may", async () => {
  const { emit, takeChecks } = setUp();
  for (const name of ["store.sqlite", "store.sqlite-shm", "a.snapshot.json"]) emit(name);
  expect(takeChecks()).toBe(0);
  emit("store.sqlite", "rename");
  expect(takeChecks()).toBe(1);
  await vi.advanceTimersByTimeAsync(200);
  takeChecks();
  emit(null);
  expect(takeChecks()).toBe(1);
});

test("a store that cannot be read notifies once, and once more when it can be", async () => {
  const { breakStore, notified } = setUp();
  breakStore(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(notified).toHaveBeenCalledTimes(1);
  breakStore(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(notified).toHaveBeenCalledTimes(2);
});

test("nothing is checked without a listener", async () => {
  const { stop, emit, takeChecks } = setUp();
  stop();
  emit();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([takeChecks(), vi.getTimerCount()]).toEqual([0, 0]);
});

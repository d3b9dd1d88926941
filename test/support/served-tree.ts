// A task tree on disk with what serves it: real store, real runner process, live snapshot; no web.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";
import { createRunnerLauncher } from "../../src/adapters/launch/runner-process.ts";
import { createSnapshotFiles } from "../../src/adapters/snapshot-file/snapshot-file.ts";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { RunnerKeeper } from "../../src/app/runner/runner-keeper.ts";
import { ServerDriver } from "../../src/app/server/server-driver.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { Store } from "../../src/ports/store/store.ts";
import type { RunnerChild, RunnerLauncher } from "../../src/ports/system/runner-process.ts";
import { SILENT_LOG, taskPath, taskText } from "./app-world.ts";
import { temporaryFolder } from "./git-repository.ts";

const RUNNER = fileURLToPath(new URL("../faults/fixtures/runner.ts", import.meta.url));

export type TreeOnDisk = {
  readonly root: string;
  readonly storeFile: string;
  write(path: string, text: string): void;
  /** What the runner's next listing does, "slow" for each reading of a file; null for its work. */
  setFault(fault: Fault | null): void;
  /** Whether the fault "block" has blocked a runner. */
  isBlocked(): boolean;
  /** Files that runners read while they were slow, in order. */
  slowReads(): readonly string[];
};

export type Fault = "block" | "grandchild" | "exit" | "slow";

/** Removed when the test ends. */
export function createTreeOnDisk(slugs: readonly string[] = ["a"]): TreeOnDisk {
  const root = temporaryFolder("tasks-faults");
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const slug of slugs) write(taskPath(slug), taskText());
  return {
    root,
    storeFile: join(root, ".tasks/task_manager/store.sqlite"),
    write,
    setFault: (fault) => {
      if (fault === null) rmSync(join(root, "fault"), { force: true });
      else writeFileSync(join(root, "fault"), fault);
    },
    isBlocked: () => existsSync(join(root, "fault.blocked")),
    slowReads: () => readFileSync(join(root, "fault.reads"), "utf8").split("\n").slice(0, -1),
  };
}

export type ServedTree = {
  readonly live: ServerDriver;
  readonly store: Store;
  readonly keeper: RunnerKeeper;
  /** Every runner started so far. */
  readonly runners: readonly RunnerChild[];
  /** When each of them was launched, by `performance.now()`. */
  readonly launchedAtMs: readonly number[];
  stop(): Promise<void>;
};

/** Starts the fixture: a real runner whose listings can be made to fail. */
export function runnerLauncher({ root }: TreeOnDisk): RunnerLauncher {
  const args = [root, join(root, "fault")];
  return createRunnerLauncher({ entry: RUNNER, args, cwd: tmpdir(), env: process.env });
}

/** What `tasks serve` wires, with short limits; stopped when the test ends. */
export async function serveTree(tree: TreeOnDisk): Promise<ServedTree> {
  const { storeFile } = tree;
  const config = configSchema.parse({
    cycle: { timeout_s: 1 },
    refresh: { wait_ms: 500 },
  });
  const store = await openSqliteStore({ file: storeFile, nowMs: Date.now });
  const launcher = runnerLauncher(tree);
  const runners: RunnerChild[] = [];
  const launchedAtMs: number[] = [];
  const launch = () => {
    const child = launcher.launch();
    runners.push(child);
    launchedAtMs.push(performance.now());
    return child;
  };
  const keeper = new RunnerKeeper(
    { launcher: { launch }, clock: systemClock, log: SILENT_LOG, store },
    { cycleTimeoutMs: 3_000 },
  );
  const snapshotFiles = createSnapshotFiles({ folder: dirname(storeFile) });
  const live = new ServerDriver(
    { clock: systemClock, store, snapshotFiles, log: SILENT_LOG, config },
    keeper,
  );
  await live.start();
  keeper.start();
  const stop = async (): Promise<void> => {
    await keeper.stop();
    await live.stop();
    await store.close();
  };
  onTestFinished(stop);
  return { live, store, keeper, runners, launchedAtMs, stop };
}

/** Looks every 10 ms, past errors too; fails with what it saw last after `limitMs`. */
export async function eventually<Value>(
  look: () => Value | Promise<Value>,
  satisfies: (value: Value) => boolean,
  limitMs = 15_000,
): Promise<Value> {
  const untilMs = performance.now() + limitMs;
  for (;;) {
    const seen = await (async () => look())().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ("value" in seen && satisfies(seen.value)) return seen.value;
    if (performance.now() > untilMs) {
      const last = "value" in seen ? JSON.stringify(seen.value)?.slice(0, 500) : String(seen.error);
      throw new Error(`It never came; at last: ${last}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Processes whose command line names `word`. */
export function processesNaming(word: string): number[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

// A real repository whose tasks are worked on by the small programs in fixtures/workers: the task `busy` by busy.mjs.
// Whatever works for it is ended when the test ends.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { createWorkers } from "../../src/adapters/launch/workers.ts";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { Run } from "../../src/core/contract/run.ts";
import { runTasks, startTasks } from "../e2e/tasks-process.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository, GIT_TEST_ENVIRONMENT, temporaryFolder } from "../support/git-repository.ts";
import { TASKS_ENTRY, TASKS_FOLDER } from "../support/program.ts";
import { eventually } from "../support/served-tree.ts";
import { ownHome, trustRepository } from "../support/trust.ts";

const FIXTURE_WORKERS = fileURLToPath(new URL("fixtures/workers", import.meta.url));

type SupervisedTreeOptions = {
  readonly slugs: readonly string[];
  /** Settings as variables, beside the worker's. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** Committed, with the worker configured. */
export async function createSupervisedTree({ slugs, settings = {} }: SupervisedTreeOptions) {
  const repository = createRepository();
  const { root } = repository;
  const notes = temporaryFolder("tasks-notes");
  const command = [process.execPath, join(FIXTURE_WORKERS, "{slug}.mjs"), notes];
  repository.write("tasks/config.yaml", JSON.stringify({ worker: { command, stop_grace_s: 1 } }));
  for (const slug of slugs) repository.write(taskPath(slug), taskText({ title: slug }));
  repository.commit("Tree");
  await trustRepository(root);
  const stateFolder = join(root, ".tasks/task_manager");
  mkdirSync(stateFolder, { recursive: true });
  const store = await openSqliteStore({ file: join(stateFolder, "store.sqlite"), nowMs: Date.now });
  const environment = { ...GIT_TEST_ENVIRONMENT, HOME: root, USER: "dave", ...ownHome(), ...settings };
  const options = { cwd: root, env: environment };
  const workers = createWorkers({
    root,
    entry: TASKS_ENTRY,
    nodeArguments: [],
    environment,
    folder: TASKS_FOLDER,
  });
  onTestFinished(async () => {
    await eventually(
      () => killAll(root),
      (pids) => pids.length === 0,
    );
    await store.close();
  });
  const run = async (slug: string): Promise<Run> => {
    const [newest] = await store.readRuns({ key: slug, limit: 1 });
    if (newest === undefined) throw new Error(`There is no run of ${slug}.`);
    return newest;
  };
  return {
    ...repository,
    notes,
    stateFolder,
    store,
    workers,
    run,
    until: (slug: string, isSo: (run: Run) => boolean) => eventually(() => run(slug), isSo, 30_000),
    tasks: (...words: string[]) => runTasks(words, options),
    start: (...words: string[]) => startTasks(words, options),
    /** What its workers noted of themselves so far. */
    pids: () => readPids(join(notes, "pids")),
    finish: () => writeFileSync(join(notes, "finish"), ""),
  };
}

function readPids(file: string): number[] {
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
}

/** A zombie is dead too. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** Processes of the repository's runs, recognised by their command line or environment. */
function killAll(root: string): number[] {
  const pids = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  const found = pids.filter((pid) => pid !== process.pid && isAlive(pid) && isOf(pid, root));
  for (const pid of found) process.kill(pid, "SIGKILL");
  return found;
}

function isOf(pid: number, root: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    if (words.includes("supervise") && words.includes(root)) return true;
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`TASKS_REPO=${root}`);
  } catch {
    return false;
  }
}

// A real git repository with tasks, and workers that are small programs a test writes: one script per task. Whatever
// works on for it is ended, by pid, when the test ends.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RunRecord } from "../../src/cli/print/run-record.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository, GIT_TEST_ENVIRONMENT, type TestRepository } from "../support/git-repository.ts";
import { eventually } from "../support/served-tree.ts";
import { trustRepository } from "../support/trust.ts";
import { type RunningTasks, runTasks, runTasksJson, startTasks, type TasksResult } from "./tasks-process.ts";

export type WorkedTree = TestRepository & {
  /** Runs `tasks <words>` in the root, as dave. */
  tasks(...words: readonly string[]): Promise<TasksResult>;
  json<T>(...words: readonly string[]): Promise<T>;
  start(...words: readonly string[]): RunningTasks;
  /** The newest run of a task. */
  run(task: string): Promise<RunRecord | undefined>;
  /** Waits until the newest run of a task is so. */
  until(task: string, isSo: (run: RunRecord) => boolean): Promise<RunRecord>;
  /** What a worker is: `code` may use `tasks(...)`, `note(text)`, `prompt`, `attempt`, `hang()`. */
  script(task: string, code: string): void;
  /** What scripts noted, in order. */
  notes(task: string): string[];
  /** Waits until no process belongs to this repository's runs: a supervisor goes a moment after its worker. */
  idle(): Promise<void>;
};

export type WorkedTreeOptions = {
  /** Lines of tasks/config.yaml beside the worker. */
  readonly config?: string;
  readonly tasks: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** Committed, with a worker configured and trusted. */
export async function createWorkedTree({
  config = "",
  tasks: files,
}: WorkedTreeOptions): Promise<WorkedTree> {
  const repository = createRepository();
  const { root } = repository;
  const command = [process.execPath, join(root, "worker.mjs"), "{slug}", "{prompt_file}"];
  repository.write(
    "tasks/config.yaml",
    `worker:\n  command: ${JSON.stringify(command)}\n  stop_grace_s: 1\n${config}`,
  );
  repository.write("worker.mjs", WORKER);
  repository.write(".gitignore", "notes/\n");
  for (const [slug, fields] of Object.entries(files)) repository.write(taskPath(slug), taskText(fields));
  repository.commit("tasks");
  await trustRepository(root);
  const env = { ...GIT_TEST_ENVIRONMENT, HOME: root, USER: "dave" };
  const options = { cwd: root, env };
  const tree: WorkedTree = {
    ...repository,
    tasks: (...words) => runTasks(words, options),
    json: (...words) => runTasksJson(words, options),
    start: (...words) => startTasks(words, options),
    run: async (task) =>
      (await runTasksJson<{ runs: RunRecord[] }>(["runs", task, "--limit", "1"], options)).runs[0],
    until: async (task, isSo) =>
      (await eventually(
        () => tree.run(task),
        (run) => run !== undefined && isSo(run),
        40_000,
      )) as RunRecord,
    script: (task, code) => repository.write(`scripts/${task}.mjs`, code),
    notes: (task) => readLines(join(root, "notes", task)),
    idle: async () => {
      await eventually(
        () => processesOf(root),
        (pids) => pids.length === 0,
      );
    },
  };
  onTestFinished(async () => {
    const endAll = () => {
      const pids = processesOf(root);
      for (const pid of pids) killOne(pid);
      return pids;
    };
    await eventually(endAll, (pids) => pids.length === 0);
  });
  return tree;
}

/** Runs the task's script with a few words at hand. */
const WORKER = `
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
const [slug, promptFile] = process.argv.slice(2);
const root = process.env.TASKS_REPO;
mkdirSync(join(root, "notes"), { recursive: true });
const note = (text) => appendFileSync(join(root, "notes", slug), String(text) + "\\n");
const stdio = ["ignore", "pipe", "ignore"];
const tasks = (...words) => execFileSync("tasks", words, { encoding: "utf8", stdio }).trim();
const prompt = readFileSync(promptFile, "utf8");
const attempt = readFileSync(join(root, "notes", slug), { encoding: "utf8", flag: "a+" }).split("begin\\n").length;
const hang = () => new Promise(() => setInterval(() => {}, 1000));
note("begin");
const code = readFileSync(join(root, "scripts", slug + ".mjs"), "utf8");
const work = new (Object.getPrototypeOf(async () => {}).constructor)("tasks", "note", "prompt", "attempt", "hang", code);
await work(tasks, note, prompt, attempt, hang);
`;

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n");
  } catch {
    return [];
  }
}

/** Supervisors name the repository, workers have it in their environment. */
function processesOf(root: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const isWorker = readFileSync(`/proc/${name}/environ`, "utf8").includes(`TASKS_REPO=${root}\0`);
      const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      const isSupervisor = words.includes("supervise") && words.includes(root);
      return isWorker || isSupervisor ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}

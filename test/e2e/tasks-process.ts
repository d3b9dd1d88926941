// Runs the command line as people do: as a process of its own, in an environment that knows nothing of this machine's.

import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "../support/git-repository.ts";
import { TASKS_ENTRY } from "../support/program.ts";

const EXAMPLE_TREE = fileURLToPath(new URL("../../examples/dataface/tasks", import.meta.url));

/** A command that has not ended by then hangs. */
const COMMAND_LIMIT_MS = 55_000;

export type TasksOptions = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The script to run, where it is not the program of now. */
  readonly main?: string;
  /** When a command that has not ended hangs, and is killed; a server of a long test needs more. */
  readonly limitMs?: number;
};

export type TasksResult = {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs one command to its end. */
export async function runTasks(words: readonly string[], options: TasksOptions): Promise<TasksResult> {
  const running = startTasks(words, options);
  return await running.ended;
}

/** The result of a command that has to succeed, as JSON. */
export async function runTasksJson<T>(words: readonly string[], options: TasksOptions): Promise<T> {
  const { code, stdout, stderr } = await runTasks([...words, "--format", "json"], options);
  if (code !== 0) throw new Error(`tasks ${words.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

export type RunningTasks = {
  readonly process: ChildProcess;
  readonly ended: Promise<TasksResult>;
  /** Waits for a match in what the command has printed so far, on either stream. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  output(): string;
};

/** Starts a command that stays; it is ended when the test is. */
export function startTasks(
  words: readonly string[],
  { cwd, env = {}, main = TASKS_ENTRY, limitMs = COMMAND_LIMIT_MS }: TasksOptions,
): RunningTasks {
  const child = spawn(process.execPath, [main, ...words], {
    cwd,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: cwd,
      TASKS_HOME: process.env["TASKS_HOME"] ?? "",
      GIT_CEILING_DIRECTORIES: process.env["GIT_CEILING_DIRECTORIES"] ?? "",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const streams = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      streams[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const ended = new Promise<TasksResult>((resolve) => {
    child.on("close", (code) => {
      clearTimeout(limit);
      resolve({ code, ...streams });
      for (const listener of listeners) listener();
    });
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
  });
  return {
    process: child,
    ended,
    output: () => streams.stdout + streams.stderr,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(streams.stdout) ?? pattern.exec(streams.stderr);
          const isOver = child.exitCode !== null || child.signalCode !== null;
          if (found === null && !isOver) return;
          listeners.delete(look);
          if (found !== null) resolve(found);
          else reject(new Error(`ended before it printed ${pattern}: ${streams.stdout}${streams.stderr}`));
        };
        listeners.add(look);
        look();
      }),
  };
}

export type Served = RunningTasks & { readonly url: string };

/** `tasks serve` on a free port, once its page can be opened. */
export async function serveTasks(words: readonly string[], options: TasksOptions): Promise<Served> {
  const running = startTasks(["serve", "--port", "0", ...words], options);
  const [, url = ""] = await running.printed(/(http:\/\/\S+)\/status/);
  return { ...running, url };
}

/** A folder with a copy of the example tree, without git; removed when the test ends. */
export function exampleTree(): string {
  const root = temporaryFolder("tasks-e2e");
  cpSync(EXAMPLE_TREE, join(root, "tasks"), { recursive: true });
  return root;
}

/** Processes below this one, as /proc shows them. */
export function descendantsOf(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentOf(name) }));
  const below = (parent: number): number[] =>
    parents
      .filter((process) => process.parent === parent)
      .flatMap(({ pid: child }) => [child, ...below(child)]);
  return below(pid);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Fourth field of /proc/<pid>/stat; the second, the name, may hold spaces and brackets. Null for one that just ended. */
function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}

// Starts a detached process: it keeps running when its starter ends, is killed with its descendants, or loses its
// terminal. In POSIX terms a double fork: a process in between starts it and exits.

import { spawn } from "node:child_process";
import process from "node:process";
import type { Environment } from "../../core/worker/worker-environment.ts";

export type DetachedLaunch = {
  readonly command: readonly string[];
  readonly folder: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: Environment;
  /** What it and its descendants inherit (inherited-mark.ts); null for none. */
  readonly mark: string | null;
};

/**
 * Node cannot fork itself, and another Node in between would take 40 ms; a shell takes one. It gets the words as
 * arguments, never as its script. A program that cannot be run is reported by exit code, since a failure behind `&` is
 * lost.
 */
const IN_BETWEEN = 'command -v "$1" >/dev/null || exit 127; "$@" </dev/null >/dev/null 2>&1 &';
/** Shells call the file lock limit -x or -w. If neither works, only the mark is missing. */
const MARKED = `ulimit -S -x "$1" 2>/dev/null || ulimit -S -w "$1" 2>/dev/null; shift; ${IN_BETWEEN}`;
const SHELL = "/bin/sh";

/** Resolves when it is started; rejects with the system's error, or a sentence. */
export function launchDetached(launch: DetachedLaunch): Promise<void> {
  return process.platform === "win32" ? startDirectly(launch) : startThroughShell(launch);
}

function startThroughShell({ command, folder, environment, mark }: DetachedLaunch): Promise<void> {
  const words = mark === null ? [IN_BETWEEN, SHELL] : [MARKED, SHELL, mark];
  return new Promise((resolve, reject) => {
    // In its own session: no terminal, and no Ctrl-C from one.
    const between = spawn(SHELL, ["-c", ...words, ...command], {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: "ignore",
    });
    between.once("error", reject);
    between.once("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command[0]} could not be started (${signal ?? `exit code ${code}`}).`));
    });
  });
}

/** On Windows children do not end with their parent. */
function startDirectly({
  command: [program = "", ...args],
  folder,
  environment,
}: DetachedLaunch): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: "ignore",
      windowsHide: true,
    });
    child.once("error", reject);
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
  });
}

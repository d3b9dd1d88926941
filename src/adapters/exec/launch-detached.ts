// Starts a process that is nobody's child: whoever started it may end, be ended with all its descendants, or have its
// terminal closed, and the process goes on. POSIX knows it as the double fork: one in between starts it and ends.

import { spawn } from "node:child_process";
import process from "node:process";

export type DetachedLaunch = {
  readonly command: readonly string[];
  readonly folder: string;
  /** All of it: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** What everything below it inherits (inherited-mark.ts); null for none. */
  readonly mark: string | null;
};

/**
 * Node cannot fork itself, and another Node in between would cost 40 ms: a shell costs one. The words reach it as its
 * arguments, never as its program. What cannot be run is told by its exit code, since behind the `&` nobody would hear.
 */
const IN_BETWEEN = 'command -v "$1" >/dev/null || exit 127; "$@" </dev/null >/dev/null 2>&1 &';
/** Shells call the limit of file locks -x or -w. Where neither is known the mark is missing, and nothing else. */
const MARKED = `ulimit -S -x "$1" 2>/dev/null || ulimit -S -w "$1" 2>/dev/null; shift; ${IN_BETWEEN}`;
const SHELL = "/bin/sh";

/** Resolves when it is started. Rejects with the system's error, or a sentence, when it cannot be. */
export function launchDetached(launch: DetachedLaunch): Promise<void> {
  return process.platform === "win32" ? startDirectly(launch) : startThroughShell(launch);
}

function startThroughShell({ command, folder, environment, mark }: DetachedLaunch): Promise<void> {
  const words = mark === null ? [IN_BETWEEN, SHELL] : [MARKED, SHELL, mark];
  return new Promise((resolve, reject) => {
    // In a session of its own: no terminal, and no Ctrl-C from one.
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

/** Windows ends no children with their parent. */
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

// The runner as a child process: this program forked into its own process group, so that a Ctrl-C in the terminal only
// reaches the server (which then stops the runner cleanly), and so that it can be killed as a whole.

import { fork } from "node:child_process";
import process from "node:process";
import type {
  RunnerChild,
  RunnerCommand,
  RunnerEvent,
  RunnerExit,
  RunnerLauncher,
  RunnerParent,
} from "../../ports/system/runner-process.ts";
import { killWithDescendants } from "../process-table/end-processes.ts";

/** A runner whose server is gone and that fails to stop kills itself after this. */
const ORPHAN_LIMIT_MS = 4_000;

export type RunnerLaunch = {
  /** The script to fork, as in `process.argv[1]`. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Starts runners; each `launch` is one process. */
export function createRunnerLauncher(launch: RunnerLaunch): RunnerLauncher {
  return { launch: () => startChild(launch) };
}

/** The runner's side of the channel; null when this process was not started by a server. */
export function connectToParent(): RunnerParent | null {
  if (process.send === undefined || !process.connected) return null;
  let closed = false;
  return {
    send: (event) => {
      if (process.connected) process.send?.(event, ignoreClosedChannel);
    },
    onCommand: (listener) => {
      process.on("message", (message) => {
        if (hasKind(message)) listener(message as RunnerCommand);
      });
    },
    onClose: (listener) => {
      process.once("disconnect", () => {
        if (closed) return;
        setTimeout(() => process.kill(process.pid, "SIGKILL"), ORPHAN_LIMIT_MS).unref();
        listener();
      });
    },
    close: () => {
      closed = true;
      if (process.connected) process.disconnect?.();
    },
  };
}

/**
 * For glibc, ignored elsewhere: blocks from 256 KB up return to the system when they are freed. Otherwise freeing one
 * 13 MB text makes glibc keep all smaller ones: 169 MB instead of 117 at 10,000 tasks (P7).
 */
export const MALLOC_SETTINGS: Readonly<Record<string, string>> = { MALLOC_MMAP_THRESHOLD_: "262144" };

function startChild({ entry, args, cwd, env }: RunnerLaunch): RunnerChild {
  const child = fork(entry, [...args], {
    cwd,
    env: { ...MALLOC_SETTINGS, ...env },
    detached: true,
    // A runner writes results to the store and messages to the server's stderr.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    send: (command) => {
      if (child.connected) child.send(command, ignoreClosedChannel);
    },
    onEvent: (listener) => {
      child.on("message", (message) => {
        if (hasKind(message)) listener(message as RunnerEvent);
      });
    },
    onExit: (listener) => onceEnded(child, listener),
    terminate: () => {
      child.kill("SIGTERM");
    },
    kill: () => {
      // Once it has exited, its pid may belong to another process.
      if (pid !== 0 && child.exitCode === null && child.signalCode === null) killWithDescendants(pid);
    },
  };
}

function onceEnded(child: ReturnType<typeof fork>, listener: (exit: RunnerExit) => void): void {
  let ended = false;
  const end = (exit: RunnerExit): void => {
    if (ended) return;
    ended = true;
    listener(exit);
  };
  child.once("exit", (code, signal) => end({ code, signal }));
  child.on("error", () => {
    // Emitted for a failed start (no pid, and no exit follows) and for a failed kill (an exit follows).
    if (child.pid === undefined) end({ code: null, signal: null });
  });
}

/** The other side may close the channel between the check and the write; exit or disconnect reports that. */
function ignoreClosedChannel(): void {}

function hasKind(message: unknown): message is { readonly kind: string } {
  return typeof message === "object" && message !== null && "kind" in message;
}

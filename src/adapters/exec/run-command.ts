// Runs a program in its own process group and always settles: when it ends, at the timeout, or shortly after the
// program exits while a descendant still holds the pipe (R6).
//
//   running --exit--> draining --pipes closed or DRAIN_MS--> settled
//   running --limit or abort--> ending (SIGTERM, after KILL_AFTER_MS everything SIGKILL) --exit--> draining

import { type ChildProcess, spawn } from "node:child_process";
import { redactSecrets } from "../../core/text/redact-secrets.ts";
import type { CommandEnding, CommandRequest, CommandResult } from "../../ports/system/run-command.ts";
import { errorCode } from "../file-system/file-error.ts";
import { killWithDescendants } from "../process-table/end-processes.ts";
import { signalChild } from "../process-table/signal-process.ts";

/** Time to clean up after SIGTERM; git removes its lock files within milliseconds. */
const KILL_AFTER_MS = 500;
/** Output still in the pipe after the exit arrives within this time; a grandchild may hold the pipe forever. */
const DRAIN_MS = 250;
/** Enough for any output that is read in one piece; a runaway program must not fill the memory. */
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
/** How much of a program's stderr is worth repeating. */
const COMPLAINT_LENGTH_MAX = 300;

/** Runs one command; never throws and never waits much longer than `timeoutMs`. */
export function runCommand(request: CommandRequest): Promise<CommandResult> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    if (request.signal?.aborted) {
      resolve(describe(request, { ...NOT_RUN, ending: "aborted" }, startedMs));
      return;
    }
    const run = new CommandRun(request, (end) => resolve(describe(request, end, startedMs)));
    run.start();
  });
}

type CommandEnd = {
  readonly ending: CommandEnding;
  readonly exitCode: number | null;
  readonly signalName: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The system's code, for `not_started`. */
  readonly code: string | null;
};

const NOT_RUN = { exitCode: null, signalName: null, stdout: "", stderr: "", code: null } as const;

/** One running program; call `start` once, and `onEnd` is called once. */
class CommandRun {
  readonly #request: CommandRequest;
  readonly #onEnd: (end: CommandEnd) => void;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  readonly #abort = () => this.#end("aborted");
  #child: ChildProcess | null = null;
  #forced: CommandEnding | null = null;
  #timers: NodeJS.Timeout[] = [];
  #settled = false;

  constructor(request: CommandRequest, onEnd: (end: CommandEnd) => void) {
    this.#request = request;
    this.#onEnd = onEnd;
  }

  start(): void {
    const { program, args, cwd, env, timeoutMs, signal } = this.#request;
    let child: ChildProcess;
    try {
      child = spawn(program, [...args], {
        cwd,
        env: { ...env },
        detached: process.platform !== "win32",
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      });
    } catch (error) {
      // Arguments that cannot be passed, such as one with a NUL byte.
      this.#settle({ ...NOT_RUN, ending: "not_started", code: errorCode(error) });
      return;
    }
    this.#child = child;
    child.on("error", (error) => {
      if (child.pid === undefined)
        this.#settle({ ...NOT_RUN, ending: "not_started", code: errorCode(error) });
    });
    this.#collect(child);
    child.on("exit", () => this.#after(DRAIN_MS, () => this.#finish(false)));
    child.on("close", () => this.#finish(true));
    this.#after(timeoutMs, () => this.#end("timed_out"));
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  #collect(child: ChildProcess): void {
    const { onStdout, outputBytesMax = OUTPUT_BYTES_MAX } = this.#request;
    let stdoutBytes = 0;
    let stderrBytes = 0;
    child.stdout?.on("data", (chunk: Buffer) => {
      if (this.#forced !== null) return;
      if (onStdout !== undefined) {
        if (onStdout(chunk) === "stop") this.#end("stopped");
        return;
      }
      stdoutBytes += chunk.length;
      if (stdoutBytes > outputBytesMax) this.#end("output_too_large");
      else this.#stdout.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      stderrBytes += chunk.length;
      if (stderrBytes > outputBytesMax) this.#end("output_too_large");
      else this.#stderr.push(chunk);
    });
  }

  /** Ends the program; the first reason counts. */
  #end(reason: CommandEnding): void {
    if (this.#forced !== null || this.#settled) return;
    this.#forced = reason;
    if (this.#child !== null) signalChild(this.#child, "SIGTERM");
    this.#after(KILL_AFTER_MS, () => {
      if (this.#child?.pid !== undefined) killWithDescendants(this.#child.pid);
      this.#after(DRAIN_MS, () => this.#finish(false));
    });
  }

  #finish(pipesClosed: boolean): void {
    const child = this.#child;
    if (this.#settled || child === null || child.pid === undefined) return;
    // A descendant may still hold the pipe.
    if (this.#forced !== null || !pipesClosed) signalChild(child, "SIGKILL");
    child.stdout?.destroy();
    child.stderr?.destroy();
    this.#settle({
      ending: this.#forced ?? (child.signalCode === null ? "exited" : "killed"),
      exitCode: child.exitCode,
      signalName: child.signalCode,
      stdout: Buffer.concat(this.#stdout).toString("utf8"),
      stderr: Buffer.concat(this.#stderr).toString("utf8"),
      code: null,
    });
  }

  #settle(end: CommandEnd): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#request.signal?.removeEventListener("abort", this.#abort);
    this.#onEnd(end);
  }

  #after(delayMs: number, action: () => void): void {
    this.#timers.push(setTimeout(action, delayMs));
  }
}

function describe(request: CommandRequest, end: CommandEnd, startedMs: number): CommandResult {
  const { code, ...rest } = end;
  const ok = end.ending === "stopped" || (end.ending === "exited" && end.exitCode === 0);
  return {
    ...rest,
    ok,
    durationMs: performance.now() - startedMs,
    message: ok ? "" : failureSentence(request, end, code),
  };
}

function failureSentence(
  { program, timeoutMs }: CommandRequest,
  end: CommandEnd,
  code: string | null,
): string {
  switch (end.ending) {
    case "not_started":
      return code === "ENOENT"
        ? `${program} could not be started: no such program.`
        : `${program} could not be started (${code}).`;
    case "timed_out":
      return `${program} was stopped because it took longer than ${timeoutMs} ms.`;
    case "aborted":
      return `${program} was stopped because its result is no longer needed.`;
    case "output_too_large":
      return `${program} was stopped because its output was too large.`;
    case "killed":
      return `${program} was ended by ${end.signalName}.`;
    case "exited":
    case "stopped":
      return `${program} failed with exit code ${end.exitCode}${complaint(end.stderr)}`;
  }
}

/** Secrets are removed before the text is cut: half a secret would not be recognised. */
function complaint(stderr: string): string {
  const text = redactSecrets(stderr.trim()).replace(/\s+/g, " ");
  return text === "" ? "." : `: ${text.slice(0, COMPLAINT_LENGTH_MAX)}`;
}

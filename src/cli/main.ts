// From the words of a command line to its exit code. Only this file prints errors, sets the exit code or ends the process
// (C3, C5). Commands return when they are done, or throw.

import process from "node:process";
import { UserError } from "../core/contract/user-error.ts";
import { hideValues, redactSecrets, secretValues } from "../core/text/redact-secrets.ts";
import type { System } from "./contract/system.ts";
import { createOutput, type Output } from "./print/output.ts";
import { terminalBlock } from "./print/terminal-text.ts";
import { parseCommandLine } from "./program.ts";
import { guardWorker } from "./worker-guard.ts";

/** After Ctrl-C a command may take this long to clean up before the process ends anyway (R17). */
const CLEAN_UP_MS = 4_500;

/** The terminal sends Ctrl-C to a script of npm, and npm passes it on: two signals, one request to end. */
const SAME_REQUEST_MS = 1_000;

/** The exit code of a command that a signal ended before it was done: 128 + the signal's number. */
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type EndSignal = keyof typeof SIGNAL_EXIT_CODES;

/** A bug is "could not": what was asked for may be right. */
const BUG_EXIT_CODE = 3;

/** Runs one command line and sets `process.exitCode`. Never throws. */
export async function runCommandLine(words: readonly string[], system: System): Promise<void> {
  const output = createOutput({
    stdout: process.stdout,
    stderr: process.stderr,
    environment: system.environment,
  });
  const ending = listenForSignals();
  endQuietlyOnBrokenPipe();
  try {
    await runCommand(withoutOwnSecrets(words, system.environment), system, output, ending);
    process.exitCode = 0;
  } catch (error) {
    process.exitCode = report(error, output, {
      signal: ending.signal,
      secrets: secretValues(system.environment),
    });
  } finally {
    ending.stop();
  }
}

async function runCommand(
  words: readonly string[],
  system: System,
  output: Output,
  { signal, leaveToCommand }: Ending,
): Promise<void> {
  const invocation = await parseCommandLine(words, { print: output.result, version: system.version });
  if (invocation === null) return;
  const { command, flags } = invocation;
  if (command.handlesSignals) leaveToCommand();
  const worker = await guardWorker(invocation, system);
  const [argument = null] = invocation.arguments;
  await command.run({ system, output, signal, flags, arguments: invocation.arguments, argument, worker });
}

/** What a worker types, such as a question or a note, goes to pages and files; the secrets in its environment must not. */
function withoutOwnSecrets(words: readonly string[], environment: System["environment"]): readonly string[] {
  if ((environment["TASKS_RUN"] ?? "") === "") return words;
  const secrets = secretValues(environment);
  return words.map((word) => hideValues(word, secrets));
}

type Reporting = { readonly signal: AbortSignal; readonly secrets: readonly string[] };

/** Prints what went wrong, and returns the exit code. */
function report(error: unknown, output: Output, { signal, secrets }: Reporting): number {
  /** Errors may quote a file or another program: hide secrets (S20) and what acts on the terminal (S19). */
  const sayable = (text: string) => terminalBlock(redactSecrets(hideValues(text, secrets)));
  const { alarm, quiet } = output.noteStyle;
  if (signal.aborted && !(error instanceof UserError)) {
    output.note("Stopped before it was done; nothing was left behind.");
    return SIGNAL_EXIT_CODES[signal.reason as EndSignal];
  }
  if (error instanceof UserError) {
    output.note(`${alarm("tasks:")} ${sayable(error.message)}`);
    output.note(`       ${quiet(sayable(error.hint))}`);
    return error.exitCode;
  }
  output.note(`${alarm("tasks:")} This is a bug in tasks, not something you did wrong.`);
  output.note(sayable(describeBug(error)));
  output.note("       Please report it with the lines above and the command you typed.");
  return BUG_EXIT_CODE;
}

/** The stack, and those of its causes. */
function describeBug(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by: ${describeBug(error.cause)}`;
  return (error.stack ?? error.message) + cause;
}

type Ending = {
  readonly signal: AbortSignal;
  /** From here on the command decides what signals mean; none ends the process. */
  leaveToCommand(): void;
  stop(): void;
};

/** The first signal asks the command to end; a second request, or too long a wait, ends the process. */
function listenForSignals(): Ending {
  const controller = new AbortController();
  let isLeft = false;
  let deadline: NodeJS.Timeout | undefined;
  let isOver = false;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  const end = (name: EndSignal) => {
    if (isLeft) return;
    if (controller.signal.aborted || isOver) {
      if (performance.now() - askedAtMs > SAME_REQUEST_MS) process.exit(SIGNAL_EXIT_CODES[name]);
      return;
    }
    askedAtMs = performance.now();
    keepHandlersToTheEnd();
    controller.abort(name);
    deadline = setTimeout(() => process.exit(SIGNAL_EXIT_CODES[name]), CLEAN_UP_MS);
    deadline.unref();
  };
  const names = Object.keys(SIGNAL_EXIT_CODES) as EndSignal[];
  for (const name of names) process.on(name, end);
  return {
    signal: controller.signal,
    leaveToCommand: () => {
      isLeft = true;
      clearTimeout(deadline);
    },
    stop: () => {
      clearTimeout(deadline);
      // Still listening: the second signal of a request may come while the process ends, and would make it look killed.
      isOver = true;
    },
  };
}

/**
 * Node takes its signal handlers down before the process is gone; a signal in that window makes a clean end look killed.
 * `process.exit` leaves them up. By the time of the `exit` event all output has been written.
 */
function keepHandlersToTheEnd(): void {
  process.once("exit", (code) => process.exit(code));
}

/** `tasks list | head -1`: a reader that has seen enough is no error. */
function endQuietlyOnBrokenPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    throw error;
  });
}

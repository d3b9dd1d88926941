// The command line from its words to its exit code. This is the only file that prints errors, sets the exit code or
// ends the process (C3, C5). Commands return when they are done, or throw.

import process from "node:process";
import { UserError } from "../core/contract/user-error.ts";
import { redactSecrets } from "../core/text/redact-secrets.ts";
import { hideValues, secretValues } from "../core/text/secret-values.ts";
import type { System } from "./contract/system.ts";
import { createOutput, type Output } from "./print/output.ts";
import { terminalBlock } from "./print/terminal-text.ts";
import { parseCommandLine } from "./program.ts";
import { guardWorker } from "./worker-guard.ts";

/** After Ctrl-C a command may take this long to clean up before the process ends anyway (R17). */
const CLEAN_UP_MS = 4_500;

/** npm passes a Ctrl-C on to its script, which the terminal has sent it already: two signals, one wish. */
const SAME_WISH_MS = 1_000;

/** What the shell sees for a command that a signal ended before it was done: 128 + the signal's number. */
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type EndSignal = keyof typeof SIGNAL_EXIT_CODES;

/** A bug is "could not": nothing is known to be wrong with what was asked for. */
const BUG_EXIT_CODE = 3;

/** Runs one command line and sets `process.exitCode`. Never throws. */
export async function runCommandLine(words: readonly string[], world: System): Promise<void> {
  const output = createOutput({
    stdout: process.stdout,
    stderr: process.stderr,
    environment: world.environment,
  });
  const ending = listenForSignals();
  endQuietlyWhenNobodyReads();
  try {
    await runCommand(withoutOwnSecrets(words, world.environment), world, output, ending);
    process.exitCode = 0;
  } catch (error) {
    process.exitCode = report(error, output, {
      signal: ending.signal,
      secrets: secretValues(world.environment),
    });
  } finally {
    ending.stop();
  }
}

async function runCommand(
  words: readonly string[],
  world: System,
  output: Output,
  { signal, leaveToCommand }: Ending,
): Promise<void> {
  const invocation = await parseCommandLine(words, { print: output.result, version: world.version });
  if (invocation === null) return;
  const { command, flags } = invocation;
  if (command.hearsSignals) leaveToCommand();
  const worker = await guardWorker(invocation, world);
  const perform = await command.load();
  const [argument = null] = invocation.arguments;
  await perform({ world, output, signal, flags, arguments: invocation.arguments, argument, worker });
}

/** What a worker types goes to pages and files: its question, its note. The secrets that it was given do not. */
function withoutOwnSecrets(words: readonly string[], environment: System["environment"]): readonly string[] {
  if ((environment["TASKS_RUN"] ?? "") === "") return words;
  const secrets = secretValues(environment);
  return words.map((word) => hideValues(word, secrets));
}

type Reporting = { readonly signal: AbortSignal; readonly secrets: readonly string[] };

/** Says what went wrong, and returns the exit code. */
function report(error: unknown, output: Output, { signal, secrets }: Reporting): number {
  /** Errors may quote what a file or another program said: no secrets (S20), nothing that acts on the terminal (S19). */
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
  output.note(`${alarm("tasks:")} This is a fault of tasks itself, not of what you did.`);
  output.note(sayable(describeBug(error)));
  output.note("       Please report it with the lines above and the command you typed.");
  return BUG_EXIT_CODE;
}

/** The stack, and those of its causes: what whoever mends it needs. */
function describeBug(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by: ${describeBug(error.cause)}`;
  return (error.stack ?? error.message) + cause;
}

type Ending = {
  readonly signal: AbortSignal;
  /** From here on no signal ends the process: what it means is the command's business. */
  leaveToCommand(): void;
  stop(): void;
};

/** The first signal asks the command to end, a second wish or too long a wait ends the process. */
function listenForSignals(): Ending {
  const controller = new AbortController();
  let isLeft = false;
  let deadline: NodeJS.Timeout | undefined;
  let isOver = false;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  const end = (name: EndSignal) => {
    if (isLeft) return;
    if (controller.signal.aborted || isOver) {
      if (performance.now() - askedAtMs > SAME_WISH_MS) process.exit(SIGNAL_EXIT_CODES[name]);
      return;
    }
    askedAtMs = performance.now();
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
      // Still listened to: the second signal of a wish may come while the process ends, and would make it look killed.
      isOver = true;
    },
  };
}

/** `tasks list | head -1`: whoever read the result has seen enough, which is no error. */
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    throw error;
  });
}

// Hooks of worktrees: a repository's commands for a new worktree (`npm ci`), before each start and before a removal. They get
// the variables of the worker. A failing hook is a sentence with the end of its output: it fails the start, or keeps the
// worktree.

import { hideValues, redactSecrets, secretValues } from "../../../core/text/redact-secrets.ts";
import { inheritedByRun } from "../../../core/worker/worker-environment.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import type { RunsContext } from "../change/runs-context.ts";

export type HookContext = Pick<RunsContext, "config" | "environment" | "root" | "runCommand">;

export const HOOK_NAMES = ["after_create", "before_run", "before_remove"] as const;

type Hook = {
  readonly name: (typeof HOOK_NAMES)[number];
  /** The worktree; absolute. */
  readonly folder: string;
  /** What it finds in its environment, beside what it inherits and TASKS_REPO. */
  readonly variables: Readonly<Record<string, string>>;
  /** Values of copied files, kept out of what is shown. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
};

/** The end of the output, where programs say what went wrong. */
const OUTPUT_LENGTH_MAX = 1_000;
/** More is kept until the hook ends, so that a secret across the cut is still recognised. */
const TAIL_LENGTH_MAX = 8_000;
/** Installing dependencies prints a lot, but endless output must not fill the memory. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Runs the hook if it is configured; a sentence if it failed, else null. */
export async function runHook(context: HookContext, hook: Hook): Promise<string | null> {
  const { name, folder, variables, secrets, signal } = hook;
  const { worktree } = context.config;
  const [program, ...args] = worktree[name];
  if (program === undefined) return null;
  const tail = new OutputTail();
  const env = { ...inheritedByRun(context.environment), TASKS_REPO: context.root, ...variables };
  const result = await context.runCommand({
    program,
    args,
    cwd: folder,
    env,
    timeoutMs: worktree.hook_timeout_s * 1000,
    outputBytesMax: OUTPUT_BYTES_MAX,
    onStdout: (chunk) => tail.add(chunk),
    signal,
  });
  return result.ok
    ? null
    : describeFailure(name, result, { stdout: tail.text(), secrets: [...secretValues(env), ...secrets] });
}

function describeFailure(
  name: Hook["name"],
  { message, stderr }: CommandResult,
  { stdout, secrets }: { readonly stdout: string; readonly secrets: readonly string[] },
): string {
  // Secrets are hidden before the text is cut: half of one is not recognised.
  const shown = (text: string) => redactSecrets(hideValues(text, secrets));
  const output = shown(`${stdout}\n${stderr}`.trim()).slice(-OUTPUT_LENGTH_MAX).trim();
  return `the hook worktree.${name} failed: ${shown(message)}${output === "" ? "" : `\n${output}`}`;
}

/** The end of a streamed output. */
class OutputTail {
  readonly #decoder = new TextDecoder();
  #text = "";

  add(chunk: Uint8Array): "more" {
    const grown = this.#text + this.#decoder.decode(chunk, { stream: true });
    this.#text = grown.slice(-TAIL_LENGTH_MAX);
    return "more";
  }

  text(): string {
    return this.#text;
  }
}

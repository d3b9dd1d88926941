// Hooks of worktrees: a repository's commands for a new worktree (`npm ci`) and before each start. They get the same
// variables as the worker. A failing hook fails the start, with its output.

import type { Run } from "../../../core/contract/run.ts";
import { hideValues, redactSecrets, secretValues } from "../../../core/text/redact-secrets.ts";
import { inheritedByRun } from "../../../core/worker/inherited-environment.ts";
import { workerVariables } from "../../../core/worker/worker-environment.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import type { RunsContext } from "../change/runs-context.ts";

type HookContext = Pick<RunsContext, "runCommand" | "config" | "environment" | "root">;

export type Hook = {
  readonly name: "after_create" | "before_run";
  readonly run: Run;
  /** The worktree; absolute. */
  readonly folder: string;
  readonly signal: AbortSignal;
};

/** The end of the output, where programs say what went wrong. */
const OUTPUT_LENGTH_MAX = 1_000;
/** More is kept until the hook ends, so that a secret across the cut is still recognised. */
const TAIL_LENGTH_MAX = 8_000;
/** Installing dependencies prints a lot, but endless output must not fill the memory. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Runs the hook if it is configured; a sentence if it failed, else null. */
export async function runHook(
  context: HookContext,
  { name, run, folder, signal }: Hook,
): Promise<string | null> {
  const { worktree } = context.config;
  const [program, ...args] = worktree[name];
  if (program === undefined) return null;
  const tail = new OutputTail();
  const env = hookEnvironment(context, run, folder);
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
    : describeFailure(name, result, { stdout: tail.text(), secrets: secretValues(env) });
}

function hookEnvironment(
  { environment, config, root }: HookContext,
  run: Run,
  folder: string,
): Record<string, string> {
  const { port_base: portBase, ports_per_run: portsPerRun } = config.worker;
  return {
    ...inheritedByRun(environment),
    TASKS_REPO: root,
    ...workerVariables(run, { worktree: folder, portBase, portsPerRun }),
  };
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

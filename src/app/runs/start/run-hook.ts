// Hooks of worktrees: what a repository wants done in a new worktree (`npm ci`) and before each start. They know the run
// as its worker will. A hook that fails, fails the start, with what it said.

import type { Run } from "../../../core/contract/run.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import { hideValues, secretValues } from "../../../core/text/secret-values.ts";
import { inheritedByRun } from "../../../core/worker/inherited-environment.ts";
import { workerVariables } from "../../../core/worker/worker-environment.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import type { RunsContext } from "../change/runs-context.ts";

type HookContext = Pick<RunsContext, "runCommand" | "config" | "environment" | "root">;

export type Hook = {
  readonly name: "after_create" | "before_run";
  readonly run: Run;
  /** Absolute: the worktree. */
  readonly folder: string;
  readonly signal: AbortSignal;
};

/** What is kept of its output, from the end: where programs say what went wrong. */
const OUTPUT_LENGTH_MAX = 1_000;
/** What is kept until it is over: more, so that a secret that begins before the end is still seen whole. */
const TAIL_LENGTH_MAX = 8_000;
/** Installing dependencies says a lot; one that never stops talking must not fill the memory. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Runs one hook if it is configured; the sentence that says why it failed, else null. */
export async function runHook(
  world: HookContext,
  { name, run, folder, signal }: Hook,
): Promise<string | null> {
  const { worktree } = world.config;
  const [program, ...args] = worktree[name];
  if (program === undefined) return null;
  const tail = new OutputTail();
  const env = hookEnvironment(world, run, folder);
  const result = await world.runCommand({
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
  // Secrets go before the text is cut: half of one is not recognised any more.
  const shown = (text: string) => redactSecrets(hideValues(text, secrets));
  const output = shown(`${stdout}\n${stderr}`.trim()).slice(-OUTPUT_LENGTH_MAX).trim();
  return `the hook worktree.${name} failed: ${shown(message)}${output === "" ? "" : `\n${output}`}`;
}

/** The end of an output that comes in pieces. */
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

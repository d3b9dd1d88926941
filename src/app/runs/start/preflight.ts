// What a worker's start requires: trust in the repository's settings, a worker command, its program, and a possible worktree.
// One list of checks at two depths: from files alone before anything is queued and for pages (no process is started), and
// in full for `tasks doctor`.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { quote } from "../../../core/text/quote.ts";
import { findTemplateProblem } from "../../../core/worker/prompt.ts";
import { untrustedRefusal } from "../../../core/worker/untrusted-settings.ts";
import { findCommandProblem } from "../../../core/worker/worker-command.ts";
import type { WorktreePreflight } from "../../../ports/git/worktrees.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { hadWorker, readTemplate } from "./prepare-start.ts";

export type PreflightContext = Pick<RunsContext, "worktrees" | "programs" | "config" | "untrusted">;

export type Check = {
  /** "trust", "worker", "program", "git", …. */
  readonly name: string;
  readonly found: string;
  /** Null: passed. */
  readonly refusal: Refusal | null;
};

/** The first failed check for starting a worker on a task; null when all pass. */
export function preflight(context: PreflightContext, slug: string): Refusal | null {
  return checkStart(context, slug).find((check) => check.refusal !== null)?.refusal ?? null;
}

/** All checks that need no process, in a start's order. */
function checkStart(context: PreflightContext, slug: string): readonly Check[] {
  return [...checkWorker(context), checkWorktree(context.worktrees.preflight(slug))];
}

export type RehearsalContext = PreflightContext & Pick<RunsContext, "reader" | "store">;

/** Everything about the task's start that can be checked without starting it. */
export async function rehearseStart(
  context: RehearsalContext,
  { slug, key }: { readonly slug: string; readonly key: string },
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const isOwn = await hadWorker(context.store, key);
  const ground = await context.worktrees.rehearse(slug, signal, { isOwn });
  return [...checkWorker(context), checkWorktree(ground), await checkPrompt(context), ...checkHooks(context)];
}

function checkWorker(context: PreflightContext): readonly Check[] {
  const trust = checkTrust(context);
  // A command that is not trusted counts as not set, so the worker is unknown.
  if (trust.refusal !== null) return [trust];
  const command = checkCommand(context);
  return command.refusal === null ? [trust, command, checkProgram(context)] : [trust, command];
}

function checkTrust({ untrusted }: PreflightContext): Check {
  const keys = untrusted();
  const found = keys.length === 0 ? "nothing to trust" : `${keys.join(", ")} not trusted`;
  return { name: "trust", found, refusal: untrustedRefusal(keys) };
}

function checkCommand({ config }: PreflightContext): Check {
  const { command } = config.worker;
  const found = command.length === 0 ? "none" : command.join(" ");
  return { name: "worker", found, refusal: findCommandProblem(command) };
}

function checkProgram({ config, programs }: PreflightContext): Check {
  const [program = ""] = config.worker.command;
  if (programs.has(program)) return { name: "program", found: `${program} found`, refusal: null };
  return {
    name: "program",
    found: `${program} not found`,
    refusal: refusal(
      `The worker's program ${quote(program)} is not on the PATH.`,
      "Install it, or name another one: worker.command in tasks/config.yaml.",
    ),
  };
}

function checkWorktree(ground: WorktreePreflight): Check {
  if (ground.kind === "clear") {
    const found = ground.reused ? "its worktree exists" : "a worktree can be created";
    return { name: "git", found, refusal: null };
  }
  return { name: "git", found: "no worktree can be created", refusal: refusal(ground.message, ground.hint) };
}

async function checkPrompt(context: RehearsalContext): Promise<Check> {
  const template = await readTemplate(context);
  const name = "prompt";
  const file = context.config.worker.prompt;
  if (template.kind === "refused")
    return {
      name,
      found: `${file} cannot be read`,
      refusal: refusal(`${template.why}.`, "Fix the file, or set worker.prompt to another one."),
    };
  if (template.text === null) return { name, found: "the built-in prompt", refusal: null };
  return { name, found: file, refusal: findTemplateProblem(template.text) };
}

function checkHooks({ config, programs }: PreflightContext): readonly Check[] {
  return (["after_create", "before_run"] as const).flatMap((hook): Check[] => {
    const [program] = config.worktree[hook];
    if (program === undefined) return [];
    const name = `worktree.${hook}`;
    if (programs.has(program)) return [{ name, found: `${program} found`, refusal: null }];
    const message = `The program ${quote(program)} of ${name} is not on the PATH.`;
    const hint = `Install it, or name another one: ${name} in tasks/config.yaml.`;
    return [{ name, found: `${program} not found`, refusal: refusal(message, hint) }];
  });
}

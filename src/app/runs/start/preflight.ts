// What has to be there before a worker can be started: trust in what the repository would run, a worker command, its
// program, and ground for a worktree. One list, asked in two depths: from files alone before anything is queued and by
// pages (no process is started), and in full by `tasks doctor`, which then says what the start would.

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
  /** What is looked at: "trust", "worker", "program", "git". */
  readonly name: string;
  /** What was found, in words. */
  readonly found: string;
  /** Null: nothing in the way. */
  readonly refusal: Refusal | null;
};

/** The first thing that is in the way of starting a worker on a task; null when nothing is. */
export function preflight(world: PreflightContext, slug: string): Refusal | null {
  return checkStart(world, slug).find((check) => check.refusal !== null)?.refusal ?? null;
}

/** All checks that need no process, in the order in which a start would meet them. */
function checkStart(world: PreflightContext, slug: string): readonly Check[] {
  return [...checkWorker(world), checkWorktree(world.worktrees.preflight(slug))];
}

export type RehearsalContext = PreflightContext & Pick<RunsContext, "reader" | "store">;

/** Everything that a start of the task looks at, and that can be looked at without starting it. */
export async function rehearseStart(
  world: RehearsalContext,
  { slug, key }: { readonly slug: string; readonly key: string },
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const isOwn = await hadWorker(world.store, key);
  const ground = await world.worktrees.rehearse(slug, signal, { isOwn });
  return [...checkWorker(world), checkWorktree(ground), await checkPrompt(world), ...checkHooks(world)];
}

function checkWorker(world: PreflightContext): readonly Check[] {
  const trust = checkTrust(world);
  // A command that is not trusted counts as not set: what the worker is cannot be told before.
  if (trust.refusal !== null) return [trust];
  const command = checkCommand(world);
  return command.refusal === null ? [trust, command, checkProgram(world)] : [trust, command];
}

function checkTrust({ untrusted }: PreflightContext): Check {
  const keys = untrusted();
  const found = keys.length === 0 ? "nothing waits for it" : `${keys.join(", ")} not trusted`;
  return { name: "trust", found, refusal: untrustedRefusal(keys) };
}

function checkCommand({ config }: PreflightContext): Check {
  const { command } = config.worker;
  const found = command.length === 0 ? "none" : command.join(" ");
  return { name: "worker", found, refusal: findCommandProblem(command) };
}

function checkProgram({ config, programs }: PreflightContext): Check {
  const [program = ""] = config.worker.command;
  if (programs.has(program)) return { name: "program", found: `${program} is there`, refusal: null };
  return {
    name: "program",
    found: `${program} is not there`,
    refusal: refusal(
      `The worker's program ${quote(program)} is not on the PATH.`,
      "Install it, or name another one: worker.command in tasks/config.yaml.",
    ),
  };
}

function checkWorktree(ground: WorktreePreflight): Check {
  if (ground.kind === "clear") {
    const found = ground.reused ? "its worktree is there" : "a worktree can be made";
    return { name: "git", found, refusal: null };
  }
  return { name: "git", found: "no worktree can be had", refusal: refusal(ground.message, ground.hint) };
}

async function checkPrompt(world: RehearsalContext): Promise<Check> {
  const template = await readTemplate(world);
  const name = "prompt";
  const file = world.config.worker.prompt;
  if (template.kind === "refused")
    return { name, found: `${file} cannot be read`, refusal: refusal(`${template.why}.`, "Put that right.") };
  if (template.text === null) return { name, found: "the built-in one", refusal: null };
  return { name, found: file, refusal: findTemplateProblem(template.text) };
}

/** Only those that are configured. */
function checkHooks({ config, programs }: PreflightContext): readonly Check[] {
  return (["after_create", "before_run"] as const).flatMap((hook): Check[] => {
    const [program] = config.worktree[hook];
    if (program === undefined) return [];
    const name = `worktree.${hook}`;
    if (programs.has(program)) return [{ name, found: `${program} is there`, refusal: null }];
    const message = `The program ${quote(program)} of ${name} is not on the PATH.`;
    const hint = `Install it, or name another one: ${name} in tasks/config.yaml.`;
    return [{ name, found: `${program} is not there`, refusal: refusal(message, hint) }];
  });
}

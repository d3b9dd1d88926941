// What a worker's start requires: trust in the repository's settings, a worker command, its program, and a possible worktree.
// One list of checks at two depths: from files alone before anything is queued and for pages (no process is started), and
// in full for `tasks doctor`.

import type { WorkerSettings } from "../../../core/agent/contract/agent-kind.ts";
import { judgeWorker, programOf } from "../../../core/agent/kinds/judge-worker.ts";
import { chooseWorker } from "../../../core/agent/workers/choose-worker.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { listed } from "../../../core/text/listed.ts";
import { quote } from "../../../core/text/quote.ts";
import { findTemplateProblem } from "../../../core/worker/prompt.ts";
import { untrustedRefusal } from "../../../core/worker/untrusted-settings.ts";
import type { WorktreePreflight } from "../../../ports/git/worktrees.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { hadWorker, readTemplate } from "./prepare-start.ts";
import { HOOK_NAMES } from "./worktree-hooks.ts";

export type PreflightContext = Pick<RunsContext, "worktrees" | "programs" | "config" | "untrusted">;

export type Check = {
  /** "trust", "worker", "program", "git", …. */
  readonly name: string;
  readonly found: string;
  /** Null: passed. */
  readonly refusal: Refusal | null;
};

/** A task, and the worker that it is to get: the requested one, else the one that its file names. */
export type WantedStart = {
  readonly slug: string;
  readonly worker: string | null;
  readonly requested?: string | null;
};

/** The first failed check for starting a worker on a task; null when all pass. */
export function preflight(context: PreflightContext, task: WantedStart): Refusal | null {
  // In a start's order; none needs a process.
  const checks = [...checkWorker(context, task), checkWorktree(context.worktrees.preflight(task.slug))];
  return checks.find((check) => check.refusal !== null)?.refusal ?? null;
}

export type RehearsalContext = PreflightContext & Pick<RunsContext, "reader" | "store">;

/** Everything about the task's start that can be checked without starting it. */
export async function rehearseStart(
  context: RehearsalContext,
  { slug, key, worker }: WantedStart & { readonly key: string },
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const isOwn = await hadWorker(context.store, key);
  const ground = await context.worktrees.rehearse(slug, signal, { isOwn });
  const requested = (await context.store.readOpenRun(key))?.requestedWorker ?? null;
  const wanted = { slug, worker, requested };
  return [
    ...checkWorker(context, wanted),
    checkWorktree(ground),
    await checkPrompt(context),
    ...(await checkCopies(context, signal)),
    ...checkHooks(context),
  ];
}

function checkWorker(context: PreflightContext, wanted: WantedStart): readonly Check[] {
  const trust = checkTrust(context);
  // A worker that is not trusted counts as not set, so which one it would be is unknown.
  if (trust.refusal !== null) return [trust];
  const worker = chooseWorker(context.config, {
    requested: wanted.requested ?? null,
    ofTask: wanted.worker,
  });
  if (worker.kind === "refused") return [trust, { name: "worker", found: "none", refusal: worker }];
  const settings: Check = { name: "worker", found: described(worker), refusal: judgeWorker(worker) };
  const program = programOf(worker);
  if (settings.refusal !== null || program === null) return [trust, settings];
  const named = `The worker's program ${quote(program)}`;
  const setting = Object.hasOwn(context.config.workers.named, worker.name)
    ? `workers.${worker.name}`
    : "worker.command";
  return [trust, settings, checkProgram(context, program, { name: "program", setting, named })];
}

/** "careful: claude, model opus, permissions edits", or the command of one that has no other form. */
function described({ name, kind, command, model, permissions, wrap }: WorkerSettings): string {
  if (kind === "command") return command.join(" ");
  const parts = [
    kind,
    ...(model === null ? [] : [`model ${model}`]),
    `permissions ${permissions}`,
    ...(wrap.length === 0 ? [] : ["wrapped"]),
  ];
  return `${name}: ${parts.join(", ")}`;
}

function checkTrust({ untrusted }: PreflightContext): Check {
  const keys = untrusted();
  const found = keys.length === 0 ? "nothing to trust" : `${keys.join(", ")} not trusted`;
  return { name: "trust", found, refusal: untrustedRefusal(keys) };
}

/** `named`: the subject of the refusal. */
function checkProgram(
  { programs }: PreflightContext,
  program: string,
  { name, setting, named }: { readonly name: string; readonly setting: string; readonly named: string },
): Check {
  if (programs.has(program)) return { name, found: `${program} found`, refusal: null };
  const hint = `Install it, or name another one: ${setting} in tasks/config.yaml.`;
  return { name, found: `${program} not found`, refusal: refusal(`${named} is not on the PATH.`, hint) };
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

async function checkCopies(context: RehearsalContext, signal: AbortSignal): Promise<readonly Check[]> {
  const paths = context.config.worktree.copy;
  if (paths.length === 0) return [];
  const problem = await context.worktrees.rehearseCopies(paths, signal);
  const name = "worktree.copy";
  const found = problem === null ? listed(paths) : "cannot be copied";
  const hint = "Fix the file, or take it out of worktree.copy in tasks/config.yaml.";
  return [{ name, found, refusal: problem === null ? null : refusal(`${problem}.`, hint) }];
}

function checkHooks(context: PreflightContext): readonly Check[] {
  return HOOK_NAMES.flatMap((hook): Check[] => {
    const [program] = context.config.worktree[hook];
    if (program === undefined) return [];
    const name = `worktree.${hook}`;
    const named = `The program ${quote(program)} of ${name}`;
    return [checkProgram(context, program, { name, setting: name, named })];
  });
}

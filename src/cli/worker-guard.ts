// Decides what a worker of a run may do with commands (docs/who-acts.md). Each command declares whether it is allowed,
// recorded or refused; this finds out whether a worker gave it. It prevents mistakes, not a program that hides what it is.

import { isAbsolute, join } from "node:path";
import { isLive, type Run } from "../core/contract/run.ts";
import { UserError } from "../core/contract/user-error.ts";
import type { CallingWorker } from "../ports/runs/calling-worker.ts";
import { StoreError } from "../ports/store/store-error.ts";
import type { InsideRun } from "./contract/command.ts";
import { textFlag } from "./contract/flag-values.ts";
import type { System } from "./contract/system.ts";
import type { Invocation } from "./program.ts";

/** "worker of fix-ci" when a worker gives a command that is recorded, else null. Throws UserError `person_needed`. */
export async function guardWorker(invocation: Invocation, system: System): Promise<string | null> {
  const insideRun = insideRunOf(invocation);
  if (insideRun === "allowed") return null;
  const found = await findWorker(invocation, system);
  if (found === null) return null;
  if (insideRun === "refused") throw personNeeded(invocation.name, found);
  return found.name;
}

function insideRunOf({ command, flags, arguments: words }: Invocation): InsideRun {
  const { insideRun } = command;
  return typeof insideRun === "function" ? insideRun({ flags, arguments: words }) : insideRun;
}

type FoundWorker = {
  /** "worker of fix-ci" */
  readonly name: string;
  /** Completes "It was given by the worker of fix-ci: ". */
  readonly because: string;
  readonly hint: string;
};

async function findWorker(invocation: Invocation, system: System): Promise<FoundWorker | null> {
  const [calling, worktree] = await Promise.all([system.findCallingWorker(), system.enclosingWorktree()]);
  if (calling === null && worktree === null) return null;
  const { root, runs } = await readRuns(invocation, system);
  if (calling !== null) {
    const run = runs.find(({ id }) => calling.isOf(id));
    const isMeant = run !== undefined || calling.by === "environment" || !hasOwnHome(system);
    if (isMeant) return foundBy(calling, run);
  }
  const run = runs.find((one) => isWorkedOnIn(one, root, worktree));
  return run === undefined ? null : foundInWorktree(run, root);
}

/**
 * A program that was started in a run and has its own home (TASKS_HOME) is a test of this program, not a worker that acts
 * for the person; in the repository of its run it still is a worker.
 */
function hasOwnHome({ environment }: System): boolean {
  return Boolean(environment["TASKS_HOME"]);
}

function foundBy(calling: CallingWorker, run: Run | undefined): FoundWorker {
  const slug = run?.key ?? calling.slug;
  return {
    name: slug === null ? "a worker" : `worker of ${slug}`,
    because: BECAUSE[calling.by],
    hint: TO_WORKER,
  };
}

const BECAUSE: Readonly<Record<CallingWorker["by"], string>> = {
  environment: "TASKS_RUN is set",
  inherited: "a supervisor of a run started what started this",
  parent: "a process above this one belongs to a run",
};

const TO_WORKER = "Use `tasks ask`, or `tasks finish` to say how it went: a person sees it and decides.";

function foundInWorktree({ key }: Run, root: string): FoundWorker {
  return {
    name: `worker of ${key}`,
    because: "this folder is the worktree it works in",
    hint: `A person can run it in the repository itself: ${root}`,
  };
}

function isWorkedOnIn(run: Run, root: string, worktree: string | null): boolean {
  if (worktree === null || run.worktree === null || run.kind !== "supervised" || !isLive(run)) return false;
  return worktree === (isAbsolute(run.worktree) ? run.worktree : join(root, run.worktree));
}

type KnownRuns = { readonly root: string; readonly runs: readonly Run[] };

/** Without a usable repository only the other evidence counts; the command itself reports what is wrong with it. */
async function readRuns({ flags }: Invocation, system: System): Promise<KnownRuns> {
  try {
    const root = await system.findRepository(textFlag(flags, "repo"));
    const store = await system.openStoreLater(root);
    try {
      return { root, runs: await store.readOpenRuns() };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof UserError || error instanceof StoreError) return { root: "", runs: [] };
    throw error;
  }
}

function personNeeded(name: string, { name: worker, because, hint }: FoundWorker): UserError {
  const who = worker === "a worker" ? worker : `the ${worker}`;
  return new UserError({
    code: "person_needed",
    message: `\`tasks ${name}\` is for a person to decide, and ${who} gave it (${because}). Nothing was done.`,
    hint,
  });
}

// The one place that decides what a worker of a run may do with commands (docs/who-acts.md). Each command declares what
// becomes of it there; here is found out whether a worker gave it. This keeps mistakes away, not a program that hides
// what it is.

import { isAbsolute, join } from "node:path";
import { isLive, type Run } from "../core/contract/run.ts";
import { UserError } from "../core/contract/user-error.ts";
import type { CallingWorker } from "../ports/runs/calling-worker.ts";
import { StoreError } from "../ports/store/store-error.ts";
import type { CommandSpec, InsideRun } from "./contract/command.ts";
import type { System } from "./contract/system.ts";
import type { Invocation } from "./program.ts";

/** "worker of fix-ci" when a worker gives a command that is recorded, else null. Throws UserError `person_needed`. */
export async function guardWorker(invocation: Invocation, world: System): Promise<string | null> {
  const insideRun = insideRunOf(invocation);
  if (insideRun === "allowed") return null;
  const found = await findWorker(invocation, world);
  if (found === null) return null;
  if (insideRun === "refused") throw personNeeded(invocation.command, found);
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

async function findWorker(invocation: Invocation, world: System): Promise<FoundWorker | null> {
  const [calling, worktree] = await Promise.all([world.findCallingWorker(), world.enclosingWorktree()]);
  if (calling === null && worktree === null) return null;
  const { root, runs } = await readRuns(invocation, world);
  if (calling !== null) {
    const run = runs.find(({ id }) => calling.isOf(id));
    const isMeant = run !== undefined || calling.by === "environment" || !hasOwnHome(world);
    if (isMeant) return foundBy(calling, run);
  }
  const run = runs.find((one) => isWorkedOnIn(one, root, worktree));
  return run === undefined ? null : foundInWorktree(run, root);
}

/**
 * A program that was started in a run and has a home of its own (TASKS_HOME) is a test of this program, not a worker that
 * acts for the person; in the repository of its run it is a worker all the same.
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

const TO_WORKER =
  "Ask with `tasks ask`, or say with `tasks finish` how it went: a person sees it and decides.";

function foundInWorktree({ key }: Run, root: string): FoundWorker {
  return {
    name: `worker of ${key}`,
    because: "this folder is the worktree it works in",
    hint: `A person gives it in the repository itself: ${root}`,
  };
}

function isWorkedOnIn(run: Run, root: string, worktree: string | null): boolean {
  if (worktree === null || run.worktree === null || run.kind !== "supervised" || !isLive(run)) return false;
  return worktree === (isAbsolute(run.worktree) ? run.worktree : join(root, run.worktree));
}

type KnownRuns = { readonly root: string; readonly runs: readonly Run[] };

/** What cannot be known now is left to the other evidence; the command itself says what is wrong with it. */
async function readRuns({ flags }: Invocation, world: System): Promise<KnownRuns> {
  const asked = flags["repo"];
  try {
    const root = await world.findRepository(typeof asked === "string" ? asked : null);
    const store = await world.openStoreLater(root);
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

function personNeeded(
  { name }: Pick<CommandSpec, "name">,
  { name: worker, because, hint }: FoundWorker,
): UserError {
  const who = worker === "a worker" ? worker : `the ${worker}`;
  return new UserError({
    code: "person_needed",
    message: `\`tasks ${name}\` is for a person to decide, and ${who} gave it (${because}). Nothing was done.`,
    hint,
  });
}

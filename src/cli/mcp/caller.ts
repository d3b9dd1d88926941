// Who calls a tool, and which run the call is about.

import { type OwnRun, readOwnRun } from "../../app/runs/worker/own-run.ts";
import type { Run } from "../../core/contract/run.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { describeOpenRun } from "../../core/run/judge-claim.ts";
import { inSentence } from "../../core/text/listed.ts";
import { actorOf } from "../contract/actor.ts";
import type { RepositoryContext } from "../contract/command.ts";
import { accepted, refused, usage } from "../contract/errors.ts";
import { requireOpenRun, resolveKey } from "../repository/find-task.ts";
import type { OpenedStore } from "../repository/open-runs.ts";
import { runOfEnvironment } from "../repository/own-run.ts";
import type { Caller } from "./tool.ts";

export async function findCaller(context: RepositoryContext): Promise<Caller> {
  const own = await runOfEnvironment(context.system);
  if (own !== null) return { kind: "worker", own };
  if (context.worker !== null) return { kind: "unproven" };
  return { kind: "agent", name: actorOf(context) };
}

/** The name that claims get. Throws UserError unless the caller is a person's agent. */
export function agentName(caller: Caller): string {
  if (caller.kind === "agent") return caller.name;
  if (caller.kind === "unproven") throw unproven();
  throw new UserError({
    code: "person_needed",
    message: "A worker works on the task of its run, and claims no other. Nothing was done.",
    hint: "`create` proposes a task for later; `finish` ends your part of this one.",
  });
}

/** The worker's run, with its proof checked; null for a person's agent. Throws UserError for a run that is not the caller's. */
export async function workersRun(caller: Caller, { store }: Pick<OpenedStore, "store">): Promise<Run | null> {
  if (caller.kind === "agent") return null;
  if (caller.kind === "unproven") throw unproven();
  return accepted(await readOwnRun(store, caller.own)).run;
}

/**
 * The run that a report, a question or an outcome is about: the worker's own, else the agent's claim on `task`. Throws
 * UserError for any other.
 */
export async function spokenFor(
  caller: Caller,
  opened: OpenedStore,
  task: string | undefined,
): Promise<OwnRun> {
  if (caller.kind === "agent") return { id: (await claimedRun(caller.name, opened, task)).id, epoch: null };
  const run = await workersRun(caller, opened);
  if (run === null || caller.kind === "unproven") throw unproven();
  if (task !== undefined && (await resolveKey(opened.store, task)) !== run.key)
    throw refused(
      `You are the worker of ${inSentence(run.key)}, and speak for no other task.`,
      "Leave `task` out: it is your own.",
    );
  return caller.own;
}

/** The run of a task that the agent of that name has claimed. Throws UserError for any other. */
export async function claimedRun(
  name: string,
  { store }: Pick<OpenedStore, "store">,
  task: string | undefined,
): Promise<Run> {
  if (task === undefined)
    throw usage("Which task is this about? `task` is missing.", "Name the task that you have claimed.");
  const run = await requireOpenRun(store, task);
  if (run.kind === "by_hand" && run.workerName === name) return run;
  throw refused(
    `${describeOpenRun(run)}, and you are ${inSentence(name)}: only who has claimed a task speaks for it.`,
    "`update` with `claim: take` claims a free task.",
  );
}

function unproven(): UserError {
  return new UserError({
    code: "person_needed",
    message:
      "This server was started inside a run without its environment, so it cannot know which one. Nothing was done.",
    hint: "Start it with TASKS_RUN, TASKS_EPOCH and TASKS_RUN_PROOF of the worker; `list` and `show` work without.",
  });
}

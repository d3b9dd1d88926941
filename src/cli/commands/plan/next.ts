import { nextTask } from "../../../app/runs/worker/claim-task.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { EVERYONE } from "../../../core/team/resolve-owner.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command } from "../../contract/command.ts";
import { AS, FORMAT, flag, OWNER, REPO } from "../../contract/flags.ts";
import { asJson, printResult } from "../../contract/print-result.ts";
import { runRecord } from "../../print/run-record.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { chooseOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { type FreshRuns, withFreshRuns } from "../../repository/open-runs.ts";
import { readWorktree } from "./claim.ts";

export const command: Command = {
  insideRun: ({ flags }) => (flags["claim"] === true ? "recorded" : "allowed"),
  description:
    "The first ready task that no one is working on and that is not queued for a worker. Exits 1 when there is none. --claim makes it yours: of two who ask at the same moment, each gets another task.",
  flags: [
    REPO,
    OWNER,
    AS,
    flag("--claim", "claim it, for work by hand"),
    flag("--worktree <folder>", "with --claim: where you work on it"),
    FORMAT,
  ],
  examples: [
    {
      line: "tasks next --claim --as agent-7 --format json",
      does: "for an agent that was started outside this tool",
    },
  ],
  run: (context) => withFreshRuns(context, next),
};

/** Prints one task; exits 1 when nothing is ready. */
async function next(opened: FreshRuns): Promise<void> {
  const { runs, flags, loaded } = opened;
  const { tasks, owner } = chooseOwner(opened.snapshot, requestedOwner(loaded));
  const isClaimed = flags["claim"] === true;
  const claimFor = isClaimed ? actorOf(opened) : null;
  const { stopped } = opened.snapshot.dispatch;
  const worktree = await readWorktree(opened);
  const found = await nextTask(runs, { rows: tasks, stopped, claimFor, worktree });
  if (isClaimed && found !== null) await awaitRunner(opened, runs.store);
  if (found === null) {
    if (asJson(opened)) printResult(opened, { task: null, run: null });
    throw nothingReady(owner.name);
  }
  const { row, run } = found;
  const claimed = run === null ? "" : `  claimed by ${run.workerName ?? run.queued.by}`;
  printResult(
    opened,
    { task: row, run: run && runRecord(run, loaded) },
    `${row.key}  ${row.priority ?? "–"}  ${row.title}${claimed}`,
    row.file,
  );
}

function nothingReady(owner: string): UserError {
  const whose = owner === EVERYONE ? "" : ` for ${owner}`;
  return new UserError({
    code: "nothing_ready",
    message: `No free task is ready${whose}.`,
    hint: "`tasks list --group waiting` shows what waits, and for what.",
  });
}

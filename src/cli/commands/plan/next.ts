// `tasks next`: the first task of the line, for somebody who asks for work.

import { nextTask } from "../../../app/runs/worker/next-task.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { EVERYONE } from "../../../core/team/resolve-owner.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { runRecord } from "../../print/run-record.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { chooseOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { withFreshRuns } from "../../repository/open-runs.ts";
import { readWorktree } from "./claim.ts";

/** Prints one task; exits 1 when nothing is ready. */
export async function next(command: CommandContext): Promise<void> {
  await withFreshRuns(command, async (opened) => {
    const { runs, flags, output, loaded } = opened;
    const { tasks, owner } = chooseOwner(opened.snapshot, requestedOwner(loaded));
    const isClaimed = flags["claim"] === true;
    const claimFor = isClaimed ? actorOf(opened) : null;
    const { stopped } = opened.snapshot.dispatch;
    const worktree = await readWorktree(opened);
    const found = await nextTask(runs, { rows: tasks, stopped, claimFor, worktree });
    if (isClaimed && found !== null) await awaitRunner(opened, runs.store);
    const asJson = flags["format"] === "json";
    if (found === null) {
      if (asJson) output.result(jsonText({ task: null, run: null }));
      throw nothingReady(owner.name);
    }
    const { row, run } = found;
    if (asJson) {
      const record = run && runRecord(run, loaded.config.dispatch.attempts);
      output.result(jsonText({ task: row, run: record }));
      return;
    }
    const claimed = run === null ? "" : `  claimed by ${run.workerName ?? run.queued.by}`;
    output.result(terminalText(`${row.key}  ${row.priority ?? "–"}  ${row.title}${claimed}`));
    output.result(terminalText(row.file));
  });
}

function nothingReady(owner: string): UserError {
  const whose = owner === EVERYONE ? "" : ` for ${owner}`;
  return new UserError({
    code: "nothing_ready",
    message: `Nothing is ready${whose} that nobody works on.`,
    hint: "`tasks list --group waiting` shows what waits, and for what.",
  });
}

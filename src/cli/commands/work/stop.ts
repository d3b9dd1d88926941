// `tasks stop`: no more work on a task; or, after a question, on none of them.

import { type Stopped, stopRun } from "../../../app/runs/requests/stop-run.ts";
import { isLive, type Run } from "../../../core/contract/run.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { confirm } from "../../contract/confirm.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { refused, refusedTogether } from "../../contract/refused.ts";
import { withProgress } from "../../print/progress.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";
import { requireOpenRun } from "../../repository/resolve-task.ts";

/** Waits until the workers are gone; what is queued leaves the line. */
export async function stop(command: CommandContext): Promise<void> {
  const isAll = command.flags["all"] === true;
  if (isAll === command.arguments.length > 0) throw whichOnes();
  await withRuns(command, async (opened) => {
    const { runs, output, signal, flags } = opened;
    const meant = isAll ? await allRuns(opened) : await namedRuns(opened);
    if (meant.length > 0 && isAll && !(await confirm(opened, describeAll(meant)))) throw notWanted();
    const wish = { by: actorOf(opened), note: textFlag(flags, "note"), signal };
    const stopped = await withProgress(output, "Waiting for workers to end", () =>
      Promise.all(meant.map((run) => stopRun(runs, run, wish))),
    );
    await awaitRunner(opened, runs.store);
    print(opened, stopped);
    const failure = refusedTogether(stopped.filter((one) => one.kind === "refused")) ?? stillEnding(stopped);
    if (failure !== null) throw failure;
  });
}

/** What works or waits. What has ended stays for somebody to look at, and nobody's work by hand is ended from here. */
async function allRuns({ runs }: OpenedRuns): Promise<readonly Run[]> {
  const open = await runs.store.readOpenRuns();
  return open.filter((run) => run.kind === "supervised" && (isLive(run) || run.state === "queued"));
}

async function namedRuns({ runs, arguments: names }: OpenedRuns): Promise<readonly Run[]> {
  const byId = new Map<string, Run>();
  for (const name of names) {
    const run = await requireOpenRun(runs.store, name);
    byId.set(run.id, run);
  }
  return [...byId.values()];
}

function describeAll(meant: readonly Run[]): string {
  const working = meant.filter(isLive).length;
  const waiting = meant.length - working;
  const parts = [
    working > 0 && `stop ${working === 1 ? "1 worker" : `${working} workers`}`,
    waiting > 0 && `take ${waiting === 1 ? "1 queued task" : `${waiting} queued tasks`} out of the line`,
  ].filter((part) => part !== false);
  return parts.join(" and ").replace(/^./, (letter) => letter.toUpperCase());
}

function print({ output, flags }: OpenedRuns, stopped: readonly Stopped[]): void {
  if (flags["format"] === "json") {
    const records = stopped.map((one) =>
      one.kind === "refused"
        ? { task: one.key, kind: one.kind, message: one.message, hint: one.hint }
        : { task: one.key, kind: one.kind, run: one.run.id, state: one.run.state },
    );
    output.result(jsonText({ stopped: records }));
    return;
  }
  if (stopped.length === 0) output.result("No worker is at work, and nothing is queued.");
  for (const one of stopped) {
    if (one.kind === "closed")
      output.result(
        terminalText(`${one.key}: stopped; not started automatically until \`tasks kickoff ${one.key}\``),
      );
    if (one.kind === "ended")
      output.result(terminalText(`${one.key}: its worker has ended; the worktree stays`));
  }
}

function stillEnding(stopped: readonly Stopped[]): UserError | null {
  const keys = stopped.filter(({ kind }) => kind === "ending").map(({ key }) => key);
  if (keys.length === 0) return null;
  return new UserError({
    code: "run_not_ended",
    message: `The wish is written down, but the worker of ${keys.join(", ")} has not ended yet.`,
    hint: "`tasks runs` shows when it has; `tasks reconcile` looks after a supervisor that is gone.",
  });
}

function notWanted(): UserError {
  return refused({ message: "Nothing was stopped.", hint: "Answer y, or add --yes, to stop them." });
}

function whichOnes(): UserError {
  return new UserError({
    code: "usage",
    message: "Name the tasks to stop, or --all, not both.",
    hint: "For example: tasks stop fix-ci",
  });
}

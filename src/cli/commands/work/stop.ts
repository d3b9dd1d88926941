import { type Stopped, stopRun } from "../../../app/runs/requests/stop-run.ts";
import { isLive, type Run } from "../../../core/contract/run.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { confirm } from "../../contract/confirm.ts";
import { refused, refusedTogether, usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, FORMAT, flag, NOTE, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printResult } from "../../contract/print-result.ts";
import { withProgress } from "../../print/progress.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { requireOpenRun } from "../../repository/find-task.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [{ ...TASK_ARGUMENT, required: false, variadic: true }],
  description:
    "Ends the worker and all its child processes, and waits until they are gone; removes a queued task from the queue; closes a run whose worker has ended. The task does not start automatically until it is kicked off again. Worktrees and branches stay. --all asks first.",
  flags: [
    REPO,
    AS,
    NOTE,
    flag("--all", "every worker and everything queued, after a question"),
    flag("--yes", "with --all: do not ask"),
    FORMAT,
  ],
  examples: [
    { line: "tasks stop fix-ci", does: "one task" },
    { line: "tasks stop --all", does: "all of them, after a question that says how many" },
  ],
  run: stop,
};

async function stop(context: CommandContext): Promise<void> {
  const isAll = context.flags["all"] === true;
  if (isAll === context.arguments.length > 0)
    throw usage("Name the tasks to stop, or --all, not both.", "For example: tasks stop fix-ci");
  await withRuns(context, async (opened) => {
    const { runs, output, signal, flags } = opened;
    const meant = isAll ? await allRuns(opened) : await namedRuns(opened);
    if (meant.length > 0 && isAll && !(await confirm(opened, describeAll(meant))))
      throw refused("Nothing was stopped.", "Answer y, or add --yes, to stop them.");
    const request = { by: actorOf(opened), note: textFlag(flags, "note"), signal };
    const stopped = await withProgress(output, "Waiting for workers to end", () =>
      Promise.all(meant.map((run) => stopRun(runs, run, request))),
    );
    await awaitRunner(opened, runs.store);
    print(opened, stopped);
    const failure = refusedTogether(stopped.filter((one) => one.kind === "refused")) ?? stillEnding(stopped);
    if (failure !== null) throw failure;
  });
}

/** Live workers and queued runs. Ended runs stay for a person to look at, and work by hand is never ended from here. */
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
    waiting > 0 && `remove ${waiting === 1 ? "1 task" : `${waiting} tasks`} from the queue`,
  ].filter((part) => part !== false);
  return parts.join(" and ").replace(/^./, (letter) => letter.toUpperCase());
}

function print(opened: OpenedRuns, stopped: readonly Stopped[]): void {
  const records = stopped.map((one) =>
    one.kind === "refused"
      ? { task: one.key, kind: one.kind, message: one.message, hint: one.hint }
      : { task: one.key, kind: one.kind, run: one.run.id, state: one.run.state },
  );
  const sentences = stopped.flatMap(({ kind, key }) => {
    if (kind === "closed")
      return [`${key}: stopped; it does not start automatically until \`tasks kickoff ${key}\``];
    return kind === "ended" ? [`${key}: its worker has ended; the worktree stays`] : [];
  });
  if (stopped.length === 0) sentences.push("No worker is running, and nothing is queued.");
  printResult(opened, { stopped: records }, ...sentences);
}

function stillEnding(stopped: readonly Stopped[]): UserError | null {
  const keys = stopped.filter(({ kind }) => kind === "ending").map(({ key }) => key);
  if (keys.length === 0) return null;
  return new UserError({
    code: "run_not_ended",
    message: `The stop is requested, but the worker of ${keys.join(", ")} has not ended yet.`,
    hint: "`tasks runs` shows when it has; `tasks reconcile` recovers a run whose supervisor is gone.",
  });
}

import { recoverRuns } from "../../../app/runs/recovery/recover-runs.ts";
import { dispatch as dispatchRuns, planDispatch } from "../../../app/runs/start/dispatch-tasks.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { readCount, readLimit } from "../../contract/flag-values.ts";
import { AS, FORMAT, flag, LIMIT, REPO } from "../../contract/flags.ts";
import { noteCut, printLines } from "../../contract/print-result.ts";
import { withProgress } from "../../print/progress.ts";
import { describeStart, planLines, startLine } from "../../print/run-starts.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type FreshRuns, withFreshRuns } from "../../repository/open-runs.ts";
import { requireTrust } from "../../repository/trust.ts";

export const command: Command = {
  insideRun: ({ flags }) => (flags["dry-run"] === true ? "allowed" : "refused"),
  description:
    "Starts what is queued, and ready tasks whose dependencies are completed: highest priority first, then oldest, as far as the limits per machine and owner allow. Workers continue when this process ends.",
  flags: [
    REPO,
    AS,
    flag("--dry-run", "print the plan, with the reason for every task that does not start"),
    flag("--max <number>", "start at most this many"),
    LIMIT,
    FORMAT,
  ],
  examples: [
    { line: "tasks dispatch --dry-run", does: "what would start, and why the rest would not" },
    { line: "tasks dispatch --max 2", does: "start the first two in the queue" },
  ],
  run: dispatch,
};

/** Prints what was started; with `--dry-run` the plan. */
async function dispatch(context: CommandContext): Promise<void> {
  const limit = readLimit(context.flags);
  const max = readCount(context.flags, "max");
  if (context.flags["dry-run"] === true)
    return await withFreshRuns(context, async (opened) => printPlan(opened, { max, limit }));
  await requireTrust(context);
  await withFreshRuns(context, async (opened) => {
    // Retries and follow-ups first, so that one command is enough without a runner.
    const rows = new Map(opened.snapshot.tasks.map((row) => [row.key, row]));
    const { done } = await recoverRuns(opened.runs, { rows, dryRun: false });
    await startDue(done.length === 0 ? opened : { ...opened, ...(await opened.readAgain()) }, max);
  });
}

function printPlan(
  opened: FreshRuns,
  { max, limit }: { readonly max: number | null; readonly limit: number },
): void {
  const { output, snapshot, runs } = opened;
  const nowMs = runs.clock.wallMs();
  const plan = planDispatch({ rows: snapshot.tasks, dispatch: snapshot.dispatch, max }, nowMs);
  const shown = plan.slice(0, limit);
  const starts = plan.filter(({ decision }) => decision === "start").length;
  const counts = { total: plan.length, shown: shown.length };
  printLines(opened, { at: isoTime(nowMs), dispatch: snapshot.dispatch, ...counts, starts, plan: shown }, [
    ...planLines(shown, output.resultColumns),
    `${starts} of ${plan.length} would be started`,
  ]);
  noteCut(opened, counts);
}

function whyNothing({ pause }: Dispatch): string {
  if (pause !== null)
    return `Nothing was started: starts are paused by ${pause.by}. \`tasks resume\` ends the pause.`;
  return "Nothing is due. `tasks dispatch --dry-run` shows what each task waits for.";
}

async function startDue(opened: FreshRuns, max: number | null): Promise<void> {
  const { runs, output, signal, snapshot } = opened;
  const request = { rows: snapshot.tasks, dispatch: snapshot.dispatch, max, by: actorOf(opened), signal };
  const started = await withProgress(output, "Starting workers", () => dispatchRuns(runs, request));
  await awaitRunner(opened, runs.store);
  const records = started.map((one) => ({ task: one.key, kind: one.kind, detail: describeStart(one) }));
  const nothing = terminalText(whyNothing(snapshot.dispatch));
  printLines(opened, { started: records }, started.map(startLine), nothing);
  const failed = started.filter(({ kind }) => kind === "failed");
  if (failed.length === 0) return;
  throw new UserError({
    code: "run_not_started",
    message: terminalText(`${failed.length} of ${started.length} could not be started.`),
    hint: "Fix the problems above; each start is retried. `tasks doctor` checks what all starts need.",
  });
}

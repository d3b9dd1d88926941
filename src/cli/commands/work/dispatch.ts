// `tasks dispatch`: starts what is queued and ready from this process, as far as the limits allow.

import { recoverRuns } from "../../../app/runs/recovery/recover-runs.ts";
import { dispatch as dispatchRuns, planDispatch } from "../../../app/runs/start/dispatch-tasks.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { readCount, readLimit } from "../../contract/read-limit.ts";
import { withProgress } from "../../print/progress.ts";
import { describeStart, planLines, startLine } from "../../print/run-starts.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type FreshRuns, withFreshRuns } from "../../repository/open-runs.ts";
import { requireTrust } from "../../repository/trust.ts";

/** What an agent reads in one go, and a person in two screens (P14). */
const DEFAULT_LIMIT = 50;

/** Prints what was started; with `--dry-run` the plan, and the reason for every task that is not started. */
export async function dispatch(command: CommandContext): Promise<void> {
  const limit = readLimit(command.flags, DEFAULT_LIMIT);
  const max = readCount(command.flags, "max");
  if (command.flags["dry-run"] === true)
    return await withFreshRuns(command, async (opened) => printPlan(opened, { max, limit }));
  await requireTrust(command);
  await withFreshRuns(command, async (opened) => {
    // Retries and follow-ups first, so that one command is enough where nothing runs beside it.
    const rows = new Map(opened.snapshot.tasks.map((row) => [row.key, row]));
    const { done } = await recoverRuns(opened.runs, { rows, dryRun: false });
    await startDue(done.length === 0 ? opened : { ...opened, ...(await opened.readAgain()) }, max);
  });
}

function printPlan(
  { output, flags, snapshot, runs }: FreshRuns,
  { max, limit }: { readonly max: number | null; readonly limit: number },
): void {
  const nowMs = runs.clock.wallMs();
  const plan = planDispatch({ rows: snapshot.tasks, dispatch: snapshot.dispatch, max }, nowMs);
  const shown = plan.slice(0, limit);
  const starts = plan.filter(({ decision }) => decision === "start").length;
  if (flags["format"] === "json") {
    const counts = { total: plan.length, shown: shown.length, starts };
    output.result(jsonText({ at: isoTime(nowMs), dispatch: snapshot.dispatch, ...counts, plan: shown }));
  } else {
    for (const line of planLines(shown, output.resultColumns)) output.result(line);
    output.result(`${starts} of ${plan.length} would be started`);
  }
  if (shown.length < plan.length)
    output.note(`${shown.length} of ${plan.length} are shown; --limit ${plan.length} shows all.`);
}

function whyNothing({ pause }: Dispatch): string {
  if (pause !== null)
    return `Nothing was started: starts are paused by ${pause.by}. \`tasks resume\` ends that.`;
  return "Nothing is due. `tasks dispatch --dry-run` says of each task what it waits for.";
}

async function startDue(opened: FreshRuns, max: number | null): Promise<void> {
  const { runs, output, flags, signal, snapshot } = opened;
  const wish = { rows: snapshot.tasks, dispatch: snapshot.dispatch, max, by: actorOf(opened), signal };
  const started = await withProgress(output, "Starting workers", () => dispatchRuns(runs, wish));
  await awaitRunner(opened, runs.store);
  if (flags["format"] === "json") {
    const records = started.map((one) => ({ task: one.key, kind: one.kind, detail: describeStart(one) }));
    output.result(jsonText({ started: records }));
  } else {
    for (const one of started) output.result(startLine(one));
    if (started.length === 0) output.result(terminalText(whyNothing(snapshot.dispatch)));
  }
  const failed = started.filter(({ kind }) => kind === "failed");
  if (failed.length === 0) return;
  throw new UserError({
    code: "run_not_started",
    message: terminalText(`${failed.length} of ${started.length} could not be started.`),
    hint: "Put right what is said above; each is tried again. `tasks doctor` checks what all starts need.",
  });
}

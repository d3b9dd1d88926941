// `tasks logs`: what a task's worker says.

import { followLog } from "../../../app/runs/requests/follow-log.ts";
import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { describeOpenRun } from "../../../core/run/judge-claim.ts";
import { inSentence } from "../../../core/text/listed.ts";
import type { Store } from "../../../ports/store/store.ts";
import type { CommandContext, Flags } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { readCount } from "../../contract/read-limit.ts";
import { refused } from "../../contract/refused.ts";
import type { Output } from "../../print/output.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";
import { resolveKey } from "../../repository/resolve-task.ts";

/** A screen or two (P14). */
const DEFAULT_LINES = 100;

/** Prints the end of the newest run's output; with `--follow` until the run has ended. */
export async function logs(command: CommandContext): Promise<void> {
  const lines = readCount(command.flags, "lines", `Leave it out for ${DEFAULT_LINES}.`) ?? DEFAULT_LINES;
  await withRuns(command, async (opened) => {
    const { runs, flags, argument } = opened;
    const run = await findRun(runs.store, flags, argument ?? "");
    if (flags["follow"] === true && flags["format"] !== "json") await follow(opened, run, lines);
    else await printTail(opened, run, lines);
  });
}

async function findRun(store: Store, flags: Flags, asked: string): Promise<Run> {
  const key = await resolveKey(store, asked);
  const wanted = textFlag(flags, "run");
  const run =
    wanted === null
      ? ((await store.readOpenRun(key)) ?? (await store.readRuns({ key, limit: 1 }))[0])
      : await store.readRun(wanted as RunId);
  if (run?.key === key) return run;
  const name = inSentence(key);
  throw refused({
    message: wanted === null ? `Nobody has worked on ${name} yet.` : `${name} has no such run.`,
    hint: wanted === null ? `\`tasks kickoff ${name}\` queues it.` : `\`tasks runs ${name}\` lists them.`,
  });
}

async function printTail({ runs, output, flags }: OpenedRuns, run: Run, lines: number): Promise<void> {
  const tail = await runs.runFiles.readLog(run.id, { lines });
  if (flags["format"] === "json") {
    const log = { cut: tail?.cut ?? false, lines: tail?.lines ?? [] };
    output.result(jsonText({ task: run.key, run: run.id, state: run.state, ...log }));
    return;
  }
  for (const line of tail?.lines ?? []) output.result(terminalText(line));
  if (tail === null) output.note(terminalText(`${describeOpenRun(run)}; ${describeSilence(run)}.`));
  else if (tail.cut) output.note(`The last ${tail.lines.length} lines are shown; --lines shows more.`);
}

async function follow(opened: OpenedRuns, run: Run, lines: number): Promise<void> {
  const { runs, output, signal } = opened;
  const ended = await followLog(runs, { id: run.id, lines }, { onLines: printerOf(output), signal });
  if (signal.aborted) return;
  if (ended !== null) output.note(terminalText(`${describeOpenRun(ended)}.`));
}

function printerOf(output: Output): (lines: readonly string[]) => void {
  return (lines) => {
    for (const line of lines) output.result(terminalText(line));
  };
}

function describeSilence(run: Run): string {
  if (run.kind === "by_hand") return "there is no output, since the work was started outside this tool";
  return isLive(run) || run.state === "queued"
    ? "there is no output yet"
    : "its worker printed nothing, or the output is gone";
}

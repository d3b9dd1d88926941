import { followLog } from "../../../app/runs/requests/follow-log.ts";
import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { describeOpenRun } from "../../../core/run/judge-claim.ts";
import { inSentence } from "../../../core/text/listed.ts";
import type { Store } from "../../../ports/store/store.ts";
import type { Command, CommandContext, Flags } from "../../contract/command.ts";
import { refused } from "../../contract/errors.ts";
import { readCount, textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { asJson } from "../../contract/print-result.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { resolveKey } from "../../repository/find-task.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";

/** A screen or two (P14). */
const DEFAULT_LINES = 100;

export const command: Command = {
  insideRun: "allowed",
  arguments: [TASK_ARGUMENT],
  description:
    "Prints the end of the output of the newest run; with --follow also what is added until the run has ended.",
  flags: [
    REPO,
    flag("-f, --follow", "continue until the run has ended"),
    flag("--lines <number>", `this many lines from the end (default: ${DEFAULT_LINES})`),
    flag("--run <run>", "an earlier run, by its id in `tasks runs --format json`"),
    FORMAT,
  ],
  examples: [{ line: "tasks logs fix-ci -f", does: "follow along" }],
  run: logs,
};

async function logs(context: CommandContext): Promise<void> {
  const { flags } = context;
  const lines = readCount(flags, "lines", `Leave it out for ${DEFAULT_LINES}.`) ?? DEFAULT_LINES;
  await withRuns(context, async (opened) => {
    const run = await findRun(opened.runs.store, flags, opened.argument ?? "");
    if (flags["follow"] === true && !asJson(opened)) await follow(opened, run, lines);
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
  throw refused(
    wanted === null ? `${name} has no runs yet.` : `${name} has no such run.`,
    wanted === null ? `\`tasks kickoff ${name}\` queues it.` : `\`tasks runs ${name}\` lists them.`,
  );
}

async function printTail(opened: OpenedRuns, run: Run, lines: number): Promise<void> {
  const { runs, output } = opened;
  const tail = await runs.runFiles.readLog(run.id, { lines });
  if (asJson(opened)) {
    const log = { cut: tail?.cut ?? false, lines: tail?.lines ?? [] };
    output.result(jsonText({ task: run.key, run: run.id, state: run.state, ...log }));
    return;
  }
  for (const line of tail?.lines ?? []) output.result(terminalText(line));
  if (tail === null) output.note(terminalText(`${describeOpenRun(run)}; ${describeSilence(run)}.`));
  else if (tail.cut) output.note(`The last ${tail.lines.length} lines are shown; --lines shows more.`);
}

async function follow({ runs, output, signal }: OpenedRuns, run: Run, lines: number): Promise<void> {
  const onLines = (printed: readonly string[]) => {
    for (const line of printed) output.result(terminalText(line));
  };
  const ended = await followLog(runs, { id: run.id, lines }, { onLines, signal });
  if (!signal.aborted && ended !== null) output.note(terminalText(`${describeOpenRun(ended)}.`));
}

function describeSilence(run: Run): string {
  if (run.kind === "by_hand") return "there is no output, since the work was started outside this tool";
  return isLive(run) || run.state === "queued"
    ? "there is no output yet"
    : "its worker printed nothing, or the output was removed";
}

import { awaitEvents, followEvents, followLog } from "../../../app/runs/requests/follow-log.ts";
import type { TimedEvent } from "../../../core/agent/contract/agent-event.ts";
import { transcriptOf } from "../../../core/agent/transcript/transcript.ts";
import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { workersOver } from "../../../core/run/held/hand-over.ts";
import { describeOpenRun } from "../../../core/run/judge-claim.ts";
import { inSentence } from "../../../core/text/listed.ts";
import type { Store } from "../../../ports/store/store.ts";
import type { Command, CommandContext, Flags } from "../../contract/command.ts";
import { refused } from "../../contract/errors.ts";
import { readCount, textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { asJson } from "../../contract/print-result.ts";
import { jsonLine, jsonText, terminalText } from "../../print/terminal-text.ts";
import { stepLines } from "../../print/transcript-lines.ts";
import { resolveKey } from "../../repository/find-task.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";

/** A screen or two (P14). */
const DEFAULT_LINES = 100;
/** More than a terminal keeps. */
const EVENTS_READ = 10_000;

export const command: Command = {
  insideRun: "allowed",
  arguments: [TASK_ARGUMENT],
  description:
    "Prints the end of the transcript of the newest run: what its worker said and did. A worker that leaves no events shows its raw output. With --follow also what is added until the run has ended.",
  flags: [
    REPO,
    flag("-f, --follow", "continue until the run has ended"),
    flag("--raw", "the worker's output as it is, without what looks like a secret"),
    flag("--json", "events as they are stored, one JSON object per line (docs/workers.md)"),
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
  const isFollowed = flags["follow"] === true;
  await withRuns(context, async (opened) => {
    const run = await findRun(opened.runs.store, flags, opened.argument ?? "");
    if (flags["json"] === true) return await printEvents(opened, run, isFollowed);
    if (asJson(opened)) return await printRecord(opened, run, lines);
    const isRaw = flags["raw"] === true || !(await hasEvents(opened, run, isFollowed));
    if (isFollowed) await (isRaw ? followRaw : followTranscript)(opened, run, lines);
    else await (isRaw ? printRaw : printTranscript)(opened, run, lines);
  });
}

/** When following a worker that has left nothing yet: waits for the first of it. */
async function hasEvents({ runs, signal }: OpenedRuns, { id }: Run, isFollowed: boolean): Promise<boolean> {
  return isFollowed
    ? await awaitEvents(runs, id, signal)
    : (await runs.runFiles.readEvents(id, { last: 1 })) !== null;
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

async function printRecord({ runs, output }: OpenedRuns, run: Run, lines: number): Promise<void> {
  const [tail, read] = await Promise.all([
    runs.runFiles.readLog(run.id, { lines }),
    runs.runFiles.readEvents(run.id, { last: lines }),
  ]);
  const log = { cut: tail?.cut ?? false, lines: tail?.lines ?? [] };
  const transcript = { events_cut: read?.cut ?? false, events: read?.events ?? [] };
  output.result(jsonText({ task: run.key, run: run.id, state: run.state, ...log, ...transcript }));
}

/** Events as they are stored, one JSON object per line. */
async function printEvents({ runs, output, signal }: OpenedRuns, run: Run, isFollowed: boolean) {
  const print = (events: readonly TimedEvent[]) => {
    for (const event of events) output.result(jsonLine(event));
  };
  const start = { id: run.id, last: EVENTS_READ };
  if (isFollowed) await followEvents(runs, start, { onItems: print, signal });
  else print((await runs.runFiles.readEvents(run.id, start))?.events ?? []);
}

async function printTranscript(opened: OpenedRuns, run: Run, lines: number): Promise<void> {
  const { runs, output } = opened;
  const read = await runs.runFiles.readEvents(run.id, { last: EVENTS_READ });
  const all = transcriptLines(opened, run, read?.events ?? []);
  for (const line of all.slice(-lines)) output.result(line);
  const left = all.length - lines;
  if (left > 0) output.note(`The last ${lines} lines are shown; --lines shows more.`);
  else if (read?.cut === true) output.note("Earlier events were dropped: the transcript is capped.");
}

async function printRaw({ runs, output }: OpenedRuns, run: Run, lines: number): Promise<void> {
  const tail = await runs.runFiles.readLog(run.id, { lines });
  for (const line of tail?.lines ?? []) output.result(terminalText(line));
  if (tail === null) output.note(terminalText(`${describeOpenRun(run)}; ${describeSilence(run)}.`));
  else if (tail.cut) output.note(`The last ${tail.lines.length} lines are shown; --lines shows more.`);
}

async function followRaw({ runs, output, signal }: OpenedRuns, run: Run, lines: number): Promise<void> {
  const onItems = (printed: readonly string[]) => {
    for (const line of printed) output.result(terminalText(line));
  };
  const ended = await followLog(runs, { id: run.id, last: lines }, { onItems, signal });
  if (!signal.aborted && ended !== null) output.note(terminalText(`${describeOpenRun(ended)}.`));
}

/** A tool is printed when it begins and when it has ended, as what comes between may take long. */
async function followTranscript(opened: OpenedRuns, run: Run, lines: number): Promise<void> {
  const { runs, output, signal } = opened;
  let isFirst = true;
  const onItems = (events: readonly TimedEvent[]) => {
    const printed = transcriptLines(opened, run, events);
    for (const line of isFirst ? printed.slice(-lines) : printed) output.result(line);
    isFirst = false;
  };
  const ended = await followEvents(runs, { id: run.id, last: EVENTS_READ }, { onItems, signal });
  if (!signal.aborted && ended !== null) output.note(terminalText(`${describeOpenRun(ended)}.`));
}

function transcriptLines(
  { output, system }: OpenedRuns,
  run: Run,
  events: readonly TimedEvent[],
): readonly string[] {
  const layout = { style: output.resultStyle, nowMs: system.clock.wallMs() };
  const workerAt = workersOver(run) ?? (() => run.workerName ?? "the worker");
  return transcriptOf(events).flatMap((step) => stepLines(step, { ...layout, agent: workerAt(step.atMs) }));
}

function describeSilence(run: Run): string {
  if (run.kind === "by_hand") return "there is no output, since the work was started outside this tool";
  return isLive(run) || run.state === "queued"
    ? "there is no output yet"
    : "its worker printed nothing, or the output was removed";
}

import { forgetRun } from "../../../app/runs/requests/forget-run.ts";
import type { AgentActivity } from "../../../core/agent/activity/agent-activity.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import { activityNow } from "../../../core/run/run-activity.ts";
import { fileSize } from "../../../core/text/file-size.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { accepted, usage } from "../../contract/errors.ts";
import { readLimit, textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, LIMIT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printLines, printResult } from "../../contract/print-result.ts";
import { runRecord } from "../../print/run-record.ts";
import { type Activities, runTableLines } from "../../print/run-table.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { resolveKey } from "../../repository/find-task.ts";
import { type OpenedStore, withRuns, withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: ({ arguments: words }) => (isForgetting(words) ? "refused" : "allowed"),
  arguments: [
    { ...TASK_ARGUMENT, required: false },
    { name: "run", required: false, description: "after the word forget: the id of the run" },
  ],
  description:
    "Prints the runs of one task or of all, newest first. `tasks runs forget <run>` removes what a run left to read: its log, its transcript and its prompt; the run stays in the list. They go anyway worker.transcript_days after it is closed. What the agent keeps in its own folders is not touched.",
  flags: [
    REPO,
    LIMIT,
    flag("--before <run>", "continue with older runs, where an earlier list was cut"),
    FORMAT,
  ],
  examples: [
    { line: "tasks runs fix-ci --format json", does: "all attempts at one task, for a program" },
    { line: "tasks runs forget 7f3a…", does: "remove the log and the transcript of one run" },
  ],
  run: async (context) => {
    const [, id, more] = context.arguments;
    if (!isForgetting(context.arguments) && id !== undefined)
      throw usage("`tasks runs` takes one task.", "To remove what a run left: tasks runs forget <run>");
    if (more !== undefined) throw usage("Name one run.", "tasks runs forget <run>");
    await (id === undefined ? runs(context) : forget(context, id as RunId));
  },
};

/** A task may be called `forget`: its runs are listed by `tasks runs forget`. */
function isForgetting([verb, id]: readonly string[]): boolean {
  return verb === "forget" && id !== undefined;
}

/** Says what was removed. */
async function forget(context: CommandContext, id: RunId): Promise<void> {
  await withRuns(context, async (opened) => {
    const { run, files } = accepted(await forgetRun(opened.runs, id));
    const what = files.map(({ name, bytes }) => `${name} (${fileSize(bytes)})`).join(", ");
    const sentence = files.length === 0 ? "there was nothing" : `removed ${what}`;
    printResult(
      opened,
      { run: run.id, task: run.key, removed: files },
      `${run.key}, run ${run.id}: ${sentence}`,
    );
  });
}

/** Prints one page; how to continue is said on stderr, and in JSON as `next`. */
async function runs(context: CommandContext): Promise<void> {
  const limit = readLimit(context.flags);
  await withStore(context, async (opened) => {
    const { store, flags, output, argument, loaded, system } = opened;
    const before = textFlag(flags, "before");
    if (before !== null && (await store.readRun(before as RunId)) === null)
      throw usage(`There is no run ${JSON.stringify(before)}.`, "Start again without --before.");
    const found = await store.readRuns({
      limit: limit + 1,
      ...(argument !== null && { key: await resolveKey(store, argument) }),
      ...(before !== null && { beforeId: before as RunId }),
    });
    const shown = found.slice(0, limit);
    const next = found.length > limit ? (shown.at(-1)?.id ?? null) : null;
    const activities = await readActivities(opened, shown);
    const records = shown.map((run) => runRecord(run, loaded, activities.get(run.id)));
    const layout = { nowMs: system.clock.wallMs(), columns: output.resultColumns, activities };
    printLines(
      opened,
      { shown: shown.length, next, runs: records },
      runTableLines(shown, layout),
      "No runs.",
    );
    const count = shown.length === 1 ? "1 run is" : `${shown.length} runs are`;
    if (next !== null) output.note(terminalText(`${count} shown; continue with --before ${next}`));
  });
}

/** Of running ones, as far as this machine has them; of those that ended, what they used is in the store. */
async function readActivities({ system, root }: OpenedStore, runs: readonly Run[]): Promise<Activities> {
  const activities = new Map<RunId, AgentActivity>();
  const running = runs.filter(({ state }) => state === "running");
  if (running.length === 0) return activities;
  const runFiles = await system.openRunFiles(root);
  for (const run of running) {
    const activity = activityNow(run, await runFiles.readActivity(run.id), system.clock.wallMs());
    if (activity !== null) activities.set(run.id, activity);
  }
  return activities;
}

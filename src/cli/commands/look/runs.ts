import type { RunId } from "../../../core/contract/run.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { readLimit, textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, LIMIT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { runRecord } from "../../print/run-record.ts";
import { runTableLines } from "../../print/run-table.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { resolveKey } from "../../repository/find-task.ts";
import { withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "allowed",
  arguments: [{ ...TASK_ARGUMENT, required: false }],
  description: "Prints the runs of one task or of all, newest first.",
  flags: [
    REPO,
    LIMIT,
    flag("--before <run>", "continue with older runs, where an earlier list was cut"),
    FORMAT,
  ],
  examples: [{ line: "tasks runs fix-ci --format json", does: "all attempts at one task, for a program" }],
  run: runs,
};

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
    const records = shown.map((run) => runRecord(run, loaded));
    const layout = { nowMs: system.clock.wallMs(), columns: output.resultColumns };
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

import { reconcile as reconcileAll } from "../../../app/runs/recovery/reconcile.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { readLimit } from "../../contract/flag-values.ts";
import { FORMAT, flag, LIMIT, REPO } from "../../contract/flags.ts";
import { noteCut, printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withFreshRuns } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "allowed",
  description:
    "Recovers runs whose process is gone, retries what is due, closes what is over, and names what only a person can decide. Never removes uncommitted or unmerged work. The runner does the same in each update.",
  flags: [
    REPO,
    flag("--dry-run", "only show what would be done, and why"),
    { usage: "--from-hook", description: "for git hooks that an earlier version installed", hidden: true },
    LIMIT,
    FORMAT,
  ],
  examples: [{ line: "tasks reconcile --dry-run", does: "what does not agree" }],
  run: reconcile,
};

async function reconcile(context: CommandContext): Promise<void> {
  const limit = readLimit(context.flags);
  const dryRun = context.flags["dry-run"] === true;
  await withFreshRuns(context, async (opened) => {
    const { runs, output, signal, snapshot, freshness } = opened;
    const { doubts } = snapshot;
    // Stale rows do not show what is gone.
    const rows = freshness.stale ? null : new Map(snapshot.tasks.map((row) => [row.key, row]));
    const { done, left } = await reconcileAll(runs, { rows, dryRun, doubts, signal });
    if (!dryRun && done.length > 0) await awaitRunner(opened, runs.store);
    const shownDone = done.slice(0, limit);
    const shownLeft = left.slice(0, limit - shownDone.length);
    const counts = { total: done.length + left.length, shown: shownDone.length + shownLeft.length };
    const record = {
      dry_run: dryRun,
      ...counts,
      done: shownDone.map(({ key, run, what, why }) => ({ task: key, run, what, why })),
      left: shownLeft.map(({ key, what, why }) => ({ task: key, what, why })),
    };
    const cells = [
      ...shownDone.map(({ key, what, why }) => [key, dryRun ? `would be ${what}` : what, why]),
      ...shownLeft.map(({ key, what, why }) => [key, what.replaceAll("_", " "), why]),
    ].map((row) => row.map(terminalText));
    printLines(opened, record, alignColumns(cells, output.resultColumns), "Everything agrees.");
    noteCut(opened, counts);
  });
}

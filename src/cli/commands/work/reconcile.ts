// `tasks reconcile`: brings runs, worktrees and files into agreement, and says what it did and why.

import { type Reconciliation, reconcile as reconcileAll } from "../../../app/runs/recovery/reconcile.ts";
import type { CommandContext } from "../../contract/command.ts";
import { readLimit } from "../../contract/read-limit.ts";
import { alignColumns } from "../../print/columns.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type FreshRuns, withFreshRuns } from "../../repository/open-runs.ts";

/** What an agent reads in one go, and a person in two screens (P14). */
const DEFAULT_LIMIT = 50;

export async function reconcile(command: CommandContext): Promise<void> {
  const limit = readLimit(command.flags, DEFAULT_LIMIT);
  await withFreshRuns(command, async (opened) => {
    const { runs, flags, signal, snapshot, freshness } = opened;
    const { doubts } = snapshot;
    // Rows that are not of now say nothing about what is gone.
    const rows = freshness.stale ? null : new Map(snapshot.tasks.map((row) => [row.key, row]));
    const dryRun = flags["dry-run"] === true;
    const found = await reconcileAll(runs, { rows, dryRun, doubts, signal });
    if (!dryRun && found.done.length > 0) await awaitRunner(opened, runs.store);
    print(opened, found, { dryRun, limit });
  });
}

type Layout = { readonly dryRun: boolean; readonly limit: number };

function print(
  { output, flags }: FreshRuns,
  { done, left }: Reconciliation,
  { dryRun, limit }: Layout,
): void {
  const shownDone = done.slice(0, limit);
  const shownLeft = left.slice(0, limit - shownDone.length);
  const total = done.length + left.length;
  const shown = shownDone.length + shownLeft.length;
  if (flags["format"] === "json") {
    const acts = shownDone.map(({ key, run, what, why }) => ({ task: key, run, what, why }));
    const rest = shownLeft.map(({ key, what, why }) => ({ task: key, what, why }));
    output.result(jsonText({ dry_run: dryRun, total, shown, done: acts, left: rest }));
  } else {
    const cells = [
      ...shownDone.map(({ key, what, why }) => [key, dryRun ? `would be ${what}` : what, why]),
      ...shownLeft.map(({ key, what, why }) => [key, what.replaceAll("_", " "), why]),
    ].map((row) => row.map(terminalText));
    for (const line of alignColumns(cells, output.resultColumns)) output.result(line);
    if (total === 0) output.result("Everything agrees.");
  }
  if (shown < total) output.note(`${shown} of ${total} are shown; --limit ${total} shows all.`);
}

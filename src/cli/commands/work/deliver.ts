// `tasks deliver`: care of branches now, as far as it is switched on; with `--dry-run` what would be done.

import { type DeliveryResult, deliverBranches } from "../../../app/delivery/deliver-branches.ts";
import type { CommandContext } from "../../contract/command.ts";
import { readLimit } from "../../contract/read-limit.ts";
import { alignColumns } from "../../print/columns.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withFreshRuns } from "../../repository/open-runs.ts";
import { requireTrust } from "../../repository/trust.ts";

/** What an agent reads in one go, and a person in two screens (P14). */
const DEFAULT_LIMIT = 50;

export async function deliver(command: CommandContext): Promise<void> {
  const limit = readLimit(command.flags, DEFAULT_LIMIT);
  const dryRun = command.flags["dry-run"] === true;
  if (!dryRun) await requireTrust(command);
  await withFreshRuns(command, async (opened) => {
    const { runs, snapshot, signal, output, flags } = opened;
    const done = await deliverBranches(runs, { rows: snapshot.tasks, dryRun, signal });
    if (!dryRun && done.some(({ what }) => what !== "none")) await awaitRunner(opened, runs.store);
    const shown = done.slice(0, limit);
    if (flags["format"] === "json") {
      const pullRequests = shown.map(({ key, ...rest }) => ({ task: key, ...rest }));
      output.result(
        jsonText({ dry_run: dryRun, total: done.length, shown: shown.length, pull_requests: pullRequests }),
      );
    } else {
      for (const line of alignColumns(shown.map(cells), output.resultColumns)) output.result(line);
      if (done.length === 0) output.result("No pull request needs care.");
    }
    if (shown.length < done.length)
      output.note(`${shown.length} of ${done.length} are shown; --limit ${done.length} shows all.`);
  });
}

function cells({ key, number, outcome }: DeliveryResult): string[] {
  return [`#${number}`, terminalText(key), terminalText(outcome)];
}

import { type DeliveryResult, deliverBranches } from "../../../app/delivery/deliver-branches.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { readLimit } from "../../contract/flag-values.ts";
import { FORMAT, flag, LIMIT, REPO } from "../../contract/flags.ts";
import { noteCut, printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withFreshRuns } from "../../repository/open-runs.ts";
import { requireTrust } from "../../repository/trust.ts";

export const command: Command = {
  insideRun: ({ flags }) => (flags["dry-run"] === true ? "allowed" : "refused"),
  description:
    "Rebases branches that conflict (delivery.rebase) and sends conflicts and failing checks back to their workers (delivery.repair). The runner does the same automatically.",
  flags: [REPO, flag("--dry-run", "only show what would be done, also what is switched off"), LIMIT, FORMAT],
  examples: [{ line: "tasks deliver --dry-run", does: "which branches it would rebase or send back" }],
  run: deliver,
};

async function deliver(context: CommandContext): Promise<void> {
  const limit = readLimit(context.flags);
  const dryRun = context.flags["dry-run"] === true;
  if (!dryRun) await requireTrust(context);
  await withFreshRuns(context, async (opened) => {
    const { runs, snapshot, signal, output } = opened;
    const done = await deliverBranches(runs, { rows: snapshot.tasks, dryRun, signal });
    if (!dryRun && done.some(({ what }) => what !== "none")) await awaitRunner(opened, runs.store);
    const shown = done.slice(0, limit);
    const counts = { total: done.length, shown: shown.length };
    const pullRequests = shown.map(({ key, ...rest }) => ({ task: key, ...rest }));
    printLines(
      opened,
      { dry_run: dryRun, ...counts, pull_requests: pullRequests },
      alignColumns(shown.map(cells), output.resultColumns),
      "No pull request needs a rebase or repair.",
    );
    noteCut(opened, counts);
  });
}

function cells({ key, number, outcome }: DeliveryResult): string[] {
  return [`#${number}`, terminalText(key), terminalText(outcome)];
}

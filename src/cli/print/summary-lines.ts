// The summary that `tasks heartbeat` prints: the counts, then what needs a person.

import { GROUP_LABELS, GROUPS, type Snapshot } from "../../core/contract/snapshot.ts";
import { terminalText } from "./terminal-text.ts";

/** One line per task that needs a person, as many as the count says; a doubt concerns no single task. */
export function summaryLines({
  counts,
  escalation,
}: Pick<Snapshot, "counts" | "escalation">): readonly string[] {
  const urgent = escalation.signals.filter(({ tier, acknowledged }) => tier === 2 && acknowledged === null);
  const needing = new Set<string | null>(escalation.tasks);
  const lines = [GROUPS.map((group) => `${GROUP_LABELS[group]} ${counts[group]}`).join(" · ")];
  for (const [task, [first, ...more]] of Map.groupBy(urgent, (signal) => signal.task)) {
    if (first === undefined || (task !== null && !needing.has(task))) continue;
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    lines.push(terminalText(`  ${task ?? "all"}: ${first.sentence} (${first.code})${others}`));
  }
  return lines;
}

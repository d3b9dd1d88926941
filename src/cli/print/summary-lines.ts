// A snapshot in short, as `tasks heartbeat` prints it: the counts, then what needs a person.

import { GROUPS, type Snapshot } from "../../core/contract/snapshot.ts";
import { terminalText } from "./terminal-text.ts";

/** One line per task that needs a person, so that there are as many as the count says; doubts concern no one task. */
export function summaryLines({
  counts,
  escalation,
}: Pick<Snapshot, "counts" | "escalation">): readonly string[] {
  const urgent = escalation.signals.filter(({ tier, acknowledged }) => tier === 2 && acknowledged === null);
  const needing = new Set<string | null>(escalation.tasks);
  const lines = [GROUPS.map((group) => `${group} ${counts[group]}`).join(" · ")];
  for (const [task, [first, ...more]] of Map.groupBy(urgent, (signal) => signal.task)) {
    if (first === undefined || (task !== null && !needing.has(task))) continue;
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    lines.push(terminalText(`  ${task ?? "all"}: ${first.sentence} (${first.code})${others}`));
  }
  return lines;
}

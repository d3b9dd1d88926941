import { MINUTE_MS } from "../values/durations.ts";
import { FEWEST_DOUBTED_TASKS, HOLD_MS } from "./detector-doubt.ts";
import { SIGNAL_TABLE, type SignalKind } from "./signal-table.ts";

/** docs/signals.md: the table of signals. */
export function printSignals(): string {
  const rows = Object.entries(SIGNAL_TABLE).map(([code, kind]) => row(code, kind));
  return `${[
    "# Signals",
    "",
    "A signal is a fact about an open task that somebody should know. Tier 1 is worth watching, tier 2 needs a person and",
    "puts its task into `needs_attention`. Flaws of finished tasks are problems, not signals. At most one signal of each",
    "code is open per task. Sentences hold thresholds and never ages, so a signal changes only when a fact does.",
    "This page is printed from `src/core/signal/signal-table.ts`.",
    "",
    "| Code | Tier | Means | Sentence, for example | Evidence |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    "## Doubt in the detector",
    "",
    "When more than `thresholds.doubt_percent` of a group, and at least " +
      `${FEWEST_DOUBTED_TASKS} tasks, would turn overdue or stuck in one cycle`,
    "by nothing but the passing of time, the likely cause is a clock that jumped or a machine that slept. One",
    "`detector_doubt` line then says so, and their signals are held back. It ends when the tasks are few again, or after",
    `${HOLD_MS / MINUTE_MS} minutes, when the signals are believed and raised. What is learned rather than waited for (a first`,
    "snapshot, a new file, older dates from git) is believed at once.",
  ].join("\n")}\n`;
}

function row(code: string, { tier, means, sentence, example, evidence }: SignalKind): string {
  const facts = Object.entries(evidence).map(([name, holds]) => `\`${name}\`: ${holds}`);
  return `| \`${code}\` | ${tier} | ${means} | ${sentence(example)} | ${facts.join("; ")} |`;
}

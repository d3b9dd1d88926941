// How starts went, and why others were not made: what `tasks dispatch` and `tasks kickoff --now` print.

import type { Dispatched } from "../../app/runs/start/dispatch-tasks.ts";
import type { PlannedStart } from "../../core/dispatch/plan-starts.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import { alignColumns } from "./columns.ts";
import { terminalBlock, terminalText } from "./terminal-text.ts";

/** One line per task in or before the line: task, place, what comes next. */
export function planLines(plan: readonly PlannedStart[], columns: number | null): string[] {
  const cells = plan.map(({ key, decision, reason, place }) => [
    terminalText(key),
    place === null ? "–" : String(place),
    decision === "start" ? "start" : "hold",
    terminalText(reason),
  ]);
  return alignColumns(cells, columns);
}

export function startLine(started: Dispatched): string {
  return terminalBlock(`${started.key}: ${describeStart(started)}`);
}

/** In words that follow the task's name. */
export function describeStart(started: Dispatched): string {
  switch (started.kind) {
    case "started": {
      const { run } = started;
      return `started, attempt ${run.attempt}${run.worktree === null ? "" : ` in ${run.worktree}`}`;
    }
    case "held":
      return `stays queued: ${HELD[started.by]}`;
    case "refused":
      return "message" in started ? started.message : `not started: ${started.why}`;
    case "failed":
      return `could not be started: ${started.detail}`;
    default:
      return assertNever(started);
  }
}

const HELD = {
  machine: "as many workers as this machine may have are at work, those of other repositories counted",
  host: "as many workers as this machine may have are at work",
  owner: "as many workers as its owner may have are at work",
  pause: "starts are paused, `tasks resume` ends that",
  trust: "settings of this repository are not trusted, `tasks trust` shows them and asks",
} as const;

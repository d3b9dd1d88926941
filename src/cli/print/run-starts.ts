// How starts went: what `tasks dispatch` and `tasks kickoff --now` print.

import type { Dispatched } from "../../app/runs/start/dispatch-tasks.ts";
import type { PlannedStart } from "../../core/dispatch/plan-starts.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import { alignColumns } from "./columns.ts";
import { terminalBlock, terminalText } from "./terminal-text.ts";

/** One line per queued or ready task: task, position, start or hold, reason. */
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

/** Follows the task's name in a sentence. */
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
  machine: "the limit of workers on this machine is reached, counting other repositories",
  host: "the limit of workers on this machine is reached",
  owner: "the limit of workers for its owner is reached",
  pause: "starts are paused, `tasks resume` ends the pause",
  trust: "settings of this repository are not trusted, `tasks trust` shows them and asks",
  room: "there is no room on this machine, `tasks doctor` says what is short",
  budget: "today's budget is used up, `tasks budget raise` gives the task one of its own for today",
  account: "what it needs is paused, `tasks limits` says until when and ends it",
  kind: "the kind of its worker is on hold, `tasks worker` says why and `tasks resume` lifts it",
} as const;

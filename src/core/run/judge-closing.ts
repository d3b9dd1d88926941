// When a run is over because its task is: the file says so, its pull request was merged, or the file is no longer there.
// Never while a worker of ours may live; whoever works by hand has no process that could be waited for.

import { MERGED_RULE } from "../classify/rules.ts";
import type { TaskRow } from "../snapshot/schema.ts";
import { isLive, type Run } from "./run.ts";
import type { Closing } from "./transitions.ts";

export type TaskStanding = "open" | "completed" | "cancelled" | "gone" | `merged as #${number}`;

/** How a run is to be closed; null when it stays. */
export function judgeClosing(
  run: Pick<Run, "state" | "kind">,
  standing: TaskStanding,
): Pick<Closing, "as" | "why"> | null {
  if (run.state === "closed" || (isLive(run) && run.kind === "supervised")) return null;
  switch (standing) {
    case "open":
      return null;
    case "completed":
      return { as: "delivered", why: "its task is completed" };
    case "cancelled":
      return { as: "abandoned", why: "its task is cancelled" };
    case "gone":
      return { as: "abandoned", why: "its task's file is gone" };
    default:
      return { as: "delivered", why: `its pull request was ${standing}` };
  }
}

export function standingOf(row: Pick<TaskRow, "status" | "rule" | "pull_request"> | undefined): TaskStanding {
  if (row === undefined) return "gone";
  if (row.rule === MERGED_RULE && row.pull_request !== null) return `merged as #${row.pull_request.number}`;
  return row.status === "completed" || row.status === "cancelled" ? row.status : "open";
}

// A run is closed when its task is over, by its file or by a merged pull request. A missing file says nothing: another
// branch may be checked out, the file moved, or a folder unreadable, and the run waits. A run whose supervised worker may
// be alive is never closed; a claim by hand has no process to wait for.

import { isLive, type Run } from "../contract/run.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { MERGED_RULE } from "../contract/snapshot.ts";
import type { Closing } from "./run-transitions.ts";

export type TaskResolution = "open" | "completed" | "cancelled" | `merged as #${number}`;

/** How a run is to be closed; null when it stays. */
export function judgeClosing(
  run: Pick<Run, "state" | "kind">,
  standing: TaskResolution,
): Pick<Closing, "as" | "why"> | null {
  if (run.state === "closed" || (isLive(run) && run.kind === "supervised")) return null;
  switch (standing) {
    case "open":
      return null;
    case "completed":
      return { as: "delivered", why: "its task is completed" };
    case "cancelled":
      return { as: "abandoned", why: "its task is cancelled" };
    default:
      return { as: "delivered", why: `its pull request was ${standing}` };
  }
}

export function taskResolutionOf(row: Pick<TaskRow, "status" | "rule" | "pull_request">): TaskResolution {
  if (row.rule === MERGED_RULE && row.pull_request !== null) return `merged as #${row.pull_request.number}`;
  return row.status === "completed" || row.status === "cancelled" ? row.status : "open";
}

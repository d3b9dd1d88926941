// What the digest of a run's agent says now. A digest is only as true as its attempt and its time.

import type { AgentActivity } from "../agent/activity/agent-activity.ts";
import { cutText } from "../agent/contract/agent-event.ts";
import type { Run } from "../contract/run.ts";
import type { RunObservation } from "./observation.ts";

/** Null for a digest of an earlier attempt: the new one has said nothing yet. A limit that is over is left out. */
export function activityNow(
  { attempt }: Pick<Run, "attempt">,
  activity: AgentActivity | null,
  nowMs: number,
): AgentActivity | null {
  if (activity === null || activity.attempt !== attempt) return null;
  return isOver(activity, nowMs) ? { ...activity, limit: null } : activity;
}

/** The time at which it ends has passed, or the agent began something since. */
function isOver({ limit, doing }: AgentActivity, nowMs: number): boolean {
  if (limit === null) return false;
  const { resetsAtMs, atMs } = limit;
  const isAtWork = doing.kind === "thinking" || doing.kind === "tool";
  return (resetsAtMs !== null && resetsAtMs <= nowMs) || (isAtWork && doing.sinceMs > atMs);
}

/** As much as of other output. */
const LINE_SHOWN = 200;

/** The end of the agent's last message; without one the last line of output, unless it is an agent's JSON. */
export function lastLineOf({ activity, log }: Pick<RunObservation, "activity" | "log">): string | null {
  const said = activity?.lastMessage?.trimEnd().split("\n").at(-1)?.trim() ?? "";
  if (said !== "") return cutText(said, LINE_SHOWN);
  const printed = log?.lastLine ?? null;
  return activity !== null && printed?.startsWith("{") ? null : printed;
}

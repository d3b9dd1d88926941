import { cutText, PLAN_ENTRIES_MAX, type PlanEntry, TEXT_MAX } from "../contract/agent-event.ts";
import { entryOf, listOf, recordOf, textOf } from "../lines/json-value.ts";

const STATES: Readonly<Record<string, PlanEntry["state"]>> = {
  completed: "done",
  inProgress: "active",
  in_progress: "active",
};

/** Codex's `plan`: steps with a status each. */
export function planEntries(plan: unknown): readonly PlanEntry[] {
  return listOf(plan)
    .slice(0, PLAN_ENTRIES_MAX)
    .map(recordOf)
    .map(({ step, status }) => ({
      text: cutText(textOf(step) ?? "", TEXT_MAX.line),
      state: entryOf(STATES, status) ?? "pending",
    }));
}

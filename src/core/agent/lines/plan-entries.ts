import { cutText, PLAN_ENTRIES_MAX, type PlanEntry, TEXT_MAX } from "../contract/agent-event.ts";
import { entryOf, listOf, recordOf, textOf } from "./json-value.ts";

/** As the agents write them. */
const STATES: Readonly<Record<string, PlanEntry["state"]>> = {
  completed: "done",
  cancelled: "done",
  inProgress: "active",
  in_progress: "active",
};

/** A plan as agents send it: a list of records with a `status` each, and a text in the field `textField`. */
export function planEntries(plan: unknown, textField: string): readonly PlanEntry[] {
  return listOf(plan)
    .slice(0, PLAN_ENTRIES_MAX)
    .map(recordOf)
    .map((entry) => ({
      text: cutText(textOf(entry[textField]) ?? "", TEXT_MAX.line),
      state: entryOf(STATES, entry.status) ?? "pending",
    }));
}

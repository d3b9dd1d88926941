import type { Snapshot, TaskRow } from "../contract/snapshot.ts";
import { spelling } from "../team/owner-names.ts";
import { byGroup } from "./assemble.ts";
import { summaryOf } from "./summary.ts";

/**
 * An owner's snapshot: a pure projection of everyone's, in its order. Lists of the repository (people, milestones,
 * doubts, tasks without a known owner) stay whole. Dependencies may name tasks of others.
 */
export function projectOwner(
  snapshot: Snapshot,
  owner: { readonly name: string; readonly resolvedFrom: string | null },
): Snapshot {
  const spelled = spelling(owner.name);
  const isOwned = (task: TaskRow) =>
    task.owner_state === "unchecked" ? spelling(task.owner ?? "") === spelled : task.owner === owner.name;
  const tasks = snapshot.tasks.filter(isOwned);
  const owned = new Set(tasks.map(({ key }) => key));
  const groups = byGroup((group) => (snapshot.groups[group] ?? []).filter((key) => owned.has(key)));
  const counts = byGroup((group) => groups[group].length);
  return {
    ...snapshot,
    tasks,
    counts,
    groups,
    escalation: {
      required: groups.needs_attention.length > 0,
      tasks: groups.needs_attention,
      signals: snapshot.escalation.signals.filter(({ task }) => task === null || owned.has(task)),
    },
    summary: {
      ...summaryOf(tasks, counts),
      without_known_owner: snapshot.summary.without_known_owner,
    },
    owner: { name: owner.name, resolved_from: owner.resolvedFrom },
  };
}

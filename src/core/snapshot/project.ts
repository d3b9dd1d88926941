import { spelling } from "../team/spelling.ts";
import { arrange } from "./assemble.ts";
import type { Snapshot, TaskRow } from "./schema.ts";

/**
 * An owner's snapshot: a pure projection of everyone's. Lists of the repository (people, milestones, doubts, tasks
 * without a known owner) stay whole. Dependencies may name tasks of others.
 */
export function projectOwner(
  snapshot: Snapshot,
  owner: { readonly name: string; readonly resolvedFrom: string | null },
): Snapshot {
  const spelled = spelling(owner.name);
  const isOwned = (task: TaskRow) =>
    task.owner_state === "unchecked" ? spelling(task.owner ?? "") === spelled : task.owner === owner.name;
  const arranged = arrange(snapshot.tasks.filter(isOwned), snapshot.doubts);
  return {
    ...snapshot,
    ...arranged,
    owner: { name: owner.name, resolved_from: owner.resolvedFrom },
    summary: { ...arranged.summary, without_known_owner: snapshot.summary.without_known_owner },
  };
}

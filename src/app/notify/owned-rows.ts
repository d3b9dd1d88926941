// The rows that the pages show at first: of the owner that the settings name, or everyone's.

import type { Group, SnapshotHeader, TaskRow } from "../../core/contract/snapshot.ts";
import { byGroup, ownsRow } from "../../core/publication/assemble.ts";
import { resolveOwner } from "../../core/team/resolve-owner.ts";

export type NotablePublication = {
  readonly header: Pick<SnapshotHeader, "people" | "owners_checked">;
  readonly rows: ReadonlyMap<string, TaskRow>;
};

/** Everyone's for an owner who is not known: better too many than none. */
export function rowsOfOwner({ header, rows }: NotablePublication, owner: string | null): TaskRow[] {
  const all = [...rows.values()];
  if (owner === null || owner === "") return all;
  const found = resolveOwner({ ...header, tasks: all }, owner);
  return found.kind === "person" ? all.filter(ownsRow(found.name)) : all;
}

export function countsOf(rows: readonly TaskRow[]): Record<Group, number> {
  const counts = byGroup(() => 0);
  for (const { group } of rows) counts[group] += 1;
  return counts;
}

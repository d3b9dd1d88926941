// Resolves the requested or default owner to a snapshot with only that owner's tasks. Projections are cached as long as
// their snapshot.

import type { Snapshot } from "../../../core/contract/snapshot.ts";
import { projectOwner } from "../../../core/publication/assemble.ts";
import { resolveOwner } from "../../../core/team/resolve-owner.ts";
import type { WebProblem } from "../../http/problem-json.ts";
import type { DefaultOwner } from "./web-context.ts";

export type OwnerSnapshot =
  | { readonly kind: "found"; readonly snapshot: Snapshot }
  | { readonly kind: "unknown"; readonly asked: string; readonly valid: readonly string[] };

/** Enough for a large team; unknown spellings cannot pile up. */
const PROJECTIONS_MAX = 64;

export type OwnerSnapshots = (snapshot: Snapshot, asked: string | null) => OwnerSnapshot;

export function createOwnerSnapshots(defaultOwner: DefaultOwner | null): OwnerSnapshots {
  const projectionsOf = new WeakMap<Snapshot, Map<string, Snapshot>>();
  return (snapshot, asked) => {
    const owned = asked === null ? defaultOwner : { asked, origin: null };
    if (owned === null) return { kind: "found", snapshot };
    const owner = resolveOwner(snapshot, owned.asked);
    if (owner.kind === "everyone") return { kind: "found", snapshot };
    if (owner.kind === "unknown") return owner;

    const resolvedFrom =
      owned.origin === null ? owner.resolvedFrom : `${owner.resolvedFrom} (${owned.origin})`;
    const key = JSON.stringify([owner.name, resolvedFrom]);
    const projections = projectionsOf.get(snapshot) ?? new Map<string, Snapshot>();
    projectionsOf.set(snapshot, projections);
    const known = projections.get(key);
    if (known !== undefined) return { kind: "found", snapshot: known };
    const projected = projectOwner(snapshot, { name: owner.name, resolvedFrom });
    if (projections.size >= PROJECTIONS_MAX) projections.clear();
    projections.set(key, projected);
    return { kind: "found", snapshot: projected };
  };
}

/** 404 with all valid owners. */
export function ownerUnknown({ asked, valid }: Extract<OwnerSnapshot, { kind: "unknown" }>): WebProblem {
  return {
    code: "owner_unknown",
    status: 404,
    title: "Unknown owner",
    detail: `No owner is called “${asked}”. Valid owners: ${valid.join(", ")}.`,
    members: { valid_owners: valid },
  };
}

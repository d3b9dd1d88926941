// From the owner a request asks for, or the default one, to that owner's snapshot. Projections are kept as long as the
// snapshot they were made from.

import type { Snapshot } from "../../../core/contract/snapshot.ts";
import { projectOwner } from "../../../core/publication/project-owner.ts";
import { resolveOwner } from "../../../core/team/resolve-owner.ts";
import type { WebProblem } from "../../http/problem-json.ts";
import type { DefaultOwner } from "./web-context.ts";

export type OwnerSnapshot =
  | { readonly kind: "found"; readonly snapshot: Snapshot }
  | { readonly kind: "unknown"; readonly asked: string; readonly valid: readonly string[] };

/** Projections kept at once: everyone of a large team, while odd spellings cannot pile up. */
const PROJECTIONS_MAX = 64;

export type OwnerSnapshots = (snapshot: Snapshot, asked: string | null) => OwnerSnapshot;

/** A look-up that remembers the projections of each snapshot. */
export function createOwnerSnapshots(defaultOwner: DefaultOwner | null): OwnerSnapshots {
  const projectionsOf = new WeakMap<Snapshot, Map<string, Snapshot>>();
  return (snapshot, asked) => {
    const wish = asked === null ? defaultOwner : { asked, origin: null };
    if (wish === null) return { kind: "found", snapshot };
    const owner = resolveOwner(snapshot, wish.asked);
    if (owner.kind === "everyone") return { kind: "found", snapshot };
    if (owner.kind === "unknown") return owner;

    const resolvedFrom = wish.origin === null ? owner.resolvedFrom : `${owner.resolvedFrom} (${wish.origin})`;
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

/** 404 with every owner there is. */
export function ownerUnknown({ asked, valid }: Extract<OwnerSnapshot, { kind: "unknown" }>): WebProblem {
  return {
    code: "owner_unknown",
    status: 404,
    title: "Unknown owner",
    detail: `Nobody here is called “${asked}”. Valid owners: ${valid.join(", ")}.`,
    members: { valid_owners: valid },
  };
}

// Resolves a requested owner (`--owner`, `?owner=`, the configuration) to a canonical person.

import type { Snapshot } from "../contract/snapshot.ts";
import { type OwnerNameKind, ownerNames, spelling } from "./owner-names.ts";

/** Stands for all owners. */
export const EVERYONE = "everyone";

export type ResolvedOwner =
  | { readonly kind: "everyone" }
  | {
      readonly kind: "person";
      readonly name: string;
      /** The requested spelling. */
      readonly resolvedFrom: string;
      /** What that spelling is to the person; `as_written` if owners are not checked. */
      readonly as: OwnerNameKind | "as_written";
    }
  | { readonly kind: "unknown"; readonly asked: string; readonly valid: readonly string[] };

/** Ignores case, spaces, dots and dashes, and resolves aliases and roles; an unknown name returns all valid owners. */
export function resolveOwner(
  snapshot: Pick<Snapshot, "people" | "owners_checked" | "tasks">,
  asked: string,
): ResolvedOwner {
  const spelled = spelling(asked);
  if (spelled === EVERYONE) return { kind: "everyone" };
  if (!snapshot.owners_checked) return ownerAsWritten(snapshot.tasks, asked, spelled);
  const found = ownerNames(snapshot.people).get(spelled);
  if (found === undefined) {
    return { kind: "unknown", asked, valid: [EVERYONE, ...snapshot.people.map((person) => person.slug)] };
  }
  return { kind: "person", name: found.person, resolvedFrom: asked, as: found.kind };
}

/** Without people files only the tasks themselves name owners. */
function ownerAsWritten(tasks: Snapshot["tasks"], asked: string, spelled: string): ResolvedOwner {
  const written = new Map<string, string>();
  for (const { owner } of tasks) {
    if (owner === null) continue;
    const known = written.get(spelling(owner));
    if (known === undefined || owner < known) written.set(spelling(owner), owner);
  }
  const name = written.get(spelled);
  if (name === undefined)
    return { kind: "unknown", asked, valid: [EVERYONE, ...[...written.values()].sort()] };
  return { kind: "person", name, resolvedFrom: asked, as: "as_written" };
}

// Whose tasks a command prints: --owner > TASK_MANAGER_OWNER > the settings > everyone, resolved to a person.

import { type LoadedConfig, originName } from "../../config/load.ts";
import type { Snapshot } from "../../core/contract/snapshot.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { projectOwner } from "../../core/publication/assemble.ts";
import { resolveOwner } from "../../core/team/resolve-owner.ts";
import { quote } from "../../core/text/quote.ts";
import { assertNever } from "../../core/values/assert-never.ts";

/** An owner as written, and where it was written. */
export type RequestedOwner = { readonly asked: string; readonly origin: string };

/** The owner that the settings in force name; null for everyone. */
export function requestedOwner({ config, origins }: LoadedConfig): RequestedOwner | null {
  if (config.owner === null || config.owner === "") return null;
  const origin = origins.get("owner") ?? { kind: "default" };
  return { asked: config.owner, origin: originName(origin) };
}

/** The snapshot of that owner. Throws UserError `owner_unknown` that lists the valid ones. */
export function chooseOwner(snapshot: Snapshot, requested: RequestedOwner | null): Snapshot {
  if (requested === null) return snapshot;
  const owner = resolveOwner(snapshot, requested.asked);
  switch (owner.kind) {
    case "everyone":
      return snapshot;
    case "person":
      return projectOwner(snapshot, {
        name: owner.name,
        resolvedFrom: `${owner.resolvedFrom} (${requested.origin})`,
      });
    case "unknown":
      throw new UserError({
        code: "owner_unknown",
        message: `There is no owner ${quote(requested.asked)} (from ${requested.origin}).`,
        hint: `Owners: ${owner.valid.join(", ")}. Their aliases and roles work as well.`,
      });
    default:
      return assertNever(owner);
  }
}

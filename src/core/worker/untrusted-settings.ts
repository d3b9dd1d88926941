// The refusal to start anything while the repository has settings that are not trusted on this machine.

import { type Refusal, refusal } from "../contract/refusal.ts";
import { listed } from "../text/listed.ts";

/** Null when nothing waits for trust. `keys`: settings of the repository's file. */
export function untrustedRefusal(keys: readonly string[]): Refusal | null {
  if (keys.length === 0) return null;
  const verb = keys.length === 1 ? "is" : "are";
  return refusal(
    `Nothing starts here: ${listed(keys)} in tasks/config.yaml ${verb} not trusted on this machine.`,
    "`tasks trust` shows what would run, and asks.",
    "trust_needed",
  );
}

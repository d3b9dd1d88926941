// The only way to change a pause: read it, decide, and write it unless another process wrote meanwhile; then start again.

import type { ActionChange } from "../../../core/contract/activity.ts";
import { isSameScope, type PauseScope, type ScopedPause } from "../../../core/records/scoped-pause.ts";
import type { PauseStore } from "../../../ports/store/pause-store.ts";
import { StoreError } from "../../../ports/store/store-error.ts";

export type ChangeablePauses = Pick<PauseStore, "readScopedPauses" | "writeScopedPause" | "dropScopedPause">;

/** Each lost race means that another process changed it: more in a row is a broken store. */
const ATTEMPTS_MAX = 50;

/**
 * `change` gets the pause, or null for none, and gives the next one: the same object for no change, null to end it. Returns
 * what is stored after it. Throws StoreError when the store cannot be used.
 */
export async function changePause(
  store: ChangeablePauses,
  scope: PauseScope,
  change: (before: ScopedPause | null) => ScopedPause | null,
  action?: ActionChange,
): Promise<ScopedPause | null> {
  const written = action === undefined ? {} : { action };
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const before = (await store.readScopedPauses()).find((pause) => isSameScope(pause.scope, scope)) ?? null;
    const next = change(before);
    if (next === before) return before;
    if (next !== null) {
      if (await store.writeScopedPause({ pause: next, ...written }))
        return { ...next, revision: next.revision + 1 };
    } else if (before !== null) {
      const { revision } = before;
      if (await store.dropScopedPause({ scope, revision, ...written })) return null;
    }
  }
  throw new StoreError({
    kind: "busy",
    message: `The pause of ${scope.name} could not be changed: other processes changed it first, ${ATTEMPTS_MAX} times in a row.`,
    hint: "Try again in a moment.",
  });
}

// A person decides about a pause: ends it now, lets it wait for them, whatever the clock says, or lets it end on its own again.

import { eased } from "../../../core/pause/ease-pause.ts";
import { automaticAgain, heldByHand } from "../../../core/pause/pause-by-hand.ts";
import { isSameScope, type PauseScope, type ScopedPause } from "../../../core/records/scoped-pause.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import { actionOf, NO_TASK } from "../change/action-of.ts";
import { type ChangeablePauses, changePause } from "./change-pause.ts";

type Context = { readonly clock: Clock; readonly store: ChangeablePauses };
type Request = { readonly scope: PauseScope; readonly by: string };

/** What waits for it starts again, two at a time. The pause as it was; null when there is none. */
export async function endPause({ clock, store }: Context, request: Request): Promise<ScopedPause | null> {
  const action = actionOf("resume", NO_TASK, {
    by: request.by,
    atMs: clock.wallMs(),
    note: request.scope.name,
  });
  return await changeByHand(store, request, { action, change: eased });
}

/** Nothing probes it until a person ends it. */
export async function holdPause({ clock, store }: Context, request: Request): Promise<ScopedPause | null> {
  const action = actionOf("pause", NO_TASK, {
    by: request.by,
    atMs: clock.wallMs(),
    note: request.scope.name,
  });
  return await changeByHand(store, request, { action, change: heldByHand });
}

/** After `holdPause`, or under `dispatch.resume_after_limit: false`: it is tried at its own time again. */
export async function letPauseEnd({ clock, store }: Context, request: Request): Promise<ScopedPause | null> {
  const atMs = clock.wallMs();
  const note = `${request.scope.name}: automatic again`;
  const action = actionOf("resume", NO_TASK, { by: request.by, atMs, note });
  return await changeByHand(store, request, { action, change: (pause) => automaticAgain(pause, atMs) });
}

async function changeByHand(
  store: ChangeablePauses,
  { scope }: Request,
  {
    action,
    change,
  }: {
    readonly action: Parameters<typeof changePause>[3] & {};
    readonly change: (pause: ScopedPause) => ScopedPause;
  },
): Promise<ScopedPause | null> {
  const known = (await store.readScopedPauses()).some((pause) => isSameScope(pause.scope, scope));
  if (!known) return null;
  let found: ScopedPause | null = null;
  await changePause(
    store,
    scope,
    (before) => {
      found = before;
      return before && before.phase !== "suspected" ? change(before) : before;
    },
    action,
  );
  return found;
}

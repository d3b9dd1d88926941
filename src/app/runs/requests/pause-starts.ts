// Pauses all starts and retries until a person resumes them. Live workers are left alone.

import type { Pause } from "../../../ports/store/run-store.ts";
import { actionOf, NO_TASK } from "../change/action-of.ts";
import type { RunsContext } from "../change/runs-context.ts";

type PauseContext = Pick<RunsContext, "clock" | "store">;
type PauseRequest = { readonly by: string; readonly note: string | null };

/** The new pause, and the one that it replaces. */
export async function pauseStarts(
  { clock, store }: PauseContext,
  { by, note }: PauseRequest,
): Promise<{ readonly pause: Pause; readonly before: Pause | null }> {
  const before = await store.readPause();
  const pause: Pause = { by, atMs: clock.wallMs(), note };
  await store.writePause({ pause, action: actionOf("pause", NO_TASK, pause) });
  return { pause, before };
}

/** The pause that ended; null when there was none. */
export async function resumeStarts(
  { clock, store }: PauseContext,
  { by, note }: PauseRequest,
): Promise<Pause | null> {
  const before = await store.readPause();
  if (before === null) return null;
  const act = { by, atMs: clock.wallMs(), note };
  await store.writePause({ pause: null, action: actionOf("resume", NO_TASK, act) });
  return before;
}

// Until when a held run waits: until its pause ends, whatever its agent reported when it met it. A limit may move meanwhile.

import type { Run } from "../contract/run.ts";
import { isSameScope, type ScopedPause } from "../records/scoped-pause.ts";

type Ending = Pick<ScopedPause, "scope" | "untilMs">;

/** The run itself when its pause says the same, and when it has none. */
export function heldUntilPauseEnds(run: Run, pauses: readonly Ending[]): Run {
  const { held } = run;
  const on = held?.scope ?? null;
  if (held === null || on === null) return run;
  const pause = pauses.find(({ scope }) => isSameScope(scope, on));
  if (pause === undefined || pause.untilMs === held.untilMs) return run;
  return { ...run, held: { ...held, untilMs: pause.untilMs } };
}

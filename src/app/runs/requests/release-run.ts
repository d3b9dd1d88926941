// Releases a task that was claimed by hand.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { closeClaim } from "../../../core/run/run-transitions.ts";
import { type ChangedByPerson, changeByPerson } from "../change/change-by-person.ts";
import type { RunsContext } from "../change/runs-context.ts";

export async function releaseRun(
  { clock, store }: Pick<RunsContext, "clock" | "store">,
  run: Run,
  { by, note }: { readonly by: string; readonly note: string | null },
): Promise<ChangedByPerson | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  return await changeByPerson(store, run, {
    act,
    action: "release",
    note,
    change: (now) => closeClaim(now, { ...act, why: note ?? `released by ${by}` }),
    explain: (now) => refusal(`${describeOpenRun(now)}, and was not claimed by hand.`, hintFor(now)),
  });
}

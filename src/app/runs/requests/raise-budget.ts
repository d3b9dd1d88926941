// A person gives a run another whole budget. One that was stopped for it is queued again by the recovery and continues in its
// session; one that works continues.

import { raiseBudget } from "../../../core/budget/budget-transitions.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { isLive, type Run } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { type ChangedByPerson, changeByPerson } from "../change/change-by-person.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { nudge } from "./stop-run.ts";

export async function raiseRunBudget(
  { clock, store, workers }: Pick<RunsContext, "clock" | "store" | "workers">,
  run: Run,
  { by }: { readonly by: string },
): Promise<ChangedByPerson | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  const changed = await changeByPerson(store, run, {
    act,
    action: "continue",
    note: "with a raised budget",
    change: (now) => raiseBudget(now, act),
    explain: (now, why) => refusal(`${describeOpenRun(now)}: ${why}.`, hintFor(now)),
  });
  if (changed.kind === "changed" && isLive(changed.run)) nudge({ workers }, changed.run);
  return changed;
}

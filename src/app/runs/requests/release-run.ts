// Gives back what was claimed by hand.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { closeClaim as releaseClaim } from "../../../core/run/run-transitions.ts";
import { actionOf, labelOf } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
import type { RunsContext } from "../change/runs-context.ts";

export async function releaseRun(
  { clock, store }: Pick<RunsContext, "clock" | "store">,
  run: Run,
  { by, note }: { readonly by: string; readonly note: string | null },
): Promise<{ readonly kind: "changed"; readonly run: Run } | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: null,
    change: (now) => releaseClaim(now, { ...act, why: note ?? `released by ${by}` }),
    action: actionOf("release", await labelOf(store, run), { ...act, note }),
  });
  if (outcome.kind === "changed") return outcome;
  if (outcome.kind !== "refused")
    return refusal(`The run of ${run.key} is gone.`, "`tasks runs` lists them.");
  return refusal(`${describeOpenRun(outcome.run)}, and nobody claimed it by hand.`, hintFor(outcome.run));
}

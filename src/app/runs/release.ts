// Gives back what was claimed by hand.

import { describeHold, remedyFor } from "../../core/run/judge-claim.ts";
import { type Refusal, refusal } from "../../core/run/refusal.ts";
import type { Run } from "../../core/run/run.ts";
import { release as releaseRun } from "../../core/run/transitions.ts";
import { actionOf, labelOf } from "./action-of.ts";
import { changeRun } from "./change-run.ts";
import type { RunsWorld } from "./runs-world.ts";

export async function release(
  { clock, store }: Pick<RunsWorld, "clock" | "store">,
  run: Run,
  { by, note }: { readonly by: string; readonly note: string | null },
): Promise<{ readonly kind: "changed"; readonly run: Run } | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: null,
    change: (now) => releaseRun(now, { ...act, why: note ?? `released by ${by}` }),
    action: actionOf("release", await labelOf(store, run), { ...act, note }),
  });
  if (outcome.kind === "changed") return outcome;
  if (outcome.kind !== "refused")
    return refusal(`The run of ${run.key} is gone.`, "`tasks runs` lists them.");
  return refusal(`${describeHold(outcome.run)}, and nobody claimed it by hand.`, remedyFor(outcome.run));
}

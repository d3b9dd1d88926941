import type { Action } from "../../../core/contract/activity.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Act, Run } from "../../../core/contract/run.ts";
import type { RunChange } from "../../../core/run/run-transitions.ts";
import type { StoppedTask } from "../../../ports/store/run-store.ts";
import type { Store } from "../../../ports/store/store.ts";
import { actionOf, labelOf } from "./action-of.ts";
import { changeRun } from "./change-run.ts";

type PersonsChange = {
  readonly act: Act;
  readonly action: Action;
  readonly note: string | null;
  readonly change: (run: Run) => RunChange;
  readonly stopped?: StoppedTask;
  /** The refusal for a run that may not be changed; `why` completes "… was refused: ". */
  readonly explain: (run: Run, why: string) => Refusal;
};

/** `before`: the run as it was just before the change. */
export type ChangedByPerson = { readonly kind: "changed"; readonly run: Run; readonly before: Run };

/** Changes the run as it is now, whatever attempt it is in, with an entry in the activity feed. */
export async function changeByPerson(
  store: Store,
  run: Run,
  { act, action, note, change, stopped, explain }: PersonsChange,
): Promise<ChangedByPerson | Refusal> {
  let before = run;
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: null,
    change: (now) => {
      before = now;
      return change(now);
    },
    action: actionOf(action, await labelOf(store, run), { ...act, note }),
    ...(stopped === undefined ? {} : { stopped }),
  });
  if (outcome.kind === "changed") return { kind: "changed", run: outcome.run, before };
  if (outcome.kind === "refused") return explain(outcome.run, outcome.why);
  return refusal(`The run of ${run.key} is gone.`, "`tasks runs` lists them.");
}

// More to be told to a worker. Never a second worker in a worktree: what is said waits until the one that is at work has
// ended, or that one is interrupted for it; either way the same run goes on, in the same worktree.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { isLive, type Run } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { addFollowUp, type RunChange, requestStop } from "../../../core/run/run-transitions.ts";
import { actionOf, labelOf } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { nudge } from "./stop-run.ts";

export type ContinueRequest = {
  readonly prompt: string;
  /** The worker at work is ended for it. */
  readonly interrupt: boolean;
  readonly by: string;
};

export type Continued =
  /** It is told when the worker at work has ended. */
  | (Changed & { readonly kind: "waits" })
  | (Changed & { readonly kind: "interrupting" })
  /** Nobody is at work: it is told by the next start. */
  | (Changed & { readonly kind: "next" })
  | Refusal;

type Changed = { readonly run: Run; readonly before: Run };

export async function continueRun(
  world: Pick<RunsContext, "clock" | "store" | "workers">,
  run: Run,
  { prompt, interrupt, by }: ContinueRequest,
): Promise<Continued> {
  const { clock, store } = world;
  const act = { by, atMs: clock.wallMs() };
  let before = run;
  const change = (now: Run): RunChange => {
    before = now;
    const told = addFollowUp(now, { ...act, text: prompt });
    if (told.kind === "refused" || !interrupt || !isLive(now)) return told;
    return requestStop(told.run, { ...act, kind: "interrupt", note: prompt });
  };
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: null,
    change,
    action: actionOf("continue", await labelOf(store, run), { ...act, note: prompt }),
  });
  if (outcome.kind === "refused") {
    const hold = `${describeOpenRun(outcome.run)}: ${outcome.why}.`;
    return refusal(hold, hintFor(outcome.run));
  }
  if (outcome.kind !== "changed")
    return refusal(`The run of ${run.key} is gone.`, "`tasks runs` lists them.");
  const changed = { run: outcome.run, before };
  if (!isLive(outcome.run)) return { kind: "next", ...changed };
  if (!interrupt) return { kind: "waits", ...changed };
  nudge(world, outcome.run);
  return { kind: "interrupting", ...changed };
}

// Removes what one run left to read: its log, what its agent did, its prompt. The run itself stays in the lists.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { quote } from "../../../core/text/quote.ts";
import type { RemovedFile } from "../../../ports/runs/run-files.ts";
import type { RunsContext } from "../change/runs-context.ts";

export type ForgottenRun = {
  readonly kind: "forgotten";
  readonly run: Run;
  /** Empty where there was nothing. */
  readonly files: readonly RemovedFile[];
};

/** Refused while a worker writes them. */
export async function forgetRun(
  { store, runFiles }: Pick<RunsContext, "store" | "runFiles">,
  id: RunId,
): Promise<ForgottenRun | Refusal> {
  const run = await store.readRun(id);
  if (run === null)
    return refusal(`There is no run ${quote(id)}.`, "`tasks runs` lists them with their ids.");
  if (isLive(run))
    return refusal(
      `The run of ${run.key} is live: its worker still writes what would be removed.`,
      `Stop it first: tasks stop ${run.key}`,
    );
  return { kind: "forgotten", run, files: await runFiles.remove(id) };
}

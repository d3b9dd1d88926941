// Applies what workers stated while the store could not be used (run-files.ts keeps it beside the run).

import { speaksFor } from "../../../core/contract/attempt-proof.ts";
import type { RunId } from "../../../core/contract/run.ts";
import { applyStatement, isOvertaken } from "../../../core/run/worker-statement.ts";
import type { RunFiles } from "../../../ports/runs/run-files.ts";
import { type ChangeableRuns, changeRun } from "./change-run.ts";

export type StatementFiles = Pick<RunFiles, "readStatements" | "dropStatement">;

/** In their order, each once. Throws StoreError while the store still cannot be used. */
export async function replayStatements(
  { store, files }: { readonly store: ChangeableRuns; readonly files: StatementFiles },
  id: RunId,
): Promise<void> {
  for (const { name, epoch, proofHash, statement } of await files.readStatements(id)) {
    await changeRun(store, {
      id,
      epoch,
      change: (run) => {
        if (!speaksFor(run, proofHash))
          return { kind: "refused", why: "it was not stated by the run's worker" };
        if (isOvertaken(run, statement))
          return { kind: "refused", why: "the worker has made a later statement" };
        return applyStatement(run, statement);
      },
    });
    // Applied, or refused for good: the run was handed over or has ended.
    files.dropStatement(id, name);
  }
}

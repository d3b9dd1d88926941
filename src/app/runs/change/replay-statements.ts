// Gives the store what workers said while it could not take it (run-files.ts keeps it beside the run).

import { speaksFor } from "../../../core/contract/attempt-proof.ts";
import type { RunId } from "../../../core/contract/run.ts";
import { applyStatement, isOvertaken } from "../../../core/run/worker-statement.ts";
import type { RunFiles } from "../../../ports/runs/run-files.ts";
import { type ChangeableRuns, changeRun } from "./change-run.ts";

export type StatementFiles = Pick<RunFiles, "readStatements" | "dropStatement">;

/** In the order in which they were made, each once. Throws StoreError while the store still cannot take them. */
export async function replayStatements(
  { store, files }: { readonly store: ChangeableRuns; readonly files: StatementFiles },
  id: RunId,
): Promise<void> {
  for (const { name, epoch, proofHash, statement } of await files.readStatements(id)) {
    await changeRun(store, {
      id,
      epoch,
      change: (run) => {
        if (!speaksFor(run, proofHash)) return { kind: "refused", why: "its worker did not say it" };
        if (isOvertaken(run, statement))
          return { kind: "refused", why: "the worker has said something later" };
        return applyStatement(run, statement);
      },
    });
    // Taken, or refused for good: the run was handed on, or has ended.
    files.dropStatement(id, name);
  }
}

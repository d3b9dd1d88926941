// A worker reports the outcome of its work. Work by hand ends with it; a supervised worker's process ends later.

import type { Outcome } from "../../../core/contract/run.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { type OwnRun, type StatementContext, type StatementResult, submitStatement } from "./own-run.ts";

/** A few paragraphs for the reviewer. */
const NOTE_LENGTH_MAX = 4_000;

export async function finishRun(
  { clock, ...context }: Pick<RunsContext, "clock"> & StatementContext,
  own: OwnRun,
  { kind, note }: Pick<Outcome, "kind" | "note">,
): Promise<StatementResult> {
  const outcome = { kind, note: redactSecrets(note).slice(0, NOTE_LENGTH_MAX), atMs: clock.wallMs() };
  return await submitStatement(context, own, { kind: "finish", outcome });
}

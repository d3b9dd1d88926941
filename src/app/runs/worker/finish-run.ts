// A worker says how its work went. Its process ends by itself after that; work by hand ends with it.

import type { Outcome } from "../../../core/contract/run.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { type OwnRun, type StatementContext, type StatementResult, submitStatement } from "./own-run.ts";

/** A few paragraphs for whoever looks at the work. */
const NOTE_LENGTH_MAX = 4_000;

export async function finishRun(
  { clock, ...world }: Pick<RunsContext, "clock"> & StatementContext,
  own: OwnRun,
  { kind, note }: Pick<Outcome, "kind" | "note">,
): Promise<StatementResult> {
  const outcome = { kind, note: redactSecrets(note).slice(0, NOTE_LENGTH_MAX), atMs: clock.wallMs() };
  return await submitStatement(world, own, { kind: "finish", outcome });
}

// A worker reports its progress, what it waits for, or the outcome of its work.

import type { Outcome } from "../../../core/contract/run.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { type OwnRun, type StatementContext, type StatementResult, submitStatement } from "./own-run.ts";

export type StatusReport =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "wait"; readonly on: string; readonly untilMs: number };

/** Longer texts belong in the log. */
const TEXT_LENGTH_MAX = 500;

export async function reportProgress(
  { clock, ...context }: Pick<RunsContext, "clock"> & StatementContext,
  own: OwnRun,
  said: StatusReport,
): Promise<StatementResult> {
  const atMs = clock.wallMs();
  return await submitStatement(
    context,
    own,
    said.kind === "progress"
      ? { kind: "report", text: cut(said.text), atMs }
      : { kind: "wait", on: cut(said.on), untilMs: said.untilMs, atMs },
  );
}

function cut(text: string): string {
  const clean = redactSecrets(text);
  return clean.length > TEXT_LENGTH_MAX ? `${clean.slice(0, TEXT_LENGTH_MAX)}…` : clean;
}

/** A few paragraphs for the reviewer. */
const NOTE_LENGTH_MAX = 4_000;

/** Work by hand ends with it; a supervised worker's process ends later. */
export async function finishRun(
  { clock, ...context }: Pick<RunsContext, "clock"> & StatementContext,
  own: OwnRun,
  { kind, note }: Pick<Outcome, "kind" | "note">,
): Promise<StatementResult> {
  const outcome = { kind, note: redactSecrets(note).slice(0, NOTE_LENGTH_MAX), atMs: clock.wallMs() };
  return await submitStatement(context, own, { kind: "finish", outcome });
}

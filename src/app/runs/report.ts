// What a worker says while it is at work: how far it is, or what it waits for.

import { redactSecrets } from "../../core/redact-secrets.ts";
import type { Refusal } from "../../core/run/refusal.ts";
import type { Run } from "../../core/run/run.ts";
import { declareWait, report as reportProgress } from "../../core/run/transitions.ts";
import { changeOwnRun, type OwnRun } from "./own-run.ts";
import type { RunsWorld } from "./runs-world.ts";

export type Report =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "wait"; readonly on: string; readonly untilMs: number };

/** Longer ones are a log, and belong there. */
const TEXT_LENGTH_MAX = 500;

export async function report(
  { clock, store }: Pick<RunsWorld, "clock" | "store">,
  own: OwnRun,
  said: Report,
): Promise<{ readonly kind: "changed"; readonly run: Run } | Refusal> {
  const atMs = clock.wallMs();
  return await changeOwnRun(store, own, (run) =>
    said.kind === "progress"
      ? reportProgress(run, { text: cut(said.text), atMs })
      : declareWait(run, { on: cut(said.on), untilMs: said.untilMs, atMs }),
  );
}

/** Everybody who opens the page reads it. */
function cut(text: string): string {
  const clean = redactSecrets(text);
  return clean.length > TEXT_LENGTH_MAX ? `${clean.slice(0, TEXT_LENGTH_MAX)}…` : clean;
}

// A worker says how its work went. Its process ends by itself after that; work by hand ends with it.

import { redactSecrets } from "../../core/redact-secrets.ts";
import type { Refusal } from "../../core/run/refusal.ts";
import type { Outcome, Run } from "../../core/run/run.ts";
import { finish as finishRun } from "../../core/run/transitions.ts";
import { changeOwnRun, type OwnRun } from "./own-run.ts";
import type { RunsWorld } from "./runs-world.ts";

/** A few paragraphs for whoever looks at the work. */
const NOTE_LENGTH_MAX = 4_000;

export async function finish(
  { clock, store }: Pick<RunsWorld, "clock" | "store">,
  own: OwnRun,
  { kind, note }: Pick<Outcome, "kind" | "note">,
): Promise<{ readonly kind: "changed"; readonly run: Run } | Refusal> {
  const outcome = { kind, note: redactSecrets(note).slice(0, NOTE_LENGTH_MAX), atMs: clock.wallMs() };
  return await changeOwnRun(store, own, (run) => finishRun(run, outcome));
}

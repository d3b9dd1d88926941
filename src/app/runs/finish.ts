// A worker says how its work went. Its process ends by itself after that; work by hand ends with it.

import { redactSecrets } from "../../core/redact-secrets.ts";
import type { Outcome } from "../../core/run/run.ts";
import { type OwnRun, type Said, type SayWorld, sayOwnRun } from "./own-run.ts";
import type { RunsWorld } from "./runs-world.ts";

/** A few paragraphs for whoever looks at the work. */
const NOTE_LENGTH_MAX = 4_000;

export async function finish(
  { clock, ...world }: Pick<RunsWorld, "clock"> & SayWorld,
  own: OwnRun,
  { kind, note }: Pick<Outcome, "kind" | "note">,
): Promise<Said> {
  const outcome = { kind, note: redactSecrets(note).slice(0, NOTE_LENGTH_MAX), atMs: clock.wallMs() };
  return await sayOwnRun(world, own, { kind: "finish", outcome });
}

// The output of one run as a witness: whether its log grew since the last look, and whether that was news. One stat per
// look; only what was appended is read, and of much only the end.

import { join } from "node:path";
import type { RunObservation } from "../../core/run/observation.ts";
import { NO_OUTPUT } from "../../core/worker/output-novelty.ts";
import { look } from "../file-system/read-small-file.ts";
import { fileOf, type LogCursor, readOn } from "./log-cursor.ts";
import { type Moment, noLaterThan, timeOfChange } from "./moment.ts";

export type LogProbe = {
  /** Null before there is a log. A new `attempt` may say again what the one before it said. Throws what the disk throws. */
  look(attempt: number, moment: Moment): RunObservation["log"];
};

type LogMemory = {
  readonly attempt: number;
  readonly lookedAtMs: number;
  readonly cursor: LogCursor;
  readonly sighting: NonNullable<RunObservation["log"]>;
};

/** `folder` is that of the run's files (ports/run-files.ts): output goes to `log`, which becomes `log.1` when it is long. */
export function createLogProbe(folder: string): LogProbe {
  let memory: LogMemory | null = null;
  return {
    look(attempt, moment) {
      // No log is also how it looks for the moment in which a long one is put aside.
      memory = lookAtLog(folder, { attempt, moment, before: memory }) ?? memory;
      return memory?.sighting ?? null;
    },
  };
}

type Look = { readonly attempt: number; readonly moment: Moment; readonly before: LogMemory | null };

function lookAtLog(folder: string, { attempt, moment, before }: Look): LogMemory | null {
  const stats = look(join(folder, "log"));
  if (stats === null) return null;
  const known = before === null ? null : carryOver(before, attempt, moment);
  if (known !== null && fileOf(stats) === known.cursor.file && stats.size === known.cursor.endByte)
    return known;
  const read = readAppended(folder, known?.cursor ?? null);
  if (read === null) return null;
  const { cursor, isNews, changedMs } = read;
  // Without memory the file's time is the only witness, and what stands in it is what later output is compared with.
  const grewAtMs = timeOfChange(changedMs, before?.lookedAtMs ?? 0, moment);
  const changedAtMs = known === null || isNews ? grewAtMs : known.sighting.changedAtMs;
  const sizeBytes = (look(join(folder, "log.1"))?.size ?? 0) + cursor.endByte;
  const { lastLine } = cursor.output;
  const sighting = { changedAtMs, grewAtMs, sizeBytes, lastLine };
  return { attempt, lookedAtMs: moment.wallMs, cursor, sighting };
}

/** What is remembered, as of now and for this attempt. */
function carryOver({ cursor, sighting, ...before }: LogMemory, attempt: number, moment: Moment): LogMemory {
  const { lastLine } = cursor.output;
  const output = attempt === before.attempt ? cursor.output : { ...NO_OUTPUT, lastLine };
  const changedAtMs = noLaterThan(sighting.changedAtMs, moment);
  const grewAtMs = noLaterThan(sighting.grewAtMs, moment);
  return {
    attempt,
    lookedAtMs: moment.wallMs,
    cursor: { ...cursor, output },
    sighting: { ...sighting, changedAtMs, grewAtMs },
  };
}

/** What was written since; of a log that was put aside meanwhile, its end too. Null when there is no log. */
function readAppended(folder: string, known: LogCursor | null): ReturnType<typeof readOn> {
  const older = look(join(folder, "log.1"));
  const isAside = known !== null && older !== null && fileOf(older) === known.file;
  const aside = isAside ? readOn(join(folder, "log.1"), known) : null;
  const read = readOn(join(folder, "log"), aside?.cursor ?? known);
  return read === null ? null : { ...read, isNews: read.isNews || (aside?.isNews ?? false) };
}

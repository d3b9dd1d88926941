// Probes the output of a run: whether its log grew since the last probe, and whether that was new output. One stat per
// probe; only what was appended is read, and of a lot only the end.

import { join } from "node:path";
import type { RunObservation } from "../../core/run/observation.ts";
import { NO_OUTPUT } from "../../core/worker/output-novelty.ts";
import { look } from "../file-system/read-small-file.ts";
import { fileOf, type LogCursor, readNew } from "./log-cursor.ts";
import { type Moment, noLaterThan, timeOfChange } from "./moment.ts";

export type LogProbe = {
  /** Null before there is a log. A new `attempt` may repeat the output of the one before. Throws what the disk throws. */
  look(attempt: number, moment: Moment): RunObservation["log"];
};

type LogMemory = {
  readonly attempt: number;
  readonly lookedAtMs: number;
  readonly cursor: LogCursor;
  readonly observation: NonNullable<RunObservation["log"]>;
};

/** `folder` has the run's files: output goes to `log`, which is rotated to `log.1`. */
export function createLogProbe(folder: string): LogProbe {
  let memory: LogMemory | null = null;
  return {
    look(attempt, moment) {
      // There is also no log for a moment while it is rotated.
      memory = lookAtLog(folder, { attempt, moment, before: memory }) ?? memory;
      return memory?.observation ?? null;
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
  // Without memory, the file's time is all there is, and its content is what later output is compared with.
  const grewAtMs = timeOfChange(changedMs, before?.lookedAtMs ?? 0, moment);
  const changedAtMs = known === null || isNews ? grewAtMs : known.observation.changedAtMs;
  const sizeBytes = (look(join(folder, "log.1"))?.size ?? 0) + cursor.endByte;
  const { lastLine } = cursor.output;
  const observation = { changedAtMs, grewAtMs, sizeBytes, lastLine };
  return { attempt, lookedAtMs: moment.wallMs, cursor, observation };
}

/** The memory, as of now and for this attempt. */
function carryOver(
  { cursor, observation, ...before }: LogMemory,
  attempt: number,
  moment: Moment,
): LogMemory {
  const { lastLine } = cursor.output;
  const output = attempt === before.attempt ? cursor.output : { ...NO_OUTPUT, lastLine };
  const changedAtMs = noLaterThan(observation.changedAtMs, moment);
  const grewAtMs = noLaterThan(observation.grewAtMs, moment);
  return {
    attempt,
    lookedAtMs: moment.wallMs,
    cursor: { ...cursor, output },
    observation: { ...observation, changedAtMs, grewAtMs },
  };
}

/** What was written since, including the end of a log that was rotated meanwhile. Null when there is no log. */
function readAppended(folder: string, known: LogCursor | null): ReturnType<typeof readNew> {
  const older = look(join(folder, "log.1"));
  const isRotated = known !== null && older !== null && fileOf(older) === known.file;
  const rotated = isRotated ? readNew(join(folder, "log.1"), known) : null;
  const read = readNew(join(folder, "log"), rotated?.cursor ?? known);
  return read === null ? null : { ...read, isNews: read.isNews || (rotated?.isNews ?? false) };
}

// The stored events of a run: the last ones, or what follows an offset.

import type { TimedEvent } from "../../core/agent/contract/agent-event.ts";
import { decodeEvent } from "../../core/agent/lines/stored-event.ts";
import type { EventsRead } from "../../ports/runs/run-files.ts";
import { readOutput } from "./output-reader.ts";
import { EVENTS, LINE_FEED } from "./run-folder.ts";

/** Of one read: some 3,000 events of usual size, at least five of the largest. */
const READ_BYTES_MAX = 1024 * 1024;

export type EventQuery = { readonly last: number; readonly afterByte?: number; readonly nowMs: number };

/** Null when there are none. Throws what the file system throws. */
export function readEventTail(folder: string, { last, ...query }: EventQuery): EventsRead | null {
  const limits = { lines: last, bytesMax: READ_BYTES_MAX, beforeBytesMax: 0 };
  const read = readOutput(folder, { ...query, ...limits, files: EVENTS });
  if (read === null) return null;
  const { bytes, cut, endByte } = read;
  return { events: eventsOf(bytes), cut, endByte };
}

/** Without a torn last line: its supervisor was killed while it wrote. */
function eventsOf(bytes: Buffer): readonly TimedEvent[] {
  const whole = bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1).toString("utf8");
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map(decodeEvent);
}

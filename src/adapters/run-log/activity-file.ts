// What an agent does now, as one small file that is replaced as a whole.

import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentActivity } from "../../core/agent/activity/agent-activity.ts";
import {
  ACTIVITY_LENGTH_MAX,
  decodeActivity,
  encodeActivity,
} from "../../core/agent/activity/stored-activity.ts";
import { unlessMissing } from "../file-system/file-error.ts";
import { OPEN_SAFELY } from "../file-system/opened-file.ts";
import { replaceSmallFile } from "../file-system/replace-small-file.ts";
import { ACTIVITY_FILE } from "./run-folder.ts";

/** A character takes at most three bytes. */
const ACTIVITY_BYTES_MAX = 3 * ACTIVITY_LENGTH_MAX;

/** Throws what the file system throws. `clean` takes secrets out of a text. */
export function writeActivity(
  folder: string,
  activity: AgentActivity,
  clean: (text: string) => string,
): void {
  replaceSmallFile(join(folder, ACTIVITY_FILE), encodeActivity(cleaned(activity, clean)));
}

/** Null when there is none, or it is no digest of this version. Throws what the file system throws. */
export function readActivity(folder: string): AgentActivity | null {
  const open = () => openSync(join(folder, ACTIVITY_FILE), OPEN_SAFELY);
  const descriptor = unlessMissing(open, null, ["ENOENT", "ELOOP"]);
  if (descriptor === null) return null;
  try {
    const stats = fstatSync(descriptor);
    const isOurs = stats.isFile() && stats.size <= ACTIVITY_BYTES_MAX;
    return isOurs ? decodeActivity(readFileSync(descriptor, "utf8")) : null;
  } finally {
    closeSync(descriptor);
  }
}

function cleaned<Value>(value: Value, clean: (text: string) => string): Value {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "string" ? clean(part) : part)));
}

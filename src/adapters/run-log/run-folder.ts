// The files of a run: `.tasks/task_manager/runs/<id>/`, private to the user like all of `.tasks/`.

import { join } from "node:path";
import type { RunId } from "../../core/contract/run.ts";
import { makePrivateFolder, prepareStateFolder } from "../file-system/state-folder.ts";

export const LINE_FEED = 10;

export const PROMPT_FILE = "prompt.md";
/** The output; its older half is rotated to `log.1`. */
export const LOG_FILE = "log";
export const OLDER_LOG_FILE = "log.1";
/** The offset in the whole output at which `log` begins (log-start.ts). */
export const LOG_START_FILE = "log.start";

const RUNS_FOLDER = "runs";
const SAFE_NAME = /^[\w-]{1,100}$/;

/** `stateFolder` is `.tasks/task_manager` of a repository, absolute, without links. */
export function runsFolder(stateFolder: string): string {
  return join(stateFolder, RUNS_FOLDER);
}

/** Ids are ours; one that is not a plain name comes from a damaged store. */
export function runFolder(stateFolder: string, id: RunId): string {
  if (!SAFE_NAME.test(id)) throw new Error("A run has an id that cannot be the name of a folder.");
  return join(runsFolder(stateFolder), id);
}

/** Creates it if necessary, and returns it. Throws what the file system throws. */
export function prepareRunFolder(stateFolder: string, id: RunId): string {
  const folder = runFolder(stateFolder, id);
  prepareStateFolder(stateFolder);
  makePrivateFolder(runsFolder(stateFolder));
  makePrivateFolder(folder);
  return folder;
}

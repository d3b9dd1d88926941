// The files of runs in the state folder, and the program through which workers report.

import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { RunId } from "../../core/contract/run.ts";
import type { RemovedFile, RunFiles, StoredFiles } from "../../ports/runs/run-files.ts";
import { writeFileAtomically } from "../file-system/atomic-write.ts";
import { unlessMissing } from "../file-system/file-error.ts";
import { isOpenedAt, OPEN_SAFELY } from "../file-system/opened-file.ts";
import { replaceSmallFile } from "../file-system/replace-small-file.ts";
import { makePrivateFolder, prepareStateFolder } from "../file-system/state-folder.ts";
import { readActivity } from "./activity-file.ts";
import { readEventTail } from "./event-reader.ts";
import { readLogTail } from "./log-reader.ts";
import { dropStatement, isSpare, keepStatement, readStatements, reserveOutbox } from "./outbox.ts";
import { isRunFolderName, PROMPT_FILE, prepareRunFolder, runFolder, runsFolder } from "./run-folder.ts";

export type RunFilesSettings = {
  /** `.tasks/task_manager` of a repository, absolute, without links. */
  readonly stateFolder: string;
  readonly program: WorkerProgram;
  readonly nowMs: () => number;
};

/** A task file plus what people added: anything much larger is not ours. */
const PROMPT_BYTES_MAX = 16 * 1024 * 1024;

export function createRunFiles({ stateFolder, program, nowMs }: RunFilesSettings): RunFiles {
  /** Null when there is none, or a link is in its place. */
  const existingFolder = (id: RunId): string | null => {
    const folder = runFolder(stateFolder, id);
    return isRealFolder(runsFolder(stateFolder)) && isRealFolder(folder) ? folder : null;
  };
  return {
    writePrompt: async (id, text) => {
      const file = join(prepareRunFolder(stateFolder, id), PROMPT_FILE);
      await writeFileAtomically({ file, text });
      return file;
    },
    promptFile: (id) => join(runFolder(stateFolder, id), PROMPT_FILE),
    readPrompt: async (id) => readPrompt(join(runFolder(stateFolder, id), PROMPT_FILE)),
    readLog: async (id, options) => {
      const folder = existingFolder(id);
      return folder === null ? null : readLogTail(folder, { ...options, nowMs: nowMs() });
    },
    readEvents: async (id, options) => {
      const folder = existingFolder(id);
      return folder === null ? null : readEventTail(folder, { ...options, nowMs: nowMs() });
    },
    readActivity: async (id) => {
      const folder = existingFolder(id);
      return folder === null ? null : readActivity(folder);
    },
    programFolder: () => prepareProgram(stateFolder, program),
    reserveOutbox: (id) => reserveOutbox(() => prepareRunFolder(stateFolder, id)),
    keepStatement: (id, statement) => keepStatement(prepareRunFolder(stateFolder, id), statement, nowMs()),
    readStatements: async (id) => {
      const folder = existingFolder(id);
      return folder === null ? [] : await readStatements(folder);
    },
    dropStatement: (id, name) => dropStatement(runFolder(stateFolder, id), name),
    list: async () => listRuns(runsFolder(stateFolder)),
    remove: async (id) =>
      isRealFolder(runsFolder(stateFolder)) ? await remove(runFolder(stateFolder, id)) : [],
  };
}

/** Null when there is none. */
function readPrompt(path: string): string | null {
  const descriptor = unlessMissing(() => openSync(path, OPEN_SAFELY), null, ["ENOENT", "ELOOP"]);
  if (descriptor === null) return null;
  try {
    const stats = fstatSync(descriptor);
    const isOurs = stats.isFile() && stats.size <= PROMPT_BYTES_MAX && isOpenedAt(path, descriptor, stats);
    return isOurs ? readFileSync(descriptor, "utf8") : null;
  } finally {
    closeSync(descriptor);
  }
}

function isRealFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function listRuns(folder: string): readonly StoredFiles[] {
  if (!isRealFolder(folder)) return [];
  return readdirSync(folder)
    .filter(isRunFolderName)
    .flatMap((name) => {
      const stats = lstatSync(join(folder, name), { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ id: name as RunId, changedAtMs: stats.mtimeMs }];
    });
}

async function remove(folder: string): Promise<readonly RemovedFile[]> {
  const names = isRealFolder(folder) ? readdirSync(folder).toSorted() : [];
  const files = names.flatMap((name) => {
    const stats = lstatSync(join(folder, name), { throwIfNoEntry: false });
    return stats === undefined || isSpare(name) ? [] : [{ name, bytes: stats.isFile() ? stats.size : 0 }];
  });
  // Links are removed, never followed.
  await rm(folder, { recursive: true, force: true });
  return files;
}

/**
 * A `tasks` program that runs this same Node and script. It is first on a worker's PATH, so that its reports reach the
 * version that started it, not whichever is installed.
 */
export type WorkerProgram = {
  /** Absolute: the Node that runs it. */
  readonly node: string;
  /** Node's arguments before the script. */
  readonly nodeArguments: readonly string[];
  /** Absolute: the script. */
  readonly entry: string;
};

const PROGRAMS_FOLDER = "bin";
const PRIVATE_PROGRAM_MODE = 0o700;

/** Writes it if it is missing or different, and returns its folder. Throws what the file system throws. */
export async function prepareProgram(stateFolder: string, program: WorkerProgram): Promise<string> {
  const folder = join(stateFolder, PROGRAMS_FOLDER);
  prepareStateFolder(stateFolder);
  makePrivateFolder(folder);
  const { name, text } = process.platform === "win32" ? windowsProgram(program) : shellProgram(program);
  const file = join(folder, name);
  if (!isThere(file, text)) replaceSmallFile(file, text, PRIVATE_PROGRAM_MODE);
  return folder;
}

type ProgramFile = { readonly name: string; readonly text: string };

/** With `exec`, signals and exit code are Node's. */
export function shellProgram({ node, nodeArguments, entry }: WorkerProgram): ProgramFile {
  const words = [node, ...nodeArguments, entry].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return { name: "tasks", text: `#!/bin/sh\nexec ${words.join(" ")} "$@"\n` };
}

/** In a batch file percent signs are escaped by doubling. */
export function windowsProgram({ node, nodeArguments, entry }: WorkerProgram): ProgramFile {
  const words = [node, ...nodeArguments, entry].map((word) => `"${word.replaceAll("%", "%%")}"`);
  return { name: "tasks.cmd", text: `@${words.join(" ")} %*\r\n` };
}

function isThere(file: string, text: string): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return false;
  if (process.platform !== "win32" && (stats.mode & 0o777) !== PRIVATE_PROGRAM_MODE) return false;
  return stats.size === Buffer.byteLength(text) && readFileSync(file, "utf8") === text;
}

// A `tasks` program that runs this same Node and script. It is first on a worker's PATH, so that its reports reach the
// version that started it, not whichever is installed.

import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { replaceSmallFile } from "../file-system/replace-small-file.ts";
import { makePrivateFolder, prepareStateFolder } from "../file-system/state-folder.ts";

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

// The files that describe services of this program to the system. Another program's file is never touched: the folder is
// shared, so only names of ours are read, written and removed.

import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/contract/user-error.ts";
import { describeFileError } from "../file-system/file-error.ts";
import { replaceSmallFile } from "../file-system/replace-small-file.ts";

/** Readable by all, as the system's own: there is no secret in it. */
const FILE_MODE = 0o644;

export class ServiceFiles {
  readonly #folder: string;
  readonly #ending: string;

  /** `ending`: of the files' names, with the dot. */
  constructor(folder: string, ending: string) {
    this.#folder = folder;
    this.#ending = ending;
  }

  pathOf(name: string): string {
    return join(this.#folder, name + this.#ending);
  }

  has(name: string): boolean {
    return lstatSync(this.pathOf(name), { throwIfNoEntry: false }) !== undefined;
  }

  /** Throws UserError `file_not_written`. */
  write(name: string, text: string): void {
    const file = this.pathOf(name);
    try {
      mkdirSync(this.#folder, { recursive: true });
      replaceSmallFile(file, text, FILE_MODE);
    } catch (cause) {
      throw notWritten(file, cause);
    }
  }

  /** Throws UserError `file_not_written`. */
  remove(name: string): void {
    const file = this.pathOf(name);
    try {
      rmSync(file, { force: true });
    } catch (cause) {
      throw notWritten(file, cause);
    }
  }

  /** Whether any service of this program is left. */
  hasAny(): boolean {
    if (!existsSync(this.#folder)) return false;
    return readdirSync(this.#folder).some(
      (name) => name.startsWith("dataface-tasks-") && name.endsWith(this.#ending),
    );
  }
}

function notWritten(file: string, cause: unknown): UserError {
  return new UserError({
    code: "file_not_written",
    message: `${file} could not be changed: ${describeFileError(cause)}.`,
    hint: "Make it a file of yours in a folder that you can write to.",
    cause,
  });
}

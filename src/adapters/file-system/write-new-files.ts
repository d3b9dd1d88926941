// Writes files that must not exist yet: nothing is ever overwritten.

import { lstat, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../core/contract/user-error.ts";
import { describeFileError, errorCode } from "./file-error.ts";

export type NewFile = { readonly path: string; readonly text: string };

/**
 * Checks all of them before it writes the first. Throws UserError `exists_already` naming the file in the way, or
 * `file_not_written` when the system refuses.
 */
export async function writeNewFiles(root: string, files: readonly NewFile[]): Promise<void> {
  for (const { path } of files) {
    if (await exists(join(root, path))) throw inTheWay(path);
  }
  for (const { path, text } of files) {
    const file = join(root, path);
    try {
      await assertNoLinkOnTheWay(root, dirname(path));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: "wx" });
    } catch (error) {
      throw notWritten(path, error);
    }
  }
}

/** Behind a link, files would be written somewhere else. */
async function assertNoLinkOnTheWay(root: string, folder: string): Promise<void> {
  const parts = folder.split("/").filter((part) => part !== ".");
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const stats = await lstat(join(root, ...parts.slice(0, depth))).catch(ignoreMissing);
    if (stats?.isSymbolicLink())
      throw Object.assign(new Error(`${parts.slice(0, depth).join("/")} is a link.`), { code: "ELOOP" });
  }
}

function ignoreMissing(error: unknown): null {
  if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return null;
  throw error;
}

/** True for anything of that name, even a dangling link. */
export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(ignoreMissing)) !== null;
}

function notWritten(path: string, cause: unknown): UserError {
  return new UserError({
    code: "file_not_written",
    message: `${path} could not be written: ${describeFileError(cause)}.`,
    hint: "Choose a folder that this user can write to.",
    cause,
  });
}

function inTheWay(path: string): UserError {
  return new UserError({
    code: "exists_already",
    message: `${path} already exists; nothing was written.`,
    hint: "Choose another folder, or serve this one: tasks serve --repo <folder>",
  });
}

// Text files of a repository that a command reads, shows and then replaces. No link is followed, in no part of a path; a file
// is replaced only while it is what was read.

import { isUtf8 } from "node:buffer";
import { mkdirSync, rmdirSync, unlinkSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { UserError } from "../../core/contract/user-error.ts";
import { createFile, writeFileAtomically } from "./atomic-write.ts";
import { describeFileError, errorCode, unlessMissing } from "./file-error.ts";
import { type HeldFolder, holdFolder } from "./held-folder.ts";
import { readRegularFile } from "./opened-file.ts";
import { look } from "./read-small-file.ts";
import { holdReplacedFile } from "./replaced-file.ts";

/** `text` is null where there is no file; `why` completes "<path>: ". */
export type TextRead =
  | { readonly kind: "text"; readonly text: string | null }
  | { readonly kind: "refused"; readonly why: string };

/** `before` and `after` are null for no file. */
export type TextReplacement = {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
};

/** The paths are ours, relative and with `/`. */
export type RepositoryTextFiles = {
  read(path: string): Promise<TextRead>;
  /** Makes missing folders, and removes those that a removal leaves empty. Throws UserError `task_changed` or `file_not_written`. */
  replace(change: TextReplacement): Promise<void>;
};

export async function openRepositoryTextFiles(root: string): Promise<RepositoryTextFiles> {
  const top = await realpath(root);
  return { read: (path) => readText(top, path), replace: (change) => replaceText(top, change) };
}

const LINK = "it is a link or behind one, and links are not followed";

async function readText(top: string, path: string): Promise<TextRead> {
  const { folders, name } = parts(path);
  try {
    const folder = hold(top, folders);
    if (folder === "missing") return { kind: "text", text: null };
    if (folder === "link") return { kind: "refused", why: LINK };
    try {
      const stats = look(folder.prefix + name);
      if (stats === null) return { kind: "text", text: null };
      if (stats.isSymbolicLink()) return { kind: "refused", why: LINK };
      const bytes = await readRegularFile(folder.prefix + name);
      if (bytes === null) return { kind: "refused", why: "it is no file, or larger than 1 MB" };
      if (!isUtf8(bytes)) return { kind: "refused", why: "it is not UTF-8 text" };
      return { kind: "text", text: bytes.toString("utf8") };
    } finally {
      folder.close();
    }
  } catch (error) {
    if (errorCode(error) === "UNKNOWN") throw error;
    return { kind: "refused", why: describeFileError(error) };
  }
}

async function replaceText(top: string, change: TextReplacement): Promise<void> {
  const { path, before, after } = change;
  const { folders, name } = parts(path);
  try {
    const folder = after === null ? hold(top, folders) : holdOrMake(top, folders);
    if (folder === "missing" || folder === "link") throw notWritten(path, LINK, null);
    try {
      if (before === null) await createFile(folder.prefix, name, after ?? "");
      else if (after !== null) await replace(folder.prefix + name, { path, before, after });
      else await remove(folder.prefix + name, { path, before });
    } finally {
      folder.close();
    }
    if (after === null) removeEmptyFolders(top, folders);
  } catch (error) {
    if (error instanceof UserError || errorCode(error) === "UNKNOWN") throw error;
    throw errorCode(error) === "EEXIST"
      ? changedMeanwhile(path)
      : notWritten(path, describeFileError(error), error);
  }
}

type Texts = { readonly path: string; readonly before: string };

async function replace(
  file: string,
  { path, before, after }: Texts & { readonly after: string },
): Promise<void> {
  const expected = Buffer.from(before);
  const isAsRead = (bytes: Buffer) => bytes.equals(expected);
  const changed = () => changedMeanwhile(path);
  const replaces = (backup: string) => holdReplacedFile({ file, backup, isAsRead, changed });
  await writeFileAtomically({ file, text: after, replaces });
}

async function remove(file: string, { path, before }: Texts): Promise<void> {
  const bytes = await readRegularFile(file);
  if (bytes === null || !bytes.equals(Buffer.from(before))) throw changedMeanwhile(path);
  unlinkSync(file);
}

function parts(path: string): { readonly folders: readonly string[]; readonly name: string } {
  const steps = path.split("/");
  return { folders: steps.slice(0, -1), name: steps.at(-1) ?? "" };
}

const joined = (top: string, folders: readonly string[]) => [top, ...folders].join("/");

function hold(top: string, folders: readonly string[]): HeldFolder | "missing" | "link" {
  const held = holdFolder(joined(top, folders));
  if (held !== null) return held;
  for (let depth = 1; depth <= folders.length; depth++) {
    const stats = look(joined(top, folders.slice(0, depth)));
    if (stats === null) return "missing";
    if (!stats.isDirectory()) return "link";
  }
  return "link";
}

function holdOrMake(top: string, folders: readonly string[]): HeldFolder | "missing" | "link" {
  for (const [at, name] of folders.entries()) {
    const parent = hold(top, folders.slice(0, at));
    if (parent === "missing" || parent === "link") return parent;
    try {
      unlessMissing(() => mkdirSync(parent.prefix + name), undefined, ["EEXIST"]);
    } finally {
      parent.close();
    }
  }
  return hold(top, folders);
}

function removeEmptyFolders(top: string, folders: readonly string[]): void {
  for (let depth = folders.length; depth > 0; depth--) {
    const parent = hold(top, folders.slice(0, depth - 1));
    if (parent === "missing" || parent === "link") return;
    try {
      rmdirSync(parent.prefix + (folders[depth - 1] ?? ""));
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error))) return;
      throw error;
    } finally {
      parent.close();
    }
  }
}

function changedMeanwhile(path: string): UserError {
  return new UserError({
    code: "task_changed",
    message: `${path} was changed by something else at the same moment. That version was kept.`,
    hint: "Check its current content, then try again.",
  });
}

function notWritten(path: string, detail: string, cause: unknown): UserError {
  return new UserError({
    code: "file_not_written",
    message: `${path} could not be written: ${detail}. It is unchanged.`,
    hint: "Check the file and its folder, then try again.",
    cause,
  });
}

// Replaces `tasks/config.yaml` atomically, and only if it is still what was read.

import { realpath } from "node:fs/promises";
import { UserError } from "../../core/contract/user-error.ts";
import { createFile, writeFileAtomically } from "../file-system/atomic-write.ts";
import { describeFileError, errorCode } from "../file-system/file-error.ts";
import { holdFolder } from "../file-system/held-folder.ts";
import { holdReplacedFile } from "../file-system/replaced-file.ts";

const FOLDER = "tasks";
const NAME = "config.yaml";

export type ConfigReplacement = {
  readonly root: string;
  /** What was read; null if there was no such file. */
  readonly before: string | null;
  readonly after: string;
};

/** Throws UserError `task_changed` or `file_not_written`. */
export async function replaceConfigFile({ root, before, after }: ConfigReplacement): Promise<void> {
  try {
    const folder = holdFolder(`${await realpath(root)}/${FOLDER}`);
    if (folder === null) throw notWritten("it is behind a link, or there is no folder tasks", null);
    try {
      if (before === null) await createFile(folder.prefix, NAME, after);
      else await replace(folder.prefix + NAME, before, after);
    } finally {
      folder.close();
    }
  } catch (error) {
    if (error instanceof UserError || errorCode(error) === "UNKNOWN") throw error;
    if (errorCode(error) === "EEXIST") throw changedMeanwhile();
    throw notWritten(describeFileError(error), error);
  }
}

async function replace(file: string, before: string, after: string): Promise<void> {
  const expected = Buffer.from(before);
  const replaces = (backup: string) =>
    holdReplacedFile({
      file,
      backup,
      isAsRead: (bytes) => bytes.equals(expected),
      changed: (cause) => cause ?? changedMeanwhile(),
    });
  await writeFileAtomically({ file, text: after, replaces });
}

function changedMeanwhile(): UserError {
  return new UserError({
    code: "task_changed",
    message: `${FOLDER}/${NAME} was changed by something else at the same moment, or is not UTF-8. That version was kept.`,
    hint: "Check its current content, then try again.",
  });
}

function notWritten(detail: string, cause: unknown): UserError {
  return new UserError({
    code: "file_not_written",
    message: `${FOLDER}/${NAME} could not be written: ${detail}. It is unchanged.`,
    hint: "Check the file and its folder, then try again.",
    cause,
  });
}

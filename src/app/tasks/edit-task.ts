// Edits and makes task files, on an explicit command only (invariant 1). Core says what an edit means, the writer writes
// it whole and never over another program's version; here both become one answer, or one error with a hint.

import type { RelativePath } from "../../core/contract/task.ts";
import { UserError } from "../../core/contract/user-error.ts";
import type { EditRefusal } from "../../core/front-matter/edit-front-matter.ts";
import { type EditedTask, editTask, type TaskEdit } from "../../core/task/edit-task.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import type { RewriteResult, TaskWriter, WriteFailure } from "../../ports/tree/task-writer.ts";

export type EditContext = { readonly writer: TaskWriter };

/** `edits` may depend on what the file says now. */
export type EditPlan = readonly TaskEdit[] | ((text: string) => readonly TaskEdit[]);

/**
 * Makes all edits or none, and returns the names of the keys and gates that changed; none when the file said so already.
 * Throws UserError `edit_refused`, `task_changed` or `file_not_written`, and whatever the plan throws.
 */
export async function editTaskFile(
  { writer }: EditContext,
  file: RelativePath,
  plan: EditPlan,
): Promise<readonly string[]> {
  let edited: EditedTask | null = null;
  const rewriting = await writer.rewrite(file, (text) => {
    edited = editTask(file, text, typeof plan === "function" ? plan(text) : plan);
    return edited.kind === "edited" && edited.text !== text ? edited.text : null;
  });
  const result = edited as EditedTask | null;
  if (result?.kind === "refused") throw refusedEdit(file, result);
  if (rewriting.kind !== "written" && rewriting.kind !== "left") throw notRewritten(file, rewriting);
  return result?.changed ?? [];
}

/** Throws UserError `edit_refused` or `file_not_written`. */
export async function createTaskFile(
  { writer }: EditContext,
  { file, text }: { readonly file: RelativePath; readonly text: string },
): Promise<void> {
  const creating = await writer.create(file, text);
  if (creating.kind === "written") return;
  if (creating.kind !== "exists") throw notWritten(file, creating);
  throw new UserError({
    code: "edit_refused",
    message: `${file} exists already, and is as it was.`,
    hint: "Choose another slug, or change that task with `tasks update`.",
  });
}

function refusedEdit(file: string, { code, line, message, hint }: EditRefusal): UserError {
  const place = line === null ? file : `${file}:${line}`;
  return new UserError({
    code,
    message: `${place} was not changed. ${message}`,
    hint,
  });
}

function notRewritten(
  file: string,
  rewriting: Exclude<RewriteResult, { kind: "written" } | { kind: "left" }>,
): UserError {
  switch (rewriting.kind) {
    case "changed":
      return new UserError({
        code: "task_changed",
        message: `${file} was saved by another program at the same moment. That version is kept, and nothing is lost.`,
        hint: "Look at what it says now, then try again.",
      });
    case "missing":
      return new UserError({
        code: "task_changed",
        message: `${file} is not there any more.`,
        hint: 'It was moved or deleted since it was last read; "tasks list" prints the tasks there are.',
      });
    default:
      return notWritten(file, rewriting);
  }
}

function notWritten(file: string, unwritten: WriteFailure): UserError {
  switch (unwritten.kind) {
    case "refused":
      return new UserError({
        code: "edit_refused",
        message: `${file} was not changed: ${REFUSALS[unwritten.reason].why}.`,
        hint: REFUSALS[unwritten.reason].hint,
      });
    case "failed":
      return new UserError({
        code: "file_not_written",
        message: `${file} could not be written: ${unwritten.detail}. It is as it was.`,
        hint: "Check the folder's permissions and the space on its disk, then try again.",
        cause: unwritten.cause,
      });
    case "busy":
      return new UserError({
        code: "file_not_written",
        message: `${file} was not changed: another process is editing tasks of this repository and does not come to an end.`,
        hint: "Look for a `tasks` process that hangs, then try again.",
      });
    default:
      return assertNever(unwritten);
  }
}

const REFUSALS = {
  outside: { why: "it lies outside tasks/", hint: "Tasks are Markdown files in tasks/workstreams/." },
  link: {
    why: "it is a link, or lies behind one, and links are not followed",
    hint: "Put the file itself there.",
  },
  too_large: { why: "it is too large for a task", hint: "Move logs and attachments out of it." },
  not_a_file: { why: "it is not an ordinary file", hint: "Put a Markdown file in its place." },
  unreadable: { why: "the system would not let it be read", hint: "Check its permissions." },
  not_utf8: {
    why: "it holds bytes that are not UTF-8, which an edit could lose",
    hint: "Save the file as UTF-8 first.",
  },
} as const;

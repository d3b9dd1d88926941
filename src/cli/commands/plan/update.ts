// `tasks update`: keys of a task file, and no other byte of it.

import { editTaskFile } from "../../../app/tasks/edit-task.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import type { RelativePath } from "../../../core/contract/task.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import type { KeyEdit } from "../../../core/front-matter/edit-mapping.ts";
import { findUnknownName } from "../../../core/links/check-names.ts";
import { readValue } from "../../../core/task/task-values.ts";
import { inSentence } from "../../../core/text/listed.ts";
import { quote } from "../../../core/text/quote.ts";
import type { CommandContext } from "../../contract/command.ts";
import { editRefused } from "../../contract/edit-refused.ts";
import { type Edited, type OpenedEdit, printEdited, withEdit } from "../../repository/open-edit.ts";
import { resolveTask } from "../../repository/resolve-task.ts";

/** Prints the file's path; on stderr the keys that changed. */
export async function update(command: CommandContext): Promise<void> {
  const [asked = "", ...assignments] = command.arguments;
  const edits = readAssignments(assignments, { anyKey: command.flags["any-key"] === true, asked });
  const edited = await withEdit(command, (opened) => apply(opened, asked, edits));
  printEdited(command, edited, "Changed");
}

async function apply(
  { store, snapshot, writer }: OpenedEdit,
  asked: string,
  edits: readonly KeyEdit[],
): Promise<Edited> {
  const row = await resolveTask(store, asked);
  const flaw = findUnknownName(snapshot, { ...namesIn(edits), key: row.key, workstream: row.workstream });
  if (flaw !== null) throw editRefused(flaw);
  const changed = await editTaskFile({ writer }, row.file as RelativePath, edits);
  return { task: row.key, file: row.file, changed };
}

type Names = Partial<Pick<TaskRow, "id">> & {
  readonly owner?: string;
  readonly milestone?: string;
  readonly initiative?: string;
  readonly dependencies?: readonly string[];
};

/** The values that are names of something in the tree. */
function namesIn(edits: readonly KeyEdit[]): Names {
  const names: Record<string, string | readonly string[]> = {};
  for (const edit of edits) {
    if (edit.kind === "list" && edit.key === "dependencies") names["dependencies"] = edit.items;
    if (edit.kind === "text" && NAME_KEYS.has(edit.key)) names[edit.key] = edit.text;
  }
  return names;
}

const NAME_KEYS: ReadonlySet<string> = new Set(["id", "owner", "milestone", "initiative"]);

function readAssignments(
  assignments: readonly string[],
  { anyKey, asked }: { readonly anyKey: boolean; readonly asked: string },
): readonly KeyEdit[] {
  const edits = new Map<string, KeyEdit>();
  for (const assignment of assignments) {
    const [key, value] = splitAssignment(assignment);
    if (edits.has(key)) throw usage(`${inSentence(key)} is given twice.`, "Say each key once.");
    if (key === "status" && COMPLETED.has(value.trim())) throw useComplete(asked);
    const read = readValue(key, value, { anyKey });
    if (read.kind === "refused") throw editRefused(read);
    edits.set(key, read.edit);
  }
  return [...edits.values()];
}

/** With the old word for it. */
const COMPLETED: ReadonlySet<string> = new Set(["completed", "done"]);

function splitAssignment(assignment: string): readonly [string, string] {
  const at = assignment.indexOf("=");
  if (at > 0) return [assignment.slice(0, at).trim(), assignment.slice(at + 1)];
  throw usage(
    `${quote(assignment)} is no key=value.`,
    'For example: tasks update fix-the-page status=ready owner=dave "title=A better title"',
  );
}

function useComplete(asked: string): UserError {
  return editRefused({
    message: "A completed task also says who completed it and when, and has its gates ticked.",
    hint: `\`tasks complete ${inSentence(asked)}\` sees to all of it.`,
  });
}

function usage(message: string, hint: string): UserError {
  return new UserError({ code: "usage", message, hint });
}

// Changes keys of a task's front matter, for the command line and for agents. Values and names are checked first, and every
// other byte of the file stays as it is.

import type { Snapshot, TaskRow } from "../../core/contract/snapshot.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import { UserError } from "../../core/contract/user-error.ts";
import type { KeyEdit } from "../../core/front-matter/edit-yaml.ts";
import { findUnknownName } from "../../core/links/check-names.ts";
import type { Assignment } from "../../core/task/persons-decision.ts";
import { readValue } from "../../core/task/task-values.ts";
import { inSentence } from "../../core/text/listed.ts";
import type { Edited } from "./create-task.ts";
import { editRefused } from "./edit-refused.ts";
import { type EditContext, editTaskFile } from "./edit-task.ts";

/**
 * The edits that assignments mean; an empty value removes its key. Throws UserError `usage` for a key given twice,
 * `edit_refused` for a value that its key cannot have.
 */
export function readAssignments(
  assignments: readonly Assignment[],
  { anyKey, asked }: { readonly anyKey: boolean; readonly asked: string },
): readonly KeyEdit[] {
  const edits = new Map<string, KeyEdit>();
  for (const [key, value] of assignments) {
    if (edits.has(key))
      throw new UserError({
        code: "usage",
        message: `${inSentence(key)} is given twice.`,
        hint: "Give each key once.",
      });
    if (key === "status" && COMPLETED.has(value.trim())) throw useComplete(asked);
    const read = readValue(key, value, { anyKey });
    if (read.kind === "refused") throw editRefused(read);
    edits.set(key, read.edit);
  }
  return [...edits.values()];
}

/**
 * `byPerson`: false for an agent, which may not accept a proposal by giving it another status. Throws UserError
 * `person_needed`, `edit_refused`, `task_changed` or `file_not_written`.
 */
export async function updateTask(
  { snapshot, writer }: EditContext & { readonly snapshot: Snapshot },
  row: TaskRow,
  { edits, byPerson }: { readonly edits: readonly KeyEdit[]; readonly byPerson: boolean },
): Promise<Edited> {
  const isProposal = row.signals.some(({ code }) => code === "task_proposed");
  if (!byPerson && isProposal && edits.some(({ key }) => key === "status")) throw personAccepts(row.key);
  const unknown = findUnknownName(snapshot, { ...namesIn(edits), key: row.key, workstream: row.workstream });
  if (unknown !== null) throw editRefused(unknown);
  const changed = await editTaskFile({ writer }, row.file as RelativePath, edits);
  return { task: row.key, file: row.file, changed };
}

function personAccepts(key: string): UserError {
  return new UserError({
    code: "person_needed",
    message: `${inSentence(key)} is a proposal: a person accepts or drops it. Nothing was written.`,
    hint: "Other keys of it can be changed.",
  });
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

/** The old word for it too. */
const COMPLETED: ReadonlySet<string> = new Set(["completed", "done"]);

function useComplete(asked: string): UserError {
  return editRefused({
    message: "A completed task also says who completed it and when, and has its gates ticked.",
    hint: `\`tasks complete ${inSentence(asked)}\` does all of this.`,
  });
}

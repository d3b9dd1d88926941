import { editTaskFile } from "../../../app/tasks/edit-task.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import type { RelativePath } from "../../../core/contract/task.ts";
import type { KeyEdit } from "../../../core/front-matter/edit-yaml.ts";
import { findUnknownName } from "../../../core/links/check-names.ts";
import { readValue } from "../../../core/task/task-values.ts";
import { inSentence } from "../../../core/text/listed.ts";
import { quote } from "../../../core/text/quote.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { editRefused, usage } from "../../contract/errors.ts";
import { FORMAT, flag, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { resolveTask } from "../../repository/find-task.ts";
import { type Edited, editTask, type OpenedEdit } from "../../repository/open-edit.ts";

/** `status=completed` and its companions do what `tasks complete` does. */
const CLOSES_TASK = /^(?:status=\s*["']?(?:completed|cancelled)|(?:completed|completed_by|gates_waived)=)/i;

export const command: Command = {
  insideRun: ({ arguments: [, ...keys] }) =>
    keys.some((change) => CLOSES_TASK.test(change.trim())) ? "refused" : "allowed",
  arguments: [
    TASK_ARGUMENT,
    {
      name: "keys",
      required: true,
      variadic: true,
      description: "key=value sets a key; key= removes it",
    },
  ],
  description:
    "Changes front matter keys and keeps everything else: comments, order, quotes, line ends, unknown keys. Values are checked first. A file that changes in the meantime is left as it was saved.",
  flags: [REPO, flag("--any-key", "also write keys that tasks does not read"), FORMAT],
  examples: [
    { line: "tasks update fix-the-page status=ready priority=p1", does: "two keys" },
    { line: "tasks update fix-the-page dependencies=write-it,test-it owner=", does: "a list, and no owner" },
  ],
  run: update,
};

async function update(context: CommandContext): Promise<void> {
  const [asked = "", ...assignments] = context.arguments;
  const edits = readAssignments(assignments, { anyKey: context.flags["any-key"] === true, asked });
  await editTask(context, "Changed", (opened) => apply(opened, asked, edits));
}

async function apply(
  { store, snapshot, writer }: OpenedEdit,
  asked: string,
  edits: readonly KeyEdit[],
): Promise<Edited> {
  const row = await resolveTask(store, asked);
  const unknown = findUnknownName(snapshot, { ...namesIn(edits), key: row.key, workstream: row.workstream });
  if (unknown !== null) throw editRefused(unknown);
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
    if (edits.has(key)) throw usage(`${inSentence(key)} is given twice.`, "Give each key once.");
    if (key === "status" && COMPLETED.has(value.trim())) throw useComplete(asked);
    const read = readValue(key, value, { anyKey });
    if (read.kind === "refused") throw editRefused(read);
    edits.set(key, read.edit);
  }
  return [...edits.values()];
}

/** The old word for it too. */
const COMPLETED: ReadonlySet<string> = new Set(["completed", "done"]);

function splitAssignment(assignment: string): readonly [string, string] {
  const at = assignment.indexOf("=");
  if (at > 0) return [assignment.slice(0, at).trim(), assignment.slice(at + 1)];
  throw usage(
    `${quote(assignment)} is not key=value.`,
    'For example: tasks update fix-the-page status=ready owner=dave "title=A better title"',
  );
}

function useComplete(asked: string): Error {
  return editRefused({
    message: "A completed task also says who completed it and when, and has its gates ticked.",
    hint: `\`tasks complete ${inSentence(asked)}\` does all of this.`,
  });
}

import { readAssignments, updateTask } from "../../../app/tasks/update-task.ts";
import { type Assignment, changesStatus, isPersonsDecision } from "../../../core/task/persons-decision.ts";
import { quote } from "../../../core/text/quote.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { FORMAT, flag, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { resolveTask } from "../../repository/find-task.ts";
import { editTask } from "../../repository/open-edit.ts";

export const command: Command = {
  insideRun: ({ arguments: [, ...typed] }) => {
    if (typed.some((one) => isSuch(one, isPersonsDecision))) return "refused";
    return typed.some((one) => isSuch(one, changesStatus)) ? "recorded" : "allowed";
  },
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
  const [asked = "", ...typed] = context.arguments;
  const anyKey = context.flags["any-key"] === true;
  const edits = readAssignments(typed.map(toAssignment), { anyKey, asked });
  await editTask(context, "Changed", async (opened) =>
    updateTask(opened, await resolveTask(opened.store, asked), { edits, byPerson: context.worker === null }),
  );
}

function isSuch(typed: string, test: (assignment: Assignment) => boolean): boolean {
  const at = typed.indexOf("=");
  return at > 0 && test([typed.slice(0, at), typed.slice(at + 1)]);
}

function toAssignment(typed: string): Assignment {
  const at = typed.indexOf("=");
  if (at > 0) return [typed.slice(0, at).trim(), typed.slice(at + 1)];
  throw usage(
    `${quote(typed)} is not key=value.`,
    'For example: tasks update fix-the-page status=ready owner=dave "title=A better title"',
  );
}

// `tasks create`: a new task file, with the template's sections. Never overwrites anything.

import { createTaskFile } from "../../../app/tasks/edit-task.ts";
import type { RelativePath } from "../../../core/contract/task.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { findUnknownName, findUnknownWorkstream } from "../../../core/links/check-names.ts";
import { isNewSlug, type NewTask, newTaskText, slugFrom } from "../../../core/task/new-task-text.ts";
import { parseTask } from "../../../core/task/parse-task.ts";
import { defaultTaskId } from "../../../core/task/task-id.ts";
import { readValue, splitNames } from "../../../core/task/task-values.ts";
import { quote } from "../../../core/text/quote.ts";
import type { CommandContext, Flags } from "../../contract/command.ts";
import { editRefused } from "../../contract/edit-refused.ts";
import { requiredText, textFlag } from "../../contract/flag-values.ts";
import { type Edited, type OpenedEdit, printEdited, withEdit } from "../../repository/open-edit.ts";

const EXAMPLE = 'tasks create fix-the-page --workstream infra --title "Fix the page"';

/** Prints the path of the new file. */
export async function create(command: CommandContext): Promise<void> {
  const slug = command.argument ?? "";
  checkSlug(slug);
  const workstream = requiredText(command.flags, "workstream", EXAMPLE);
  const title = requiredText(command.flags, "title", EXAMPLE).trim();
  const edited = await withEdit(command, (opened) => make(opened, { slug, workstream, title }));
  printEdited(command, edited, "Made with");
}

type Wish = { readonly slug: string; readonly workstream: string; readonly title: string };

async function make({ flags, snapshot, writer }: OpenedEdit, wish: Wish): Promise<Edited> {
  const { slug, workstream } = wish;
  const holder = snapshot.tasks.find((row) => row.slug === slug);
  if (holder !== undefined) throw taken(holder.file);
  const task = readTask(flags, wish.title);
  const flaw =
    findUnknownWorkstream(snapshot, workstream) ??
    findUnknownName(snapshot, {
      key: slug,
      workstream,
      // Names that differ in - and _ alone would share it, and neither could be called by it.
      id: defaultTaskId(workstream, slug),
      dependencies: task.dependencies,
      ...(task.owner !== null && { owner: task.owner }),
      ...(task.milestone !== null && { milestone: task.milestone }),
      ...(task.initiative !== null && { initiative: task.initiative }),
    });
  if (flaw !== null) throw editRefused(flaw);
  const file = `tasks/workstreams/${workstream}/tasks/${slug}.md` as RelativePath;
  const text = newTaskText(task);
  const parsed = parseTask(file, text);
  const [problem] = parsed.problems;
  if (problem !== undefined) throw editRefused(problem);
  await createTaskFile({ writer }, { file, text });
  return { task: slug, file, changed: Object.keys(parsed.spec.lines) };
}

/** The values of all flags, each checked as the reader of the file would. */
function readTask(flags: Flags, title: string): NewTask {
  const status = textFlag(flags, "status") ?? "not_started";
  if (status === "completed") throw completedAtOnce();
  const priority = textFlag(flags, "priority");
  const values = { title, status, priority, description: textFlag(flags, "description") };
  for (const [key, value] of Object.entries(values)) {
    const read = value === null ? null : readValue(key, value, { anyKey: false });
    if (read?.kind === "refused") throw editRefused(read);
  }
  return {
    ...values,
    status: status as NewTask["status"],
    priority: priority as NewTask["priority"],
    milestone: textFlag(flags, "milestone"),
    initiative: textFlag(flags, "initiative"),
    owner: textFlag(flags, "owner"),
    dependencies: splitNames(textFlag(flags, "depends") ?? ""),
  };
}

function checkSlug(slug: string): void {
  if (isNewSlug(slug)) return;
  const near = slugFrom(slug);
  const suggestion = isNewSlug(near) && near !== slug ? `Perhaps ${near}. ` : "";
  throw new UserError({
    code: "usage",
    message: `${quote(slug)} cannot be a new task's slug.`,
    hint: `${suggestion}A slug is lower case, digits and dashes, at most 100 characters: it names the file, the branch and the worktree.`,
  });
}

function taken(file: string): UserError {
  return new UserError({
    code: "edit_refused",
    message: `There is a task with that slug already: ${file}.`,
    hint: "Choose another slug, or change that task with `tasks update`.",
  });
}

function completedAtOnce(): UserError {
  return new UserError({
    code: "usage",
    message: "A new task cannot be completed yet.",
    hint: "Create it, then `tasks complete` it: that asks who did it, when, and about its gates.",
  });
}

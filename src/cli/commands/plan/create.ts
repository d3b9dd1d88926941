import { createTaskFile } from "../../../app/tasks/edit-task.ts";
import type { RelativePath } from "../../../core/contract/task.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { findUnknownName, findUnknownWorkstream } from "../../../core/links/check-names.ts";
import { isNewSlug, type NewTask, newTaskText, slugFrom } from "../../../core/task/new-task-text.ts";
import { parseTask } from "../../../core/task/parse-task.ts";
import { defaultTaskId } from "../../../core/task/task-id.ts";
import { readValue, splitNames } from "../../../core/task/task-values.ts";
import { quote } from "../../../core/text/quote.ts";
import type { Command, CommandContext, Flags } from "../../contract/command.ts";
import { editRefused, usage } from "../../contract/errors.ts";
import { requiredText, textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO } from "../../contract/flags.ts";
import { type Edited, editTask, type OpenedEdit } from "../../repository/open-edit.ts";

const EXAMPLE = 'tasks create fix-the-page --workstream infra --title "Fix the page"';

export const command: Command = {
  insideRun: "allowed",
  arguments: [{ name: "slug", required: true, description: "name of the file, lower case with dashes" }],
  description:
    "Writes tasks/workstreams/<workstream>/tasks/<slug>.md with the template's sections and prints its path. Owner, milestone, initiative and dependencies have to exist; nothing is ever overwritten.",
  flags: [
    REPO,
    flag("--workstream <slug>", "the workstream it belongs to"),
    flag("--title <text>", "what the task is, in one line"),
    flag("--description <text>", "a sentence or two"),
    flag("--status <status>", "its status (default: not_started)"),
    flag("--priority <priority>", "p0 (first) to p3"),
    flag("--owner <name>", "a person, alias or role"),
    flag("--milestone <slug>", "a milestone"),
    flag("--initiative <slug>", "an initiative"),
    flag("--depends <names>", "tasks it depends on, separated by commas: slugs or ids"),
    FORMAT,
  ],
  examples: [
    {
      line: 'tasks create fix-the-page --workstream infra --title "Fix the page" --owner dave --status ready',
      does: "a task that can be started",
    },
  ],
  run: create,
};

async function create(context: CommandContext): Promise<void> {
  const slug = context.argument ?? "";
  checkSlug(slug);
  const workstream = requiredText(context.flags, "workstream", EXAMPLE);
  const title = requiredText(context.flags, "title", EXAMPLE).trim();
  await editTask(context, "Created with", (opened) => make(opened, { slug, workstream, title }));
}

type Named = { readonly slug: string; readonly workstream: string; readonly title: string };

async function make({ flags, snapshot, writer }: OpenedEdit, named: Named): Promise<Edited> {
  const { slug, workstream } = named;
  const holder = snapshot.tasks.find((row) => row.slug === slug);
  if (holder !== undefined)
    throw new UserError({
      code: "edit_refused",
      message: `There is a task with that slug already: ${holder.file}.`,
      hint: "Choose another slug, or change that task with `tasks update`.",
    });
  const task = readTask(flags, named.title);
  const unknown =
    findUnknownWorkstream(snapshot, workstream) ??
    findUnknownName(snapshot, {
      key: slug,
      workstream,
      // Slugs that differ only in - and _ would share an id, and it could name neither.
      id: defaultTaskId(workstream, slug),
      dependencies: task.dependencies,
      ...(task.owner !== null && { owner: task.owner }),
      ...(task.milestone !== null && { milestone: task.milestone }),
      ...(task.initiative !== null && { initiative: task.initiative }),
    });
  if (unknown !== null) throw editRefused(unknown);
  const file = `tasks/workstreams/${workstream}/tasks/${slug}.md` as RelativePath;
  const text = newTaskText(task);
  const parsed = parseTask(file, text);
  const [problem] = parsed.problems;
  if (problem !== undefined) throw editRefused(problem);
  await createTaskFile({ writer }, { file, text });
  return { task: slug, file, changed: Object.keys(parsed.spec.lines) };
}

/** The values of all flags, each checked as the parser of the file would. */
function readTask(flags: Flags, title: string): NewTask {
  const status = textFlag(flags, "status") ?? "not_started";
  if (status === "completed")
    throw usage(
      "A new task cannot be completed yet.",
      "Create it, then `tasks complete` it: that asks who did it, when, and about its gates.",
    );
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
  throw usage(
    `${quote(slug)} cannot be a new task's slug.`,
    `${suggestion}A slug is lower case, digits and dashes, at most 100 characters: it names the file, the branch and the worktree.`,
  );
}

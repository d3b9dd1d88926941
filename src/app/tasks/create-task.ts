// Creates a task file from the template, for the command line and for agents: every value is checked first, as the parser
// of the file would, and nothing is ever overwritten.

import type { Snapshot } from "../../core/contract/snapshot.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { findUnknownName, findUnknownWorkstream } from "../../core/links/check-names.ts";
import { isNewSlug, type NewTask, newTaskText, slugFrom } from "../../core/task/new-task-text.ts";
import { parseTask } from "../../core/task/parse-task.ts";
import { defaultTaskId } from "../../core/task/task-id.ts";
import { readValue } from "../../core/task/task-values.ts";
import { quote } from "../../core/text/quote.ts";
import { editRefused } from "./edit-refused.ts";
import { createTaskFile, type EditContext } from "./edit-task.ts";

/** As typed; null and an empty list for what was not given. */
export type CreateRequest = {
  readonly slug: string;
  readonly workstream: string;
  readonly title: string;
  readonly status: string | null;
  readonly priority: string | null;
  readonly description: string | null;
  readonly milestone: string | null;
  readonly initiative: string | null;
  readonly owner: string | null;
  readonly dependencies: readonly string[];
};

export type CreateContext = EditContext & { readonly snapshot: Snapshot };

/** What an edit of one task file did. */
export type Edited = {
  /** The task's key. */
  readonly task: string;
  readonly file: string;
  /** Names of the keys and gates that changed. */
  readonly changed: readonly string[];
};

/** A file that can be written as it is. */
export type PlannedTask = Edited & { readonly text: string };

/**
 * `discoveredFrom`: the task whose worker proposes this one, or null. Throws UserError `usage` for a slug or status that
 * cannot be, `edit_refused` for a name that is unknown or taken.
 */
export function planTask(
  snapshot: Snapshot,
  request: CreateRequest,
  discoveredFrom: string | null,
): PlannedTask {
  const { slug, workstream } = request;
  checkSlug(slug);
  checkFree(snapshot, slug);
  const task = { ...readTask(request), discoveredFrom };
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
  return { task: slug, file, changed: Object.keys(parsed.spec.lines), text };
}

/** Writes a planned task. Throws UserError `edit_refused` or `file_not_written`. */
export async function writePlannedTask(context: EditContext, planned: PlannedTask): Promise<Edited> {
  const { task, file, changed, text } = planned;
  await createTaskFile(context, { file: file as RelativePath, text });
  return { task, file, changed };
}

export async function createTask(
  { snapshot, ...context }: CreateContext,
  request: CreateRequest,
): Promise<Edited> {
  return await writePlannedTask(context, planTask(snapshot, request, null));
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

function checkFree(snapshot: Snapshot, slug: string): void {
  const holder = snapshot.tasks.find((row) => row.slug === slug);
  if (holder === undefined) return;
  throw new UserError({
    code: "edit_refused",
    message: `There is a task with that slug already: ${holder.file}.`,
    hint: "Choose another slug, or change that task with `tasks update`.",
  });
}

/** The values, each checked as the parser of the file would. */
function readTask(request: CreateRequest): Omit<NewTask, "discoveredFrom"> {
  const { title, priority, description, milestone, initiative, owner, dependencies } = request;
  const status = request.status ?? "not_started";
  if (status === "completed")
    throw new UserError({
      code: "usage",
      message: "A new task cannot be completed yet.",
      hint: "Create it, then `tasks complete` it: that asks who did it, when, and about its gates.",
    });
  const values = { title, status, priority, description };
  for (const [key, value] of Object.entries(values)) {
    const read = value === null ? null : readValue(key, value, { anyKey: false });
    if (read?.kind === "refused") throw editRefused(read);
  }
  return {
    ...values,
    status: status as NewTask["status"],
    priority: priority as NewTask["priority"],
    milestone,
    initiative,
    owner,
    dependencies,
  };
}

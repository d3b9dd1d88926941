// A person accepts or drops a task that a worker proposed (ADR 33). Both are edits of its file: what was decided, and by whom,
// belongs to the tasks, and other clones see it.

import { type Refusal, refusal } from "../../core/contract/refusal.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import type { TaskEdit } from "../../core/task/edit-task.ts";
import { parseTask } from "../../core/task/parse-task.ts";
import { inSentence } from "../../core/text/listed.ts";
import type { Edited } from "./create-task.ts";
import { type EditContext, editTaskFile } from "./edit-task.ts";

export type Decision = "accepted" | "dropped";

/** As far as a decision needs to know it. */
export type ProposedTask = { readonly key: string; readonly file: string };

export type Decided = ({ readonly kind: "decided" } & Edited) | Refusal;

/** Judged by the file as it is when it is written. Throws UserError as `editTaskFile` does. */
export async function decideProposal(
  context: EditContext,
  { key, file }: ProposedTask,
  { decision, by }: { readonly decision: Decision; readonly by: string },
): Promise<Decided> {
  const path = file as RelativePath;
  let isProposal = false;
  const changed = await editTaskFile(context, path, (text) => {
    isProposal = parseTask(path, text).spec.proposedFrom !== null;
    return isProposal ? [decision === "accepted" ? set("accepted_by", by) : set("status", "cancelled")] : [];
  });
  return isProposal ? { kind: "decided", task: key, file, changed } : noProposal(key);
}

/** Refused once the task has been changed otherwise. */
export async function undecideProposal(
  context: EditContext,
  { key, file }: ProposedTask,
  decision: Decision,
): Promise<Decided> {
  const path = file as RelativePath;
  let isAsDecided = false;
  const changed = await editTaskFile(context, path, (text) => {
    const { spec } = parseTask(path, text);
    const isCancelled = spec.status === "cancelled" && "discovered_from" in spec.lines;
    const isAccepted = spec.status === "not_started" && "accepted_by" in spec.lines;
    isAsDecided = decision === "accepted" ? isAccepted : isCancelled;
    if (!isAsDecided) return [];
    return [decision === "accepted" ? { kind: "remove", key: "accepted_by" } : set("status", "not_started")];
  });
  if (isAsDecided) return { kind: "decided", task: key, file, changed };
  return refusal(
    `${inSentence(key)} has changed since.`,
    "`tasks update` changes its status; the page shows the current one.",
  );
}

function set(key: string, text: string): TaskEdit {
  return { kind: "text", key, text };
}

function noProposal(key: string): Refusal {
  return refusal(
    `${inSentence(key)} is no proposal that waits for a decision.`,
    "`tasks list --group needs_attention` shows what does.",
    "edit_refused",
  );
}

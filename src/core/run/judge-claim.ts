// Whether work on a task may start: one claim per task, by a supervised worker or by hand. The store enforces it (one open
// run per task); this words the refusal and names the right command.

import { type Refusal, refusal } from "../contract/refusal.ts";
import { hasEnded, type Run } from "../contract/run.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { isOpen } from "../contract/task.ts";
import { unreadableProblem, whyNotStarted } from "../problems/unreadable-file.ts";
import { inSentence } from "../text/listed.ts";
import { openQuestion } from "./open-question.ts";

export type ClaimVerdict =
  /** `supersedes`: an ended run that the new one replaces. */
  { readonly kind: "free"; readonly supersedes: Run | null } | Refusal;

type ClaimedTask = Pick<TaskRow, "key" | "slug" | "status" | "file">;

type StartedTask = ClaimedTask & Pick<TaskRow, "problems">;

/** For work by hand, wherever it is done. */
export function judgeClaim(task: ClaimedTask, open: Run | null): ClaimVerdict {
  if (!isOpen(task.status)) {
    const key = inSentence(task.key);
    return refusal(
      `${key} is ${task.status}.`,
      `Only open tasks can be claimed; \`tasks update ${key} status=ready\` reopens it.`,
    );
  }
  if (open === null || (hasEnded(open) && open.takenOver === null)) return { kind: "free", supersedes: open };
  return refusal(`${describeOpenRun(open)}.`, hintFor(open));
}

/** For a supervised worker, whose worktree and branch are named after the slug. */
export function judgeKickoff(task: StartedTask, open: Run | null): ClaimVerdict {
  const problem = unreadableProblem(task.problems);
  if (problem !== null) return refusal(whyNotStarted(problem), problem.hint);
  if (task.key === task.slug) return judgeClaim(task, open);
  return refusal(
    `Two task files share the slug ${inSentence(task.slug)}, which names the worktree and the branch.`,
    `Rename one of them; this one is ${task.file}.`,
  );
}

/** Who has a task, or the state of its run. */
export function describeOpenRun(run: Run): string {
  const key = inSentence(run.key);
  if (run.takenOver !== null) return `${inSentence(run.takenOver.by)} has taken over the work on ${key}`;
  switch (run.state) {
    case "queued":
      return `${key} is queued by ${inSentence(run.queued.by)}`;
    case "dispatching":
      return `The worker of ${key} is starting (attempt ${run.attempt})`;
    case "running":
      return run.kind === "by_hand"
        ? `${inSentence(run.workerName ?? run.queued.by)} has claimed ${key}`
        : `A worker is running on ${key} (attempt ${run.attempt}${run.host === null ? "" : `, host ${inSentence(run.host)}`})`;
    case "exited":
    case "failed":
    case "interrupted":
      return openQuestion(run) === null
        ? `The worker of ${key} has ended (${run.state})`
        : `The worker of ${key} has asked a question and ended`;
    case "closed":
      return `The run of ${key} is closed`;
  }
}

/** The command that was probably meant. */
export function hintFor(run: Run): string {
  const key = inSentence(run.key);
  if (run.takenOver !== null)
    return `\`tasks take ${key} --then hand-back\` hands it back to its worker; \`tasks stop ${key}\` ends it.`;
  switch (run.state) {
    case "queued":
      return `It starts when its turn comes, or now with \`tasks dispatch\`; \`tasks stop ${key}\` removes it from the queue.`;
    case "dispatching":
    case "running":
      return run.kind === "by_hand"
        ? `\`tasks release ${key}\` releases the claim.`
        : `\`tasks continue ${key} --prompt "…"\` messages its worker; \`tasks stop ${key}\` stops it.`;
    case "exited":
    case "failed":
    case "interrupted":
      return openQuestion(run) === null
        ? `\`tasks continue ${key} --prompt "…"\` resumes it; \`tasks kickoff ${key}\` starts over.`
        : `\`tasks answer ${key} "…"\` resumes it.`;
    case "closed":
      return `\`tasks kickoff ${key}\` starts a new one.`;
  }
}

// Whether somebody may begin to work on a task: one claim per task, by a worker of ours or by hand. The store has the
// last word (its one open run per task); this is how a refusal is told, and what the right command would have been.

import { type Refusal, refusal } from "../contract/refusal.ts";
import { hasEnded, type Run } from "../contract/run.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { isOpen } from "../contract/task.ts";
import { unreadableProblem, whyNotStarted } from "../problems/unreadable-file.ts";
import { inSentence } from "../text/listed.ts";
import { openQuestion } from "./open-question.ts";

export type ClaimVerdict =
  /** `supersedes`: an ended run that the new one takes the place of. */
  { readonly kind: "free"; readonly supersedes: Run | null } | Refusal;

type ClaimedTask = Pick<TaskRow, "key" | "slug" | "status" | "file">;

type StartedTask = ClaimedTask & Pick<TaskRow, "problems">;

/** For work by hand, wherever it is done. */
export function judgeClaim(task: ClaimedTask, open: Run | null): ClaimVerdict {
  if (!isOpen(task.status)) {
    const key = inSentence(task.key);
    return refusal(
      `${key} is ${task.status}.`,
      `Only open tasks are worked on; \`tasks update ${key} status=ready\` opens it again.`,
    );
  }
  if (open === null || hasEnded(open)) return { kind: "free", supersedes: open };
  return refusal(`${describeOpenRun(open)}.`, hintFor(open));
}

/** For a worker of ours, which needs a worktree and a branch of the task's own. */
export function judgeKickoff(task: StartedTask, open: Run | null): ClaimVerdict {
  const flaw = unreadableProblem(task.problems);
  if (flaw !== null) return refusal(whyNotStarted(flaw), flaw.hint);
  if (task.key === task.slug) return judgeClaim(task, open);
  return refusal(
    `Two task files share the slug ${inSentence(task.slug)}, and worktree and branch are named by it.`,
    `Rename one of them; this one is ${task.file}.`,
  );
}

/** Who has a task, or how its run stands: "fix-ci is running, attempt 2 on desk". */
export function describeOpenRun(run: Run): string {
  const key = inSentence(run.key);
  switch (run.state) {
    case "queued":
      return `${key} is queued by ${inSentence(run.queued.by)}`;
    case "dispatching":
      return `The worker of ${key} is being started, attempt ${run.attempt}`;
    case "running":
      return run.kind === "by_hand"
        ? `${inSentence(run.workerName ?? run.queued.by)} works on ${key} by hand`
        : `A worker is at work on ${key}, attempt ${run.attempt}${run.host === null ? "" : ` on ${inSentence(run.host)}`}`;
    case "exited":
    case "failed":
    case "interrupted":
      return openQuestion(run) === null
        ? `The worker of ${key} has ended (${run.state})`
        : `The worker of ${key} has asked something and ended`;
    case "closed":
      return `The run of ${key} is closed`;
  }
}

/** The command that does what was probably meant. */
export function hintFor(run: Run): string {
  const key = inSentence(run.key);
  switch (run.state) {
    case "queued":
      return `It is started when its turn comes, or at once by \`tasks dispatch\`; \`tasks stop ${key}\` takes it out of the line.`;
    case "dispatching":
    case "running":
      return run.kind === "by_hand"
        ? `\`tasks release ${key}\` gives the claim back.`
        : `\`tasks continue ${key} --prompt "…"\` tells its worker more; \`tasks stop ${key}\` ends it.`;
    case "exited":
    case "failed":
    case "interrupted":
      return openQuestion(run) === null
        ? `\`tasks continue ${key} --prompt "…"\` goes on with it; \`tasks kickoff ${key}\` begins anew.`
        : `\`tasks answer ${key} "…"\` continues it.`;
    case "closed":
      return `\`tasks kickoff ${key}\` begins a new one.`;
  }
}

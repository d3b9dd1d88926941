// The classifier: an ordered list of small rules, of which the first that matches decides the group. Every fact a rule
// looks at is a field of the row it produces, so the same list explains a stored row later (explain.ts).
//
// A run overrides the status in the file, which may be out of date. Only a status of completed or cancelled and a merged
// pull request override the run.

import type { PullRequestView } from "../contract/pull-request-view.ts";
import type { RunView } from "../contract/run-view.ts";
import { type Group, MERGED_RULE, type TaskRow } from "../contract/snapshot.ts";
import { pullRequestWords } from "../pull-request/pull-request-words.ts";
import { resumedAfterMerge } from "../pull-request/resumed-after-merge.ts";
import { endWords, failureWords } from "../run/attempt-end.ts";
import { openQuestion } from "../run/open-question.ts";
import { inSentence } from "../text/listed.ts";
import { quote } from "../text/quote.ts";

/** What rules may look at. */
export type RuleFacts = Pick<
  TaskRow,
  "status" | "dependencies" | "completed" | "completed_by" | "signals" | "run" | "pull_request"
>;

export type Rule = {
  /** Permanent: stored in rows and shown in small print. */
  readonly id: string;
  readonly group: Group;
  /** When it matches, in plain words. */
  readonly when: string;
  /** The reason people read when it matches, else null. */
  readonly match: (facts: RuleFacts) => string | null;
  /** Why it did not match, for the explanation. */
  readonly miss: (facts: RuleFacts) => string;
};

const completed: Rule = {
  id: "completed",
  group: "done",
  when: "the status is completed",
  match: (facts) => (facts.status === "completed" ? completion(facts) : null),
  miss: statusIs,
};

const cancelled: Rule = {
  id: "cancelled",
  group: "done",
  when: "the status is cancelled",
  match: ({ status }) => (status === "cancelled" ? "cancelled" : null),
  miss: statusIs,
};

const merged: Rule = {
  id: MERGED_RULE,
  group: "done",
  when: "its pull request was merged into the base, and no run was queued since",
  match: ({ pull_request: pullRequest, run, status }) => {
    if (pullRequest?.merge?.as !== "delivered" || resumedAfterMerge(pullRequest, run)) return null;
    return `merged as #${pullRequest.number}; the file still says ${statusWords(status)}`;
  },
  miss: pullRequestIs,
};

/** The only rule that looks at signals. */
export const NEEDS_PERSON: Rule & { match: (facts: Pick<RuleFacts, "signals">) => string | null } = {
  id: "needs_person",
  group: "needs_attention",
  when: "an open signal needs a person and is not acknowledged",
  match: ({ signals }) => {
    const urgent = signals.filter(({ tier, acknowledged }) => tier === 2 && acknowledged === null);
    const [first] = urgent;
    if (first === undefined) return null;
    return urgent.length === 1 ? first.sentence : `${first.sentence} (and ${urgent.length - 1} more)`;
  },
  miss: () => "no open signal needs a person",
};

const beingWorkedOn: Rule = {
  id: "being_worked_on",
  group: "active",
  when: "its worker has been started, or a person has claimed it",
  match: ({ run }) => {
    if (run?.state === "dispatching") return `starting worker (attempt ${run.attempt})`;
    if (run?.state !== "running") return null;
    if (run.kind === "by_hand") return `claimed by ${run.worker_name ?? run.queued_by}`;
    return `${run.worker_name ?? "worker"} running (attempt ${run.attempt})`;
  },
  miss: runIs,
};

const takenOver: Rule = {
  id: "taken_over",
  group: "active",
  when: "a person has taken over the session of its worker",
  match: ({ run }) => (run?.taken_over == null ? null : `taken over by ${run.taken_over.by}`),
  miss: (facts) => (facts.run === null ? runIs(facts) : "no one has taken it over"),
};

const waitsForAnswer: Rule = {
  id: "waits_for_answer",
  group: "active",
  when: "its worker asked a question and ended; the answer resumes it",
  match: ({ run }) => (hasEnded(run) && openQuestion(run) !== null ? "worker waiting for an answer" : null),
  miss: runIs,
};

const draftPullRequest: Rule = {
  id: "draft_pull_request",
  group: "active",
  when: "its pull request is a draft, and its worker has not ended",
  match: ({ pull_request: pullRequest, run }) =>
    pullRequest?.state === "open" && pullRequest.draft && !hasEnded(run)
      ? `#${pullRequest.number} is still a draft`
      : null,
  miss: pullRequestIs,
};

const openPullRequest: Rule = {
  id: "open_pull_request",
  group: "in_review",
  when: "its pull request is open",
  match: ({ pull_request: pullRequest, run }) =>
    pullRequest === null || pullRequest.waits === null
      ? null
      : `#${pullRequest.number} ${pullRequestWords(pullRequest)}${decidedAlone(run)}`,
  miss: pullRequestIs,
};

/** Never ready: whether to start such a task again is a person's decision. */
const mergedElsewhere: Rule = {
  id: "merged_elsewhere",
  group: "waiting",
  when: "its pull request was merged into a branch that is not in the base yet",
  match: (facts) => stillMerged(facts, "elsewhere"),
  miss: pullRequestIs,
};

const reverted: Rule = {
  id: "reverted",
  group: "waiting",
  when: "its pull request was merged and then reverted, and no run was queued since",
  match: (facts) => stillMerged(facts, "reverted"),
  miss: pullRequestIs,
};

const finishedWork: Rule = {
  id: "finished_work",
  group: "in_review",
  when: "its worker finished and reported done",
  match: ({ run, pull_request: pullRequest }) => {
    if (!hasEnded(run) || run.outcome?.kind !== "done") return null;
    const who = run.worker_name ?? "worker";
    return `${who} finished${commitsOf(run)}${besides(pullRequest)}: ready for your review${decidedAlone(run)}`;
  },
  miss: runIs,
};

const endedWithoutWord: Rule = {
  id: "ended_without_outcome",
  group: "in_review",
  when: "its worker ended without an error and without reporting an outcome",
  match: ({ run }) =>
    run?.state === "exited" && run.outcome === null
      ? `${run.worker_name ?? "worker"} ended without reporting an outcome${commitsOf(run)}${decidedAlone(run)}`
      : null,
  miss: runIs,
};

const workerBlocked: Rule = {
  id: "worker_blocked",
  group: "waiting",
  when: "its worker ended and reported that it is blocked",
  match: ({ run }) =>
    hasEnded(run) && run.outcome?.kind === "blocked" ? `worker blocked: ${run.outcome.note}` : null,
  miss: runIs,
};

const nextAttempt: Rule = {
  id: "next_attempt",
  group: "ready",
  when: "an attempt failed and attempts are left",
  match: ({ run }) => {
    if (!hasEnded(run) || run.state === "exited" || run.failures_in_row === 0) return null;
    if (run.failures_in_row >= run.attempts_max || wasStopped(run)) return null;
    return failedAttempt(run);
  },
  miss: runIs,
};

const attemptsUsedUp: Rule = {
  id: "attempts_used_up",
  group: "waiting",
  when: "all attempts failed, or its worker was stopped by a person",
  match: ({ run }) => {
    if (!hasEnded(run) || run.state === "exited") return null;
    if (run.failures_in_row >= run.attempts_max)
      return `all ${run.attempts_max} attempts failed (${failureWords(run)})`;
    return `${endWords(run.last_end)}; \`tasks continue\` resumes it`;
  },
  miss: runIs,
};

/** It has been worked on, and continues on its own. */
const held: Rule = {
  id: "held",
  group: "active",
  when: "its run waits for a limit, an outage or something its worker named, without a slot",
  match: ({ run, dependencies }) =>
    run?.state === "queued" && run.held !== null && unfinished(dependencies).length === 0
      ? lowerFirst(run.held.sentence)
      : null,
  miss: runIs,
};

const queued: Rule = {
  id: "queued",
  group: "ready",
  when: "it is queued and all dependencies are completed",
  match: ({ run, dependencies }) => {
    if (run?.state !== "queued" || unfinished(dependencies).length > 0) return null;
    if (run.failures_in_row > 0) return failedAttempt(run);
    return `queued by ${run.queued_by}`;
  },
  miss: runIs,
};

const queuedBehindTasks: Rule = {
  id: "queued_behind_tasks",
  group: "waiting",
  when: "it is queued and a dependency is not completed",
  match: ({ run, dependencies }) =>
    run?.state === "queued" ? `queued by ${run.queued_by}; ${blockedBy(dependencies)}` : null,
  miss: runIs,
};

const inProgress: Rule = {
  id: "in_progress",
  group: "active",
  when: "the status is in_progress",
  match: ({ status, pull_request: pullRequest }) =>
    status === "in_progress" ? `in progress${besides(pullRequest)}` : null,
  miss: statusIs,
};

const ready: Rule = {
  id: "ready",
  group: "ready",
  when: "the status is ready and all dependencies are completed",
  match: ({ status, dependencies, pull_request: pullRequest }) => {
    if (status !== "ready" || unfinished(dependencies).length > 0) return null;
    const free = dependencies.length === 0 ? "no dependencies" : allCompleted(dependencies.length);
    return `ready, ${free}${doubtful(pullRequest)}`;
  },
  miss: (facts) => (facts.status === "ready" ? blockedBy(facts.dependencies) : statusIs(facts)),
};

const waitingOnTasks: Rule = {
  id: "waiting_on_tasks",
  group: "waiting",
  when: "the status is ready and a dependency is not completed",
  match: ({ status, dependencies }) =>
    status === "ready" && unfinished(dependencies).length > 0 ? blockedBy(dependencies) : null,
  miss: statusIs,
};

const blockedByHand: Rule = {
  id: "blocked_by_hand",
  group: "waiting",
  when: "the status is blocked",
  match: ({ status }) => (status === "blocked" ? "marked blocked" : null),
  miss: statusIs,
};

const planned: Rule = {
  id: "planned",
  group: "planned",
  when: "no other rule matches, or the status cannot be read",
  match: ({ status }) => (status === null ? "its status cannot be read" : "not started"),
  miss: () => "",
};

/** In order: the first that matches decides. The last matches everything. */
export const RULES: readonly [Rule, ...Rule[]] = [
  completed,
  cancelled,
  merged,
  NEEDS_PERSON,
  beingWorkedOn,
  takenOver,
  waitsForAnswer,
  workerBlocked,
  held,
  queued,
  queuedBehindTasks,
  draftPullRequest,
  openPullRequest,
  reverted,
  mergedElsewhere,
  finishedWork,
  endedWithoutWord,
  nextAttempt,
  attemptsUsedUp,
  inProgress,
  ready,
  waitingOnTasks,
  blockedByHand,
  planned,
];

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function statusIs({ status }: RuleFacts): string {
  return status === null ? "the status cannot be read" : `the status is ${status}`;
}

function pullRequestIs({ pull_request: pullRequest, run }: RuleFacts): string {
  if (pullRequest === null) return "no known pull request";
  const { number, state, draft, merge } = pullRequest;
  if (state === "merged" && resumedAfterMerge(pullRequest, run))
    return `work resumed after #${number} was merged`;
  if (merge !== null && merge.as !== "delivered") return `#${number} was ${merge.words}`;
  return `#${number} is ${state === "open" && draft ? "a draft" : state}`;
}

function stillMerged(
  { pull_request: pullRequest, run }: RuleFacts,
  as: "elsewhere" | "reverted",
): string | null {
  if (pullRequest?.merge?.as !== as || resumedAfterMerge(pullRequest, run)) return null;
  return `#${pullRequest.number} was ${pullRequest.merge.words}`;
}

/** A pull request that did not bring the task's work anywhere. */
function besides(pullRequest: PullRequestView | null): string {
  if (pullRequest?.state === "closed") return `; #${pullRequest.number} was ${pullRequestWords(pullRequest)}`;
  return doubtful(pullRequest);
}

/** A merge that does not count as the task's. */
function doubtful(pullRequest: PullRequestView | null): string {
  const merge = pullRequest?.merge ?? null;
  if (pullRequest === null || (merge?.as !== "earlier" && merge?.as !== "ambiguous")) return "";
  return `; #${pullRequest.number} was ${merge.words}`;
}

function statusWords(status: TaskRow["status"]): string {
  return status === null ? "nothing that can be read" : status.replaceAll("_", " ");
}

function runIs({ run }: RuleFacts): string {
  if (run === null) return "it has no run";
  const outcome = run.outcome === null ? "" : `, its worker reported ${run.outcome.kind}`;
  return `its run is ${run.state}${outcome}`;
}

/** "attempt 2 of 3 failed (exit code 2)". */
function failedAttempt(run: RunView): string {
  return `attempt ${run.failures_in_row} of ${run.attempts_max} failed (${failureWords(run)})`;
}

function wasStopped({ last_end: end, ending }: RunView): boolean {
  return ending?.kind === "stop" || (end?.startsWith("was stopped") ?? false);
}

function hasEnded(run: RunView | null): run is RunView {
  return run?.state === "exited" || run?.state === "failed" || run?.state === "interrupted";
}

function commitsOf({ commits, branch, checked_out: other }: RunView): string {
  if (commits === null || branch === null) return "";
  const where = other === null ? branch : (other.branch ?? "no branch");
  const found = `, ${commits === 1 ? "1 commit" : `${commits} commits`} on ${where}`;
  if (other === null) return found;
  const { own_commits: own } = other;
  return `${found}; its own branch ${own === null ? `is ${branch}` : `${branch} has ${own === 0 ? "none" : own}`}`;
}

const DECISIONS_SHOWN = 3;

/** What its worker decided because no one answered in time: a reviewer should know. */
function decidedAlone(run: RunView | null): string {
  const answers = run?.decided_alone.slice(-DECISIONS_SHOWN).map(({ answer }) => quote(answer)) ?? [];
  return answers.length === 0 ? "" : `; decided alone: ${answers.join(", ")}`;
}

function completion({ completed_by: by, completed: date }: RuleFacts): string {
  return `completed${by === null ? "" : ` by ${by}`}${date === null ? "" : ` on ${date}`}`;
}

function allCompleted(count: number): string {
  return count === 1 ? "dependency completed" : `all ${count} dependencies completed`;
}

function unfinished(dependencies: RuleFacts["dependencies"]): RuleFacts["dependencies"] {
  return dependencies.filter(({ state }) => state !== "finished");
}

/** Dependencies named in a reason before the rest is only counted. */
const NAMED_DEPENDENCIES = 3;

/** "blocked by 1 of 2 dependencies: fix-the-thing"; "blocked by fix-the-thing, which doesn't exist". */
function blockedBy(dependencies: RuleFacts["dependencies"]): string {
  const open = unfinished(dependencies);
  const [only] = open;
  if (only?.state === "missing" && dependencies.length === 1)
    return `blocked by ${inSentence(only.reference)}, which doesn't exist`;
  const names = open.slice(0, NAMED_DEPENDENCIES).map(({ key, reference, state }) => {
    const name = inSentence(key ?? reference);
    return state === "unfinished" ? name : `${name} (${state})`;
  });
  if (open.length > names.length) names.push(`${open.length - names.length} more`);
  const share =
    open.length === dependencies.length ? "" : `${open.length} of ${dependencies.length} dependencies: `;
  return `blocked by ${share}${names.join(", ")}`;
}

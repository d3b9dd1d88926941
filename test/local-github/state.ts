// What the local GitHub knows: repositories, their pull requests, and what happened to them. Plain records, changed by
// plain functions as people and machines would change them; no I/O, and the time is the repository's own `now`.
// Checks have their own file, checks.ts.

import type { MergeableState, PullRequestState } from "../../src/core/pull-request/pull-request.ts";

export type LocalRepository = {
  /** Stays when it is renamed: REST redirects to `/repositories/<id>`. */
  readonly id: number;
  nameWithOwner: string;
  readonly formerNames: string[];
  readonly defaultBranch: string;
  /** A rule of the branch. Without it `reviewDecision` is null, whatever reviewers said; so it is at GitHub. */
  requiresReview: boolean;
  /** A rule of the branch: what lacks commits of its base is BEHIND. */
  requiresUpToDate: boolean;
  /** Logins that may see it; null for everybody. Others are told that it does not exist. */
  visibleTo: readonly string[] | null;
  readonly pullRequests: LocalPullRequest[];
  /** Of GitHub Actions, oldest first. */
  readonly workflowRuns: LocalWorkflowRun[];
  /** Counts commits, checks and workflow runs, so that their ids differ. */
  idsGiven: number;
  readonly now: () => number;
};

export type LocalPullRequest = {
  readonly repository: LocalRepository;
  readonly number: number;
  title: string;
  /** Null for somebody who has left; `name[bot]` for a bot. */
  readonly author: string | null;
  state: PullRequestState;
  draft: boolean;
  readonly branch: string;
  branchDeleted: boolean;
  /** Whose copy of the repository the branch lies in; null when it is this one. */
  readonly fork: string | null;
  readonly base: string;
  baseDeleted: boolean;
  /** Oldest first; the last is the head. Never empty. */
  commits: readonly LocalCommit[];
  /** Commits of the base that it lacks. */
  behindBy: number;
  mergeable: MergeableState;
  readonly createdAtMs: number;
  updatedAtMs: number;
  mergedAtMs: number | null;
  mergedBy: string | null;
  closedAtMs: number | null;
  labels: readonly string[];
  /** Logins, or `team/<slug>`. */
  reviewRequests: readonly string[];
  readonly reviews: LocalReview[];
  readonly checks: LocalCheck[];
  readonly events: LocalEvent[];
};

export type LocalCommit = {
  readonly oid: string;
  /** As the author's clock had it; a rebase or a late push makes it older than the push. */
  readonly committedAtMs: number;
  readonly pushedAtMs: number;
};

export type LocalReview = {
  readonly author: string;
  readonly state: "approved" | "changes_requested" | "commented" | "dismissed";
  readonly submittedAtMs: number;
};

export type LocalCheck = {
  readonly id: number;
  readonly commit: string;
  readonly name: string;
  /** A check run of GitHub Actions or of another app, or a commit status ("StatusContext"). */
  readonly kind: "check_run" | "status";
  /** `github-actions` for a check run of a workflow; null for a status. */
  readonly app: string | null;
  readonly workflowRun: LocalWorkflowRun | null;
  /** In GitHub's words, lower case. For a status `completed` once it is not pending. */
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  readonly url: string | null;
  readonly createdAtMs: number;
  startedAtMs: number | null;
  completedAtMs: number | null;
};

export type LocalWorkflowRun = {
  readonly id: number;
  readonly workflow: string;
  readonly branch: string;
  readonly commit: string;
  /** Owner of the copy that the branch lies in; null for the repository itself. */
  readonly fork: string | null;
  attempt: number;
  readonly createdAtMs: number;
  updatedAtMs: number;
};

export type LocalEvent = {
  /** The GraphQL type: `ReadyForReviewEvent`. */
  readonly type: string;
  readonly actor: string | null;
  readonly atMs: number;
  readonly reviewer?: string;
  readonly before?: string;
  readonly after?: string;
};

/** A repository without pull requests; its rules may be set afterwards. */
export function createRepository(id: number, nameWithOwner: string, now: () => number): LocalRepository {
  return {
    id,
    nameWithOwner,
    now,
    formerNames: [],
    defaultBranch: "main",
    requiresReview: false,
    requiresUpToDate: false,
    visibleTo: null,
    pullRequests: [],
    workflowRuns: [],
    idsGiven: 0,
  };
}

/** The old name leads to it from now on. */
export function renameRepository(repository: LocalRepository, nameWithOwner: string): void {
  repository.formerNames.push(repository.nameWithOwner);
  repository.nameWithOwner = nameWithOwner;
}

export type OpenedPullRequest = {
  readonly branch: string;
  readonly number?: number;
  readonly title?: string;
  readonly author?: string | null;
  readonly draft?: boolean;
  readonly fork?: string;
  readonly base?: string;
  readonly labels?: readonly string[];
  /** Of its head commit; made up when absent. */
  readonly commit?: string;
};

/** Opens a pull request; whatever is not said is ordinary: ready, by "mona", one commit, nothing to wait for. */
export function openPullRequest(repository: LocalRepository, opened: OpenedPullRequest): LocalPullRequest {
  const atMs = repository.now();
  const last = Math.max(0, ...repository.pullRequests.map(({ number }) => number));
  const pull: LocalPullRequest = {
    repository,
    number: opened.number ?? last + 1,
    title: opened.title ?? `Change ${opened.branch}`,
    author: opened.author === undefined ? "mona" : opened.author,
    state: "open",
    draft: opened.draft ?? false,
    branch: opened.branch,
    fork: opened.fork ?? null,
    base: opened.base ?? repository.defaultBranch,
    ...{ branchDeleted: false, baseDeleted: false, behindBy: 0, mergeable: "clean" },
    commits: [newCommit(repository, opened.commit, atMs)],
    ...{ createdAtMs: atMs, updatedAtMs: atMs, mergedAtMs: null, mergedBy: null, closedAtMs: null },
    labels: opened.labels ?? [],
    ...{ reviewRequests: [], reviews: [], checks: [], events: [] },
  };
  repository.pullRequests.push(pull);
  return pull;
}

type Pushed = {
  /** Replaces what was pushed before; the events tell of it. */
  readonly force?: boolean;
  readonly commit?: string;
  /** When it was made; now unless said. */
  readonly committedAtMs?: number;
};

/** A new head commit. Its checks are yet to come, and reviews stay. */
export function push(pull: LocalPullRequest, { force = false, commit, committedAtMs }: Pushed = {}): void {
  const before = headCommit(pull).oid;
  const added = newCommit(pull.repository, commit, committedAtMs ?? pull.repository.now());
  pull.commits = force ? [added] : [...pull.commits, added];
  if (force) happened(pull, "HeadRefForcePushedEvent", { before, after: added.oid });
  pull.updatedAtMs = pull.repository.now();
}

/** So many commits reach the base branch: whoever is open lacks them. That is not an update of theirs. */
export function pushToBase(repository: LocalRepository, base = repository.defaultBranch, commits = 1): void {
  for (const pull of repository.pullRequests) {
    if (pull.state === "open" && pull.base === base) pull.behindBy += commits;
  }
}

/** Merges the base into the branch, or rebases it with `force`. */
export function updateBranch(pull: LocalPullRequest, pushed: Pushed = {}): void {
  pull.behindBy = 0;
  push(pull, pushed);
}

/** Whether the host finds a conflict; `unknown` while it is still finding out. Not an update of the pull request. */
export function setMergeable(pull: LocalPullRequest, mergeable: MergeableState): void {
  pull.mergeable = mergeable;
}

export function setDraft(pull: LocalPullRequest, draft: boolean): void {
  pull.draft = draft;
  happened(pull, draft ? "ConvertToDraftEvent" : "ReadyForReviewEvent");
}

/** Asks a login or `team/<slug>` for a review, also again. */
export function requestReview(pull: LocalPullRequest, reviewer: string): void {
  pull.reviewRequests = [...new Set([...pull.reviewRequests, reviewer])];
  happened(pull, "ReviewRequestedEvent", { reviewer });
}

/** Answers the request, if there was one. */
export function review(pull: LocalPullRequest, author: string, state: LocalReview["state"]): void {
  pull.reviews.push({ author, state, submittedAtMs: pull.repository.now() });
  pull.reviewRequests = pull.reviewRequests.filter((reviewer) => reviewer !== author);
  pull.updatedAtMs = pull.repository.now();
}

export function setLabels(pull: LocalPullRequest, labels: readonly string[]): void {
  pull.labels = labels;
  pull.updatedAtMs = pull.repository.now();
}

/** Merged also counts as closed; whoever else is open on that base lacks its commits. */
export function merge(pull: LocalPullRequest, by = "mona"): void {
  pull.state = "merged";
  pull.mergedAtMs = pull.closedAtMs = pull.repository.now();
  pull.mergedBy = by;
  happened(pull, "MergedEvent", { actor: by });
  pushToBase(pull.repository, pull.base, pull.commits.length);
}

export function closePullRequest(pull: LocalPullRequest): void {
  pull.state = "closed";
  pull.closedAtMs = pull.repository.now();
  happened(pull, "ClosedEvent");
}

export function reopen(pull: LocalPullRequest): void {
  pull.state = "open";
  pull.closedAtMs = null;
  happened(pull, "ReopenedEvent");
}

/** Deletes the head branch; a pull request that is open is closed by it. */
export function deleteBranch(pull: LocalPullRequest): void {
  pull.branchDeleted = true;
  if (pull.state === "open") closePullRequest(pull);
  happened(pull, "HeadRefDeletedEvent");
}

export function headCommit(pull: LocalPullRequest): LocalCommit {
  const last = pull.commits.at(-1);
  if (last === undefined) throw new Error(`pull request ${pull.number} has no commit`);
  return last;
}

function happened(pull: LocalPullRequest, type: string, more: Partial<LocalEvent> = {}): void {
  const atMs = pull.repository.now();
  pull.events.push({ type, actor: pull.author, atMs, ...more });
  pull.updatedAtMs = atMs;
}

function newCommit(repository: LocalRepository, oid: string | undefined, committedAtMs: number): LocalCommit {
  repository.idsGiven += 1;
  const madeUp = (repository.id * 0x10_0000 + repository.idsGiven).toString(16).padStart(8, "0").repeat(5);
  return { oid: oid ?? madeUp, committedAtMs, pushedAtMs: repository.now() };
}

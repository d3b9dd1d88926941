// What people and machines do to repositories and pull requests: plain functions that change plain records (records.ts).
// No I/O, and the time is the repository's own `now`. Checks have their own file, checks.ts.

import type { MergeableState } from "../../src/core/contract/pull-request.ts";
import type { LocalCommit, LocalEvent, LocalPullRequest, LocalRepository, LocalReview } from "./records.ts";

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
    requiredChecks: [],
    rulesetChecks: [],
    ...{ requiresResolvedThreads: false, requiresSignatures: false },
    outsiders: [],
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
  readonly body?: string;
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
    body: opened.body ?? "",
    author: opened.author === undefined ? "mona" : opened.author,
    state: "open",
    draft: opened.draft ?? false,
    branch: opened.branch,
    fork: opened.fork ?? null,
    base: opened.base ?? repository.defaultBranch,
    ...{ branchDeleted: false, forkDeleted: false, baseDeleted: false, behindBy: 0, mergeable: "clean" },
    ...{ blocked: false, queued: null, autoMerge: false, threads: [] },
    commits: [newCommit(repository, opened.commit)],
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
  const added = newCommit(pull.repository, commit, committedAtMs);
  pull.commits = force ? [added] : [...pull.commits, added];
  if (force) happened(pull, "HeadRefForcePushedEvent", { before, after: added.oid });
  pull.updatedAtMs = pull.repository.now();
}

/** That many commits reach the base branch; open pull requests lack them, which is not an update of theirs. */
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
  const commit = headCommit(pull).oid;
  pull.reviews.push({ author, state, commit, submittedAtMs: pull.repository.now() });
  pull.reviewRequests = pull.reviewRequests.filter((reviewer) => reviewer !== author);
  pull.updatedAtMs = pull.repository.now();
}

/** Into the merge queue, on in it, or with null out of it. */
export function setQueued(pull: LocalPullRequest, queued: LocalPullRequest["queued"]): void {
  pull.queued = queued;
  happened(pull, queued === null ? "RemovedFromMergeQueueEvent" : "AddedToMergeQueueEvent");
}

export function setAutoMerge(pull: LocalPullRequest, autoMerge: boolean): void {
  pull.autoMerge = autoMerge;
  happened(pull, autoMerge ? "AutoMergeEnabledEvent" : "AutoMergeDisabledEvent");
}

/** Blocks it without a reason that can be asked for; not an update of the pull request. */
export function setBlocked(pull: LocalPullRequest, blocked: boolean): void {
  pull.blocked = blocked;
}

/** Whether each review thread is resolved. */
export function setThreads(pull: LocalPullRequest, threads: readonly boolean[]): void {
  pull.threads = threads;
  pull.updatedAtMs = pull.repository.now();
}

export function changeBase(pull: LocalPullRequest, base: string): void {
  pull.base = base;
  happened(pull, "BaseRefChangedEvent");
}

/** What the button Revert of a merged one opens. */
export function openRevert(
  pull: LocalPullRequest,
  opened: Partial<OpenedPullRequest> = {},
): LocalPullRequest {
  const { repository, number, branch, title, base } = pull;
  return openPullRequest(repository, {
    branch: `revert-${number}-${branch}`,
    title: `Revert "${title}"`,
    body: `Reverts ${repository.nameWithOwner}#${number}`,
    base,
    ...opened,
  });
}

export function setLabels(pull: LocalPullRequest, labels: readonly string[]): void {
  pull.labels = labels;
  pull.updatedAtMs = pull.repository.now();
}

/** Merged also counts as closed; other open pull requests on that base lack its commits. */
export function merge(pull: LocalPullRequest, by = "mona"): void {
  pull.state = "merged";
  pull.mergedAtMs = pull.closedAtMs = pull.repository.now();
  pull.mergedBy = by;
  pull.queued = null;
  pull.autoMerge = false;
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

/** The copy of the repository that its branch lies in is gone, and so is the branch; what was opened stays open. */
export function deleteFork(pull: LocalPullRequest): void {
  pull.forkDeleted = pull.branchDeleted = true;
}

/** The branch it was to be merged into is gone. GitHub closes what is open on it. */
export function deleteBase(pull: LocalPullRequest): void {
  pull.baseDeleted = true;
  if (pull.state === "open") closePullRequest(pull);
}

/** The commit that it is about now. */
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

function newCommit(
  repository: LocalRepository,
  oid = makeUpCommit(repository),
  committedAtMs = repository.now(),
): LocalCommit {
  return { oid, committedAtMs, pushedAtMs: repository.now() };
}

/** A hash that no other commit of the repository has. */
export function makeUpCommit(repository: LocalRepository): string {
  repository.idsGiven += 1;
  return (repository.id * 0x10_0000 + repository.idsGiven).toString(16).padStart(8, "0").repeat(5);
}

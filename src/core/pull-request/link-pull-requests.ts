// Which pull request belongs to which task: by branch, else by the number or address in the task's file, which is a hint.
// The most specific branch wins: that of the task's run, then one that a pattern names exactly, then one that matches a
// pattern with a star.

import type { PullRequest } from "../contract/pull-request.ts";
import type { PullRequestHint, RelativePath } from "../contract/task.ts";
import type { LinkedTask } from "../links/link-tree.ts";
import type { RunFacts } from "../run/run-facts.ts";
import { sameValue } from "../values/same-value.ts";
import { type BranchPattern, branchesOfSlug, slugsOfBranch } from "./branch-pattern.ts";
import type { DeliveryRecord } from "./judge-delivery.ts";
import { isEarlier, judgeMerge, type Merges, type MergeVerdict, newest } from "./judge-merge.ts";
import type { PullRequestsInput } from "./pull-requests-input.ts";

/** The pull request of one task; the same object from build to build while nothing about it changed. */
export type PullRequestFacts = {
  readonly pullRequest: PullRequest;
  readonly linkedBy: "branch" | "hint";
  /** Other open ones of the same task: duplicate work. */
  readonly rivals: readonly PullRequest[];
  /** Null while it is not merged. */
  readonly merge: MergeVerdict | null;
  readonly deliveryRecord: DeliveryRecord | null;
};

export type LinkedPullRequests = ReadonlyMap<string, PullRequestFacts>;

export const NO_PULL_REQUESTS: LinkedPullRequests = new Map();

export type LinkInput = {
  readonly runs: ReadonlyMap<string, RunFacts>;
  readonly input: PullRequestsInput;
  /** When each committed file was added; null until git has been asked. */
  readonly addedDatesMs?: ReadonlyMap<RelativePath, number> | null;
  /** As git has it; the host's own word counts more. */
  readonly gitDefaultBranch?: string | null;
};

/** By key of the task. Equal parts of `before`, an earlier result, are kept, and all of it when nothing differs. */
export function linkPullRequests(
  tasks: readonly LinkedTask[],
  { runs, input, addedDatesMs = null, gitDefaultBranch = null }: LinkInput,
  before: LinkedPullRequests = NO_PULL_REQUESTS,
): LinkedPullRequests {
  if (input.known.length === 0) return NO_PULL_REQUESTS;
  const names = indexByName(input, gitDefaultBranch);
  const slugs = uniqueSlugs(tasks, names.bySlug);
  const linked = new Map<string, PullRequestFacts>();
  for (const task of tasks) {
    const run = runs.get(task.links.key);
    const startedMs = startOf(task, run, addedDatesMs);
    const facts = factsOf(task, { names, run, slugs, input, startedMs: startedMs });
    if (facts === null) continue;
    const old = before.get(task.links.key);
    linked.set(task.links.key, old !== undefined && sameValue(old, facts) ? old : facts);
  }
  return isSame(linked, before) ? before : linked;
}

function isSame(linked: LinkedPullRequests, before: LinkedPullRequests): boolean {
  if (linked.size !== before.size) return false;
  for (const [key, facts] of linked) if (before.get(key) !== facts) return false;
  return true;
}

/**
 * When the task started: its file was added to the repository or first seen here, or a run was queued, whichever came
 * first. A file in no commit is at least as old as its last change on disk. Before git has been asked this is unknown,
 * and no merge counts as older than its task.
 */
function startOf(
  { record: { stamp, firstSeenMs } }: LinkedTask,
  run: RunFacts | undefined,
  addedDatesMs: ReadonlyMap<RelativePath, number> | null,
): number {
  if (addedDatesMs === null) return Number.NEGATIVE_INFINITY;
  const queuedMs = run?.run.queued.atMs ?? Number.POSITIVE_INFINITY;
  return Math.min(addedDatesMs.get(stamp.path) ?? stamp.mtimeMs, firstSeenMs, queuedMs);
}

type Names = Merges & {
  readonly byHead: ReadonlyMap<string, readonly PullRequest[]>;
  readonly bySlug: ReadonlyMap<string, readonly PullRequest[]>;
  readonly byNumber: ReadonlyMap<number, PullRequest>;
};

/** Anyone may give the branch of a fork any name, so only a hint leads to one. */
function indexByName(
  { known, patterns, startBranch }: PullRequestsInput,
  gitDefaultBranch: string | null,
): Names {
  // A revert names a task's branch but is not the task's work.
  const own = known.filter(({ fork, reverts }) => !fork && reverts === null);
  const reverts = known.filter((one) => one.reverts !== null);
  return {
    startBranch,
    gitDefaultBranch,
    revertsOf: Map.groupBy(reverts, (one) => one.reverts ?? 0),
    byBranch: Map.groupBy(own, ({ branch }) => branch),
    byHead: Map.groupBy(
      own.filter(({ state }) => state === "open"),
      ({ headCommit }) => headCommit,
    ),
    bySlug: groupBySlug(own, patterns),
    byNumber: new Map(known.map((one) => [one.number, one])),
  };
}

function groupBySlug(known: readonly PullRequest[], patterns: readonly BranchPattern[]): Names["bySlug"] {
  const bySlug = new Map<string, PullRequest[]>();
  for (const one of known) {
    for (const slug of slugsOfBranch(one.branch, patterns)) {
      const found = bySlug.get(slug);
      if (found === undefined) bySlug.set(slug, [one]);
      else found.push(one);
    }
  }
  return bySlug;
}

/** The slugs named by pull requests that only one task has: of two tasks it is unclear which is meant. */
function uniqueSlugs(tasks: readonly LinkedTask[], named: Names["bySlug"]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { spec } of tasks) {
    if (!named.has(spec.slug)) continue;
    if (seen.has(spec.slug)) shared.add(spec.slug);
    seen.add(spec.slug);
  }
  for (const slug of shared) seen.delete(slug);
  return seen;
}

type TaskInput = {
  readonly names: Names;
  readonly run: RunFacts | undefined;
  readonly slugs: ReadonlySet<string>;
  readonly input: PullRequestsInput;
  readonly startedMs: number;
};

function factsOf(task: LinkedTask, of: TaskInput): PullRequestFacts | null {
  const { spec } = task;
  const found = candidates(spec.slug, of);
  const hinted = byHint(spec.pullRequest, of);
  const chosen = choose(found, { hinted, startedMs: of.startedMs });
  const pullRequest = chosen?.pullRequest ?? hinted;
  if (pullRequest === null) return null;
  return {
    pullRequest,
    linkedBy: chosen === null ? "hint" : "branch",
    rivals: isOpen(pullRequest) ? rivalsOf(pullRequest, found.flat()) : [],
    merge: pullRequest.state !== "merged" ? null : (chosen?.doubt ?? judgeMerge(pullRequest, of.names)),
    deliveryRecord: of.input.deliveryRecords.get(pullRequest.number) ?? null,
  };
}

/** Surest first: by the run's branch and worktree, by a branch named exactly, by a branch that matches a star. */
type Candidates = readonly [
  own: readonly PullRequest[],
  exact: readonly PullRequest[],
  allowed: readonly PullRequest[],
];

function candidates(slug: string, { names, run, slugs, input }: TaskInput): Candidates {
  const named = slugs.has(slug) ? (names.bySlug.get(slug) ?? []) : [];
  const exactBranches = named.length === 0 ? [] : branchesOfSlug(slug, input.patterns);
  const own = run === undefined ? [] : ofRun(run, names);
  const others = named.filter((one) => !own.includes(one));
  return [
    own,
    others.filter(({ branch }) => exactBranches.includes(branch)),
    others.filter(({ branch }) => !exactBranches.includes(branch)),
  ];
}

/** The run's branch, and the branch and commit that are checked out in its worktree. */
function ofRun(run: RunFacts, names: Names): readonly PullRequest[] {
  const branches = [run.run.branch, run.seen.branch].flatMap((branch) => branch ?? []);
  const found = [
    ...branches.flatMap((branch) => names.byBranch.get(branch) ?? []),
    ...(names.byHead.get(ownHead(run) ?? "") ?? []),
  ];
  return [...new Set(found)];
}

/** Without commits the head is the base, which may be the head of other pull requests. */
function ownHead({ run, seen }: RunFacts): string | null {
  return seen.commits === 0 || seen.head === run.baseCommit ? null : seen.head;
}

/** `doubt`: why its merge does not count as the task's. */
type Chosen = { readonly pullRequest: PullRequest; readonly doubt: MergeVerdict | null };

/**
 * The best candidate of the surest kind. One that ended before the task started counts only if there is no other; one
 * that the file names by its number is never too old or in doubt.
 */
function choose(
  found: Candidates,
  { hinted, startedMs }: { readonly hinted: PullRequest | null; readonly startedMs: number },
): Chosen | null {
  const isTooOld = (one: PullRequest) => one !== hinted && isEarlier(one, startedMs);
  for (const [kind, all] of found.entries()) {
    const current = all.filter((one) => !isTooOld(one));
    const best = bestOf(current);
    if (best === null) continue;
    if (kind < found.length - 1 || best.state !== "merged") return { pullRequest: best, doubt: null };
    if (hinted !== null && current.includes(hinted)) return { pullRequest: hinted, doubt: null };
    return { pullRequest: best, doubt: ambiguity(best, current) };
  }
  const old = newest(found.flat().filter(({ state }) => state === "merged"));
  return old === null ? null : { pullRequest: old, doubt: { as: "earlier", taskStartedMs: startedMs } };
}

/** Open before merged before closed; of equals the newest. */
function bestOf(found: readonly PullRequest[]): PullRequest | null {
  const [best] = found.toSorted((a, b) => RANK[a.state] - RANK[b.state] || b.number - a.number);
  return best ?? null;
}

/** Merges from several branches, none named exactly: a short slug also matches unrelated branches. */
function ambiguity(best: PullRequest, found: readonly PullRequest[]): MergeVerdict | null {
  const others = found.filter(({ state, branch }) => state === "merged" && branch !== best.branch);
  return others.length === 0 ? null : { as: "ambiguous", others };
}

const RANK = { open: 0, merged: 1, closed: 2 } as const;

function rivalsOf(chosen: PullRequest, found: readonly PullRequest[]): readonly PullRequest[] {
  return found.filter((one) => isOpen(one) && one !== chosen).toSorted((a, b) => b.number - a.number);
}

const isOpen = ({ state }: PullRequest): boolean => state === "open";

function byHint(hint: PullRequestHint | null, { names, input }: TaskInput): PullRequest | null {
  const number = hint === null ? null : hintedNumber(hint, input.repository);
  return number === null ? null : (names.byNumber.get(number) ?? null);
}

/** The number that a hint names in this repository; null for an address in another. */
export function hintedNumber({ number, url }: PullRequestHint, repository: string | null): number | null {
  if (number !== null) return number;
  const match =
    url === null ? null : /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/pull\/(\d{1,9})(?:[/?#]|$)/.exec(url);
  if (match === null || match[1]?.toLowerCase() !== repository?.toLowerCase()) return null;
  return Number(match[2]);
}

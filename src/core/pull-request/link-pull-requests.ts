// Which pull request belongs to which task: by branch, which is the truth, and only without any by the number or address
// in the task's file, which is a hint. Looks at each task once, whatever their number.

import type { RunFacts } from "../run/run-facts.ts";
import { sameValue } from "../snapshot/same-value.ts";
import type { PullRequestHint } from "../task/task.ts";
import type { LinkedTask } from "../tree/link.ts";
import { type BranchPattern, slugsOfBranch } from "./branch-pattern.ts";
import type { CareRecord } from "./care.ts";
import type { PullRequest } from "./pull-request.ts";
import type { PullRequestsInput } from "./pull-requests-input.ts";

/** The pull request of one task. Keeps its identity from build to build while nothing about it changed. */
export type PullRequestFacts = {
  readonly pullRequest: PullRequest;
  readonly linkedBy: "branch" | "hint";
  /** Other open ones of the same task: work that is done twice. */
  readonly rivals: readonly PullRequest[];
  readonly care: CareRecord | null;
};

export type LinkedPullRequests = ReadonlyMap<string, PullRequestFacts>;

export const NO_PULL_REQUESTS: LinkedPullRequests = new Map();

/** By key of the task. `before` is an earlier result, whose equal parts are kept. */
export function linkPullRequests(
  tasks: readonly LinkedTask[],
  { runs, input }: { readonly runs: ReadonlyMap<string, RunFacts>; readonly input: PullRequestsInput },
  before: LinkedPullRequests = NO_PULL_REQUESTS,
): LinkedPullRequests {
  if (input.known.length === 0) return NO_PULL_REQUESTS;
  const names = indexByName(input);
  const slugs = uniqueSlugs(tasks, names.bySlug);
  const linked = new Map<string, PullRequestFacts>();
  for (const task of tasks) {
    const facts = factsOf(task, { names, run: runs.get(task.links.key), slugs, input });
    if (facts === null) continue;
    const old = before.get(task.links.key);
    linked.set(task.links.key, old !== undefined && sameValue(old, facts) ? old : facts);
  }
  return linked;
}

type Names = {
  readonly byBranch: ReadonlyMap<string, readonly PullRequest[]>;
  readonly byHead: ReadonlyMap<string, readonly PullRequest[]>;
  readonly bySlug: ReadonlyMap<string, readonly PullRequest[]>;
  readonly byNumber: ReadonlyMap<number, PullRequest>;
};

/** A branch of a fork may be called anything by anybody: only a hint leads to one. */
function indexByName({ known, patterns }: PullRequestsInput): Names {
  const own = known.filter(({ fork }) => !fork);
  return {
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

/** Of the slugs that pull requests name, those that only one task has: of two, nobody can tell which is meant. */
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
};

function factsOf(task: LinkedTask, told: TaskInput): PullRequestFacts | null {
  const { spec } = task;
  const byBranch = candidates(spec.slug, told);
  const found = byBranch.length > 0 ? choose(byBranch) : null;
  const hinted = found === null ? byHint(spec.pullRequest, told) : null;
  const pullRequest = found ?? hinted;
  if (pullRequest === null) return null;
  return {
    pullRequest,
    linkedBy: found === null ? "hint" : "branch",
    rivals: isOpen(pullRequest) ? rivalsOf(pullRequest, byBranch) : [],
    care: told.input.care.get(pullRequest.number) ?? null,
  };
}

/** The run's branch, the branch and commit that are checked out in its worktree, and the patterns. */
function candidates(slug: string, { names, run, slugs }: TaskInput): readonly PullRequest[] {
  const named = slugs.has(slug) ? (names.bySlug.get(slug) ?? []) : [];
  if (run === undefined) return named;
  const branches = [run.run.branch, run.seen.branch].flatMap((branch) => branch ?? []);
  const found = [
    ...named,
    ...branches.flatMap((branch) => names.byBranch.get(branch) ?? []),
    ...(names.byHead.get(ownHead(run) ?? "") ?? []),
  ];
  return [...new Set(found)];
}

/** A worktree in which nothing was committed stands at its base, which others may want to merge somewhere. */
function ownHead({ run, seen }: RunFacts): string | null {
  return seen.commits === 0 || seen.head === run.baseCommit ? null : seen.head;
}

/** An open one is what goes on; else what was merged counts more than what was given up; of equals the newest. */
function choose(found: readonly PullRequest[]): PullRequest | null {
  const [best] = found.toSorted((a, b) => RANK[a.state] - RANK[b.state] || b.number - a.number);
  return best ?? null;
}

const RANK = { open: 0, merged: 1, closed: 2 } as const;

/** Newest first, in whichever order they were learned of. */
function rivalsOf(chosen: PullRequest, found: readonly PullRequest[]): readonly PullRequest[] {
  return found.filter((one) => isOpen(one) && one !== chosen).toSorted((a, b) => b.number - a.number);
}

const isOpen = ({ state }: PullRequest): boolean => state === "open";

function byHint(hint: PullRequestHint | null, { names, input }: TaskInput): PullRequest | null {
  const number = hint === null ? null : hintedNumber(hint, input.repository);
  return number === null ? null : (names.byNumber.get(number) ?? null);
}

/** The number that a hint names in this repository; null for an address that leads elsewhere. */
export function hintedNumber({ number, url }: PullRequestHint, repository: string | null): number | null {
  if (number !== null) return number;
  const match =
    url === null ? null : /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/pull\/(\d{1,9})(?:[/?#]|$)/.exec(url);
  if (match === null || match[1]?.toLowerCase() !== repository?.toLowerCase()) return null;
  return Number(match[2]);
}

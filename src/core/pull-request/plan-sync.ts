// What a sync fetches, and when the next one is due. Lists of changes come first, and cost nothing when nothing changed.
// Fetched in full are only pull requests that changed, are in progress, or whose changes the lists miss.

import type { PullRequest } from "../contract/pull-request.ts";
import { MINUTE_MS, SECOND_MS } from "../values/durations.ts";
import { revertedNumber } from "./revert-branch.ts";
import type { SyncTargets } from "./sync-scope.ts";
import {
  type Budget,
  type FetchRequest,
  type PullRequestSyncState,
  rateLimitedUntilMs,
  reserveOf,
} from "./sync-state.ts";

/** While checks run. */
export const BUSY_EVERY_MS = 15 * SECOND_MS;
/** While a pull request may appear: a worker is running or has ended. */
export const EXPECTING_EVERY_MS = 30 * SECOND_MS;
export const QUIET_EVERY_MS = 2 * MINUTE_MS;
/** What the lists miss, such as a conflict after a push to the base, is found after this long. */
export const CONFIRM_EVERY_MS = 10 * MINUTE_MS;
/** After a failure: 15 s, 30 s, 1 min, ... */
const RETRY_FIRST_MS = 15 * SECOND_MS;
const RETRY_MAX_MS = 10 * MINUTE_MS;
/** The cost of a full sync in GitHub's points, as an estimate. */
const ROUND_COST = 5;

/** Null: nothing changed. */
export type HostChanges = {
  readonly changed: readonly {
    readonly number: number;
    readonly branch: string;
    readonly fork: boolean;
    readonly base: string;
    readonly closed: boolean;
    readonly reverts: number | null;
  }[];
  readonly branchesWithChecks: readonly string[];
  readonly complete: boolean;
} | null;

export type FetchPlanInput = {
  readonly targets: SyncTargets;
  readonly known: readonly PullRequest[];
  readonly state: Pick<PullRequestSyncState, "askedAtMs" | "postponed">;
  readonly news: HostChanges;
  /** A person asked: every open pull request is fetched. */
  readonly byHand: boolean;
  readonly nowMs: number;
};

/** What exceeds this is fetched in the next sync (P9). */
export const REQUESTS_PER_SYNC = 10;

/** The name under which the time of a fetch is kept. */
export function fetchName(wanted: FetchRequest): string {
  return wanted.kind === "branch" ? wanted.branch : `#${wanted.number}`;
}

/** What to fetch in full, the most urgent first, each once. */
export function planFetches(input: FetchPlanInput): readonly FetchRequest[] {
  const { targets, known, news } = input;
  const wanted = new Map<string, FetchRequest>();
  const numbers = new Set(known.map(({ number }) => number));
  const add = (one: FetchRequest) => wanted.set(fetchName(one), one);
  // What exceeded the limit of the last sync comes first.
  for (const one of input.state.postponed) add(one);
  for (const one of known) if (isDue(one, input)) add(wantedFor(one));
  for (const one of news?.changed ?? []) {
    if (!one.fork && targets.isTasks(one.branch)) add({ kind: "branch", branch: one.branch });
    else if (one.reverts !== null && numbers.has(one.reverts)) add({ kind: "number", number: one.number });
  }
  const branches = new Set(known.filter(({ fork }) => !fork).map(({ branch }) => branch));
  for (const branch of targets.branches)
    if (!branches.has(branch) && isUnasked(branch, input)) add({ kind: "branch", branch });
  for (const number of targets.numbers)
    if (!numbers.has(number) && isUnasked(`#${number}`, input)) add({ kind: "number", number });
  return [...wanted.values()];
}

/** A fork's branch has no name here, and a revert may be recognised by its description alone. */
function wantedFor({ fork, branch, number, reverts }: PullRequest): FetchRequest {
  const isNumbered = fork || (reverts !== null && revertedNumber(branch) === null);
  return isNumbered ? { kind: "number", number } : { kind: "branch", branch };
}

/** What the lists of changes do not name is unchanged, unless they are incomplete. */
function isDue(one: PullRequest, { news, state, byHand, nowMs }: FetchPlanInput): boolean {
  const isNamed = news?.changed.some(({ number }) => number === one.number) ?? false;
  const sinceMs = nowMs - (askedAtMs(state, fetchName(wantedFor(one))) ?? 0);
  // Stored by an earlier version: what has ended is fetched once more.
  if (one.state !== "open") return isNamed || (one.defaultBranch === null && sinceMs >= CONFIRM_EVERY_MS);
  if (byHand || isNamed || news?.complete === false) return true;
  if (news?.branchesWithChecks.includes(one.branch)) return true;
  // A merge moves the base of all others.
  if (news?.changed.some(({ closed, base }) => closed && base === one.base)) return true;
  // A negative time: the clock was set back.
  return sinceMs >= everyMs(one) || sinceMs < 0;
}

/** How often a pull request is fetched that no list of changes names. */
function everyMs(one: PullRequest): number {
  const { checks } = one;
  if (isBusy(one)) return BUSY_EVERY_MS;
  return checks.foreign ? QUIET_EVERY_MS : CONFIRM_EVERY_MS;
}

/** The host is working on it. */
function isBusy({ checks, mergeable, mergeStatus, hostMerges }: PullRequest): boolean {
  return checks.running > 0 || mergeable === "unknown" || mergeStatus === "unknown" || hostMerges === "queue";
}

function isUnasked(name: string, { state, news }: FetchPlanInput): boolean {
  return askedAtMs(state, name) === null || news?.complete === false;
}

/** A branch may have the name of an object's own property. */
function askedAtMs({ askedAtMs: asked }: FetchPlanInput["state"], name: string): number | null {
  return Object.hasOwn(asked, name) ? (asked[name] ?? null) : null;
}

export type NextSyncInput = {
  readonly state: PullRequestSyncState;
  readonly known: readonly PullRequest[];
  readonly expecting: boolean;
  /** The setting github.reserve. */
  readonly reserve: number;
  readonly nowMs: number;
};

/** When the next automatic sync is due: not before the host allows it, and later as the budget shrinks. */
export function nextSyncMs({ state, known, expecting, reserve, nowMs }: NextSyncInput): number {
  const { standing, triedAtMs } = state;
  if (triedAtMs === null || nowMs < triedAtMs) return nowMs;
  const heldMs = rateLimitedUntilMs(state, reserve, nowMs) ?? 0;
  if (standing.kind === "failing") {
    const pauseMs = Math.min(RETRY_FIRST_MS * 2 ** (standing.times - 1), RETRY_MAX_MS);
    return Math.max(triedAtMs + pauseMs, standing.notBeforeMs ?? 0, heldMs);
  }
  const busy = known.some((one) => one.state === "open" && isBusy(one));
  // The rest is fetched at once; it shrinks each time.
  if (state.postponed.length > 0) return Math.max(triedAtMs, heldMs);
  const usualMs = busy ? BUSY_EVERY_MS : expecting ? EXPECTING_EVERY_MS : QUIET_EVERY_MS;
  const affordableMs = spread(state.questions, { known, reserve, fromMs: triedAtMs, nowMs });
  return Math.max(triedAtMs + Math.max(usualMs, affordableMs), heldMs);
}

/** The interval at which the budget above the reserve lasts for the rest of the rate-limit window. */
function spread(
  budget: Budget | null,
  {
    known,
    reserve,
    fromMs,
    nowMs,
  }: Pick<NextSyncInput, "known" | "reserve" | "nowMs"> & { readonly fromMs: number },
): number {
  if (budget === null || nowMs >= budget.resetAtMs) return 0;
  const open = known.filter(({ state }) => state === "open").length;
  const cost = ROUND_COST * Math.max(1, Math.ceil(open / 50));
  const rounds = Math.max(0, budget.remaining - reserveOf(budget, reserve)) / cost;
  return (budget.resetAtMs - fromMs) / Math.max(1, rounds);
}

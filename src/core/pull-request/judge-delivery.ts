// Delivery, where it is switched on (settings delivery.*): the next step for a pull request that cannot be merged as it
// is. The runner, `tasks deliver --dry-run` and the page share this judgement.
//
//   conflict, or behind its base        rebased in the task's worktree, when that is clean and no one works there
//   the rebase failed, or checks fail   sent back to the same worker, at most twice; then a person decides
//
// No step is repeated for the same commit, so their number is bounded.

import type { PullRequest, RebaseOutcome } from "../contract/pull-request.ts";
import { hasEnded, isLive, type Run } from "../contract/run.ts";
import { stoppedBy } from "../run/next-step.ts";
import { MINUTE_MS } from "../values/durations.ts";
import { failsOnlyOptional } from "./optional-checks.ts";

export type DeliverySettings = {
  readonly rebase: "off" | "safe";
  readonly repair: "off" | "agent";
};

/** The steps taken for one pull request so far. */
export type DeliveryRecord = {
  readonly number: number;
  /** The newest attempt. */
  readonly rebase: {
    /** The head that it was tried on. */
    readonly headCommit: string;
    readonly outcome: RebaseOutcome;
    /** Why it was not rebased; null if it was. */
    readonly why: string | null;
    readonly files: readonly string[];
    readonly atMs: number;
  } | null;
  /** Requests to the worker, oldest first. */
  readonly repairs: readonly {
    readonly headCommit: string;
    readonly because: "conflict" | "checks";
    readonly atMs: number;
  }[];
};

/** A worker that failed to fix it twice will fail a third time. */
export const REPAIRS_MAX = 2;
/** A dirty worktree or an unreachable host is tried again after this long. */
export const DELIVERY_RETRY_MS = 10 * MINUTE_MS;

export type DeliveryStep =
  | { readonly kind: "rebase"; readonly why: string }
  | { readonly kind: "repair"; readonly because: "conflict" | "checks"; readonly why: string }
  /** `because`: what it waits for, or why nothing will be done; null when nothing is needed. */
  | { readonly kind: "none"; readonly because: string | null };

export type DeliveryInput = {
  readonly pullRequest: PullRequest;
  /** The task's open run; null without one. */
  readonly run: Pick<Run, "state" | "kind" | "followUps" | "worktree" | "attempts" | "stopRequest"> | null;
  readonly record: DeliveryRecord | null;
  readonly settings: DeliverySettings;
  readonly nowMs: number;
};

export function judgeDelivery(input: DeliveryInput): DeliveryStep {
  const { pullRequest, run } = input;
  const need = deliveryNeed(pullRequest);
  if (need === null) return NOTHING;
  if (run !== null && isLive(run)) return none("a worker is running");
  if (need === "checks") return judgeRepair(input, "checks");
  const rebase = judgeRebase(input);
  if (rebase.kind === "rebase" || need === "behind") return rebase;
  return waitsForRebase(input) ? rebase : judgeRepair(input, "conflict");
}

/** What delivery could fix. A branch in the merge queue belongs to the host. */
export function deliveryNeed({
  state,
  mergeable,
  mergeStatus,
  hostMerges,
  mustUpdate,
  checks,
}: PullRequest): "conflict" | "behind" | "checks" | null {
  if (state !== "open") return null;
  if (mergeable === "conflict" || mergeStatus === "conflict") return "conflict";
  if (checks.failing > 0 && checks.running === 0 && !failsOnlyOptional({ checks })) return "checks";
  return mustUpdate && hostMerges !== "queue" ? "behind" : null;
}

function judgeRebase({ pullRequest, record, settings, run, nowMs }: DeliveryInput): DeliveryStep {
  if (settings.rebase === "off") return none("delivery.rebase is off");
  if (run?.kind === "by_hand") return none("it is claimed by hand");
  const last = lastRebase(pullRequest, record);
  if (last?.outcome === "manual") return none(last.why);
  if (last !== null && nowMs < deliveryRetryMs(record)) return none(last.why ?? JUST_REBASED);
  const { base, mergeable } = pullRequest;
  const why = mergeable === "conflict" ? `it conflicts with ${base}` : `it must be up to date with ${base}`;
  return { kind: "rebase", why };
}

/** The earliest time of the next attempt; infinite if none was made. */
export function deliveryRetryMs(record: DeliveryRecord | null): number {
  return record?.rebase == null ? Number.POSITIVE_INFINITY : record.rebase.atMs + DELIVERY_RETRY_MS;
}

/** It may still be rebased automatically, so its worker is not asked yet. */
function waitsForRebase({ pullRequest, record, settings, run }: DeliveryInput): boolean {
  if (settings.rebase === "off" || run?.kind === "by_hand") return false;
  return lastRebase(pullRequest, record)?.outcome !== "manual";
}

/** The attempt on its current head. */
function lastRebase({ headCommit }: PullRequest, record: DeliveryRecord | null): DeliveryRecord["rebase"] {
  const last = record?.rebase ?? null;
  return last?.headCommit === headCommit ? last : null;
}

function judgeRepair({ run, record, settings }: DeliveryInput, because: "conflict" | "checks"): DeliveryStep {
  if (settings.repair === "off") return none("delivery.repair is off");
  if (run === null || run.kind === "by_hand" || !hasEnded(run))
    return none(run?.state === "queued" ? "its worker will resume" : "it has no supervised worker to ask");
  if (run.followUps.length > 0) return none("its worker will resume");
  const stopper = stoppedBy(run);
  if (stopper !== null) return none(`it was stopped by ${stopper}`);
  if ((record?.repairs.length ?? 0) >= REPAIRS_MAX) return none(`its worker was asked ${REPAIRS_MAX} times`);
  return { kind: "repair", because, why: because === "checks" ? "its checks are failing" : "it conflicts" };
}

/** The facts are from before the rebase; the next sync brings the result. */
const JUST_REBASED = "it was just rebased";
const NOTHING: DeliveryStep = { kind: "none", because: null };

function none(because: string | null): DeliveryStep {
  return { kind: "none", because };
}

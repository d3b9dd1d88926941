// One cycle from the shell, suitable for cron: takes the lease, or requests a cycle from its holder and waits. Everything
// is done when it returns: snapshot files are written, the lease is released.

import { type CycleProgress, hasAdvanced } from "../../core/contract/cycle-progress.ts";
import type { Attestation, Snapshot } from "../../core/contract/snapshot.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { EVERYONE } from "../../core/team/resolve-owner.ts";
import type { LeaseHolder } from "../../ports/store/store.ts";
import type { RunnerContext } from "../cycle/cycle-context.ts";
import type { PublishRight } from "../cycle/publish-snapshot.ts";
import { SyncMemory } from "../delivery/sync-memory.ts";
import { LeaseKeeper, leaseTermMs } from "../runner/lease-keeper.ts";
import { requestCycle } from "../runner/request-cycle.ts";
import { loadView } from "../server/load-view.ts";
import { confirmUnchanged, type Unchanged } from "./confirm-unchanged.ts";
import { heartbeatFailed } from "./heartbeat-failed.ts";

/** The holder may have just started a cycle of the longest kind, and another one must follow. */
const HOLDER_WAIT_CYCLES = 2;
/** While its holder does not answer, the lease is claimed this often: the holder may be dead. */
const CLAIM_AGAIN_MS = 1_000;
const NEVER = new AbortController().signal;

export type OnceResult = {
  readonly brief: SnapshotBrief;
  readonly attestation: Attestation;
  readonly outcome: "published" | "attested";
  /** The process that ran the cycle, unless it was this one. */
  readonly by: LeaseHolder | null;
  /** The whole repository. May read the store, so call it before closing that. */
  snapshot(): Promise<Snapshot>;
};

/** What a summary needs of a snapshot of everyone. */
export type SnapshotBrief = Pick<
  Snapshot,
  "repository" | "owner" | "seq" | "epoch" | "counts" | "escalation"
>;

export type OnceOptions = {
  /** `always`: also for a snapshot that is only confirmed. */
  readonly files: "always" | "when_published";
  /** Syncs pull requests if that is due; else shows what is known, with its age. */
  readonly syncs?: boolean;
  /** Ends the wait for another process, and a long cycle of our own; what that has read is kept. */
  readonly signal?: AbortSignal;
  /** Of a long cycle, ours or the holder's. */
  readonly onProgress?: (progress: CycleProgress) => void;
};

/** Throws UserError `heartbeat_failed` or `lease_held`, or the signal's reason. */
export async function runOnce(context: RunnerContext, options: OnceOptions): Promise<OnceResult> {
  const { signal } = options;
  const { clock, store, processProbe, config } = context;
  const cycleLimitMs = config.cycle.timeout_s * 1000;
  const lease = new LeaseKeeper({ clock, store, processProbe }, { termMs: leaseTermMs(cycleLimitMs) });
  const waiting = holderPatience(context, HOLDER_WAIT_CYCLES * cycleLimitMs);
  for (;;) {
    const claim = await lease.claim(context.holder);
    const right = lease.right();
    if (claim.kind === "held" && right !== null) {
      const renewing = setInterval(() => void renewQuietly(context, lease), lease.renewEveryMs);
      try {
        return await runUnderLease(context, { ...options, right });
      } finally {
        clearInterval(renewing);
        await lease.release();
      }
    }
    const question = { clock, store, limitMs: CLAIM_AGAIN_MS, ...(signal && { signal }) };
    if (claim.kind === "waiting" && (await requestCycle(question))) {
      return await readAnswer(context, claim.holder);
    }
    signal?.throwIfAborted();
    if (claim.kind === "waiting" && (await waiting.isOver(options.onProgress))) throw leaseHeld(claim.holder);
  }
}

type UnderLease = OnceOptions & { readonly right: PublishRight };

/** A holder whose cycle makes progress may take any time. */
function holderPatience({ clock, store }: RunnerContext, limitMs: number) {
  let untilMs = clock.monotonicMs() + limitMs;
  let last: CycleProgress | null = null;
  return {
    async isOver(onProgress: OnceOptions["onProgress"]): Promise<boolean> {
      const [newest] = await store.readCycles(1);
      const progress = newest?.outcome === "running" ? (newest.progress ?? null) : null;
      if (progress !== null && hasAdvanced(last, progress)) {
        onProgress?.(progress);
        untilMs = clock.monotonicMs() + limitMs;
        last = progress;
      }
      return clock.monotonicMs() >= untilMs;
    },
  };
}

/** A cycle with progress may take longer than a term. Publishing checks the lease in any case. */
async function renewQuietly({ log }: RunnerContext, lease: LeaseKeeper): Promise<void> {
  try {
    await lease.renew();
  } catch (error) {
    log.warn({ error }, "the lease was not renewed");
  }
}

async function runUnderLease(
  context: RunnerContext,
  { right, files, syncs = false, signal = NEVER, onProgress }: UnderLease,
): Promise<OnceResult> {
  const sync = syncs ? (await import("./sync-once.ts")).createSyncOnce(context, signal) : null;
  const pullRequests = sync ?? new SyncMemory(context);
  const due = (await sync?.isWanted()) ? sync : null;
  const { state } = await pullRequests.current();
  const resumed = due !== null ? null : await confirmUnchanged(context, { right, files, syncState: state });
  if (resumed !== null) return confirmedResult(context, resumed);
  // Most of the program, and not needed where nothing has changed (P27).
  const { cycleOnce } = await import("./cycle-once.ts");
  const request = { right, files, pullRequests, due, signal, ...(onProgress && { onProgress }) };
  const { snapshot, attestation, outcome } = await cycleOnce(context, request);
  return { brief: snapshot, attestation, outcome, by: null, snapshot: async () => snapshot };
}

/** Nothing has changed: the summary is known, and the rows are read on demand. */
function confirmedResult({ store }: RunnerContext, { point, published }: Unchanged): OnceResult {
  const { seq, epoch, counts, escalation } = point;
  const owner = { name: EVERYONE, resolved_from: null };
  const brief = { repository: published.header.repository, owner, seq, epoch, counts, escalation };
  return {
    brief,
    attestation: published.attestation,
    outcome: "attested",
    by: null,
    snapshot: async () => {
      const view = await loadView(store, null);
      if (view === null) throw heartbeatFailed("What was published is gone.");
      return view.snapshot;
    },
  };
}

/** The holder has answered: its publication is the result, or its failure. */
async function readAnswer({ store }: RunnerContext, holder: LeaseHolder): Promise<OnceResult> {
  const [newest] = await store.readCycles(1);
  if (newest?.outcome === "failed") throw heartbeatFailed(newest.detail ?? "It did not say why.");
  const view = await loadView(store, null);
  if (view === null) throw heartbeatFailed("Nothing was published.");
  const outcome = newest?.outcome === "published" ? "published" : "attested";
  const { snapshot, attestation } = view;
  return { brief: snapshot, attestation, outcome, by: holder, snapshot: async () => snapshot };
}

function leaseHeld({ host, pid, url }: LeaseHolder): UserError {
  const where = url === null ? "" : ` (${url})`;
  return new UserError({
    code: "lease_held",
    message: `Process ${pid} on ${host}${where} updates this repository, and did not answer in time.`,
    hint: "Look whether it hangs; when it ends, its lease is free at once.",
  });
}

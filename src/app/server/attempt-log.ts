// The newest attempt at a cycle, as far as this server knows, and the counts for /metrics.

import type { CycleFailure, CycleOutcome } from "../../core/contract/cycle.ts";
import type { CycleProgress } from "../../core/contract/cycle-progress.ts";
import type { CycleAttempt } from "../../core/cycle/freshness.ts";
import type { CycleRecord } from "../../ports/store/store.ts";
import type { LiveCounters } from "./live-snapshot.ts";

export class AttemptLog {
  #newest: CycleAttempt | null = null;
  #lastEnded: CycleAttempt | null = null;
  #lastSuccessAtMs: number | null = null;
  #succeeded = 0;
  readonly #failedByReason = new Map<string, number>();

  get newest(): CycleAttempt | null {
    return this.#newest;
  }

  /** The newest attempt that does not run any more. */
  get lastEnded(): CycleAttempt | null {
    return this.#lastEnded;
  }

  get lastSuccessAtMs(): number | null {
    return this.#lastSuccessAtMs;
  }

  started(startedAtMs: number): void {
    this.#newest = { startedAtMs, endedAtMs: null, outcome: "running", reason: null, detail: null };
  }

  progressed(progress: CycleProgress): void {
    if (this.#newest?.outcome === "running") this.#newest = { ...this.#newest, progress };
  }

  ended(times: { readonly startedAtMs: number; readonly endedAtMs: number }, outcome: CycleOutcome): void {
    // Refused: somebody else leads now, and their cycles are what counts.
    if (outcome.kind === "refused") this.#newest = this.#lastEnded;
    else if (outcome.kind === "failed") this.failed(outcome, times);
    else this.#succeed({ ...times, outcome: outcome.kind, reason: null, detail: null });
  }

  failed(
    { reason, detail }: CycleFailure,
    times: { readonly startedAtMs: number; readonly endedAtMs: number },
  ): void {
    this.#newest = { ...times, outcome: "failed", reason, detail };
    this.#lastEnded = this.#newest;
    this.#failedByReason.set(reason, (this.#failedByReason.get(reason) ?? 0) + 1);
  }

  /** The runner ended: the attempt that was running, or the next one that now cannot come, has failed. */
  runnerGone(failure: CycleFailure, nowMs: number): void {
    const running = this.#newest?.outcome === "running" ? this.#newest : null;
    this.failed(failure, { startedAtMs: running?.startedAtMs ?? nowMs, endedAtMs: nowMs });
  }

  /** What the history in the store says about a runner that cannot be heard. */
  adopt(record: CycleRecord): void {
    const known = this.#newest;
    // What was heard or concluded about this attempt or a later one is worth more: a dead runner's stays "running".
    const isNews = known === null || record.startedAtMs > known.startedAtMs;
    const hasEnded = known?.startedAtMs === record.startedAtMs && known.outcome === "running";
    if (hasEnded && record.outcome === "running" && record.progress) this.progressed(record.progress);
    if (!isNews && !(hasEnded && record.outcome !== "running")) return;
    const { startedAtMs, endedAtMs, outcome, reason, detail } = record;
    if (endedAtMs === null || outcome === "running") {
      this.started(startedAtMs);
      if (record.progress) this.progressed(record.progress);
    } else if (outcome === "failed") {
      this.failed(
        { reason: reason ?? "exit", detail: detail ?? "The update failed." },
        { startedAtMs, endedAtMs },
      );
    } else {
      this.#succeed({ startedAtMs, endedAtMs, outcome, reason, detail });
    }
  }

  counters(): Pick<LiveCounters, "cyclesSucceeded" | "cyclesFailedByReason"> {
    return {
      cyclesSucceeded: this.#succeeded,
      cyclesFailedByReason: Object.fromEntries(this.#failedByReason),
    };
  }

  #succeed(attempt: CycleAttempt): void {
    this.#newest = attempt;
    this.#lastEnded = attempt;
    this.#lastSuccessAtMs = attempt.endedAtMs;
    this.#succeeded += 1;
  }
}

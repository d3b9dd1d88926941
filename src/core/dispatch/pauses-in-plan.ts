// What pauses let through in one plan: the oldest held run when a probe is due, two at a time while a pause eases. The store
// decides when a run is started (app/runs/pauses/grant-start.ts); the plan says the same, so that a row's reason is true.

import type { Dispatch, PauseView } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { concerns, EASING_AT_ONCE, isProbeDue } from "../pause/start-through.ts";
import { workerFor } from "./fallback.ts";
import type { Hold } from "./why-not-started.ts";

export class PausesInPlan {
  readonly #dispatch: Dispatch;
  readonly #nowMs: number;
  /** By pause: how many more may start. */
  readonly #left = new Map<PauseView, number>();
  /** By pause that may probe: the oldest held task; null when none is held. */
  readonly #oldest = new Map<PauseView, string | null>();

  /** `able`: what nothing but a pause, room or its turn keeps from starting. */
  constructor(dispatch: Dispatch, able: readonly TaskRow[], nowMs: number) {
    this.#dispatch = dispatch;
    this.#nowMs = nowMs;
    for (const pause of dispatch.pauses) this.#left.set(pause, this.#startsOf(pause));
    for (const pause of dispatch.pauses)
      this.#oldest.set(
        pause,
        oldestHeld(able.filter((row) => this.#concerns(pause, row) && !this.#waitsBeside(pause, row))),
      );
  }

  whyHeld(row: TaskRow): Hold | null {
    const { pauses } = this.#dispatch;
    const pause = pauses.find((each) => this.#concerns(each, row) && !this.#letsThrough(each, row));
    if (pause === undefined) return null;
    const use = pause.cause === "limit" ? "limit" : "outage";
    return { use, reason: this.#reason(pause) };
  }

  /** The row starts. */
  count(row: TaskRow): void {
    for (const pause of this.#dispatch.pauses)
      if (this.#concerns(pause, row)) this.#left.set(pause, (this.#left.get(pause) ?? 0) - 1);
  }

  /** Another pause keeps it waiting too, so it cannot probe this one. */
  #waitsBeside(pause: PauseView, row: TaskRow): boolean {
    return this.#dispatch.pauses.some(
      (other) => other !== pause && this.#concerns(other, row) && (this.#left.get(other) ?? 0) <= 0,
    );
  }

  #startsOf({ phase, starts, cause, next_probe: nextProbe, until }: PauseView): number {
    if (phase === "probing") return 0;
    if (phase === "easing") return EASING_AT_ONCE - starts;
    const times = { nextProbeMs: msOrNull(nextProbe), untilMs: msOrNull(until) };
    return isProbeDue({ cause, ...times }, this.#nowMs) ? 1 : 0;
  }

  #letsThrough(pause: PauseView, { key }: TaskRow): boolean {
    if ((this.#left.get(pause) ?? 0) <= 0) return false;
    const oldest = pause.phase === "waiting" ? (this.#oldest.get(pause) ?? null) : null;
    return oldest === null || oldest === key;
  }

  #concerns(pause: PauseView, row: TaskRow): boolean {
    return concernsTask(pause, row, this.#dispatch);
  }

  #reason({ phase, scope, why, next_probe: nextProbe, until }: PauseView): string {
    if (phase === "easing") return `${scope.name} is back: two at a time start again`;
    if (phase === "probing") return `waits for ${scope.name}, which one run tries now: ${why}`;
    const how =
      nextProbe === null
        ? "; a person ends this"
        : until === null
          ? "; no end is known, so it is tried now and then"
          : "";
    return `waits for ${scope.name}: ${why}${how}`;
  }
}

/** Whether a start of this task now would be one of this pause's. */
export function concernsTask({ scope, workers }: PauseView, row: TaskRow, dispatch: Dispatch): boolean {
  if (scope.kind === "account") return workers.includes(workerFor(row, dispatch).worker);
  return concerns(scope, { account: "", host: dispatch.host, worktree: row.run?.worktree ?? null });
}

const msOrNull = (time: string | null) => (time === null ? null : Date.parse(time));

/** Held by whatever pause: where two concern the same runs, both choose the same one, else each probe would wait for the other. */
function oldestHeld(candidates: readonly TaskRow[]): string | null {
  let oldest: { readonly key: string; readonly since: string } | null = null;
  for (const { key, run } of candidates) {
    const held = run?.held ?? null;
    if (held === null || held.scope === null) continue;
    if (oldest === null || held.since < oldest.since) oldest = { key, since: held.since };
  }
  return oldest?.key ?? null;
}

/** The pause that a new run of this task would wait for, with the worker that it would have now. */
export function pauseBefore(
  row: Pick<TaskRow, "worker">,
  requested: string | null,
  dispatch: Dispatch,
): PauseView | null {
  const { worker } = workerFor({ worker: requested ?? row.worker, run: null }, dispatch);
  const start = { account: "", host: dispatch.host, worktree: null };
  const found = dispatch.pauses.find(
    ({ scope, phase, workers }) =>
      phase !== "easing" && (scope.kind === "account" ? workers.includes(worker) : concerns(scope, start)),
  );
  return found ?? null;
}

// Groups one task's changes at one time: a raised signal usually moves its task, and two lines about one event read
// like two events.

import type { ActivityEvent } from "../../../core/contract/activity.ts";

type SignalChange = Extract<ActivityEvent, { code: unknown }>;

export type Moment = {
  /** The move, if there is one. */
  readonly change: ActivityEvent;
  /** Signals raised and resolved with the move. */
  readonly signals: readonly SignalChange[];
};

/** In the given order. Signals without a move stay separate. */
export function momentsOf(transitions: readonly ActivityEvent[]): readonly Moment[] {
  const together = Map.groupBy(transitions, ({ seq, key }) => `${seq} ${key}`);
  return [...together.values()].flatMap((changes): readonly Moment[] => {
    const moves = changes.filter(({ kind }) => kind === "moved");
    const signals = changes.filter((change) => "code" in change);
    const acts = changes.filter(({ kind }) => kind === "acted").map((change) => ({ change, signals: [] }));
    if (moves.length === 0) return [...acts, ...signals.map((change) => ({ change, signals: [] }))];
    const moments = moves.map((change, index) => ({ change, signals: index === 0 ? signals : [] }));
    return [...moments, ...acts];
  });
}

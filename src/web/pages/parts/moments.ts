// One task's changes of one moment, told together: a signal that is raised usually moves its task, and two lines about
// one event read like two events.

import type { ActivityEvent } from "../../../core/contract/activity.ts";

type SignalChange = Extract<ActivityEvent, { code: unknown }>;

export type Moment = {
  /** The move, where there is one. */
  readonly change: ActivityEvent;
  /** Signals raised and cleared with a move. */
  readonly signals: readonly SignalChange[];
};

/** In the order given. Signals without a move stay apart: each is a change of its own. */
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

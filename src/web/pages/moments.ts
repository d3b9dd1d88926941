// One task's changes of one moment, told together: a signal that is raised usually moves its task, and two lines about
// one event read like two events.

import type { Transition } from "../../core/snapshot/transition.ts";

type SignalChange = Exclude<Transition, { kind: "moved" }>;

export type Moment = {
  /** The move, where there is one. */
  readonly change: Transition;
  /** Signals raised and cleared with a move. */
  readonly signals: readonly SignalChange[];
};

/** In the order given. Signals without a move stay apart: each is a change of its own. */
export function momentsOf(transitions: readonly Transition[]): readonly Moment[] {
  const together = Map.groupBy(transitions, ({ seq, key }) => `${seq} ${key}`);
  return [...together.values()].flatMap((changes): readonly Moment[] => {
    const moves = changes.filter(({ kind }) => kind === "moved");
    const signals = changes.filter((change) => change.kind !== "moved");
    if (moves.length === 0) return signals.map((change) => ({ change, signals: [] }));
    return moves.map((change, index) => ({ change, signals: index === 0 ? signals : [] }));
  });
}

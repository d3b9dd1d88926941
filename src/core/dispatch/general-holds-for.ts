// Which of the holds of a host concern one start: room, hours, reviews, the day's budget, what is kept for people.

import type { Dispatch, DispatchHold } from "../contract/run-view.ts";

export type StartFacts = {
  /** Its name in `workers:`. */
  readonly worker: string;
  /** It was never started: one that a person put into the queue is a new start too. */
  readonly isNew: boolean;
  /** How often its budget was raised: a raised budget is one for the day too. */
  readonly raises: number;
};

/** The first one is the reason on its row. */
export function generalHoldsFor(
  { worker, isNew, raises }: StartFacts,
  { holds }: Pick<Dispatch, "holds">,
): readonly DispatchHold[] {
  return holds.filter(
    (hold) =>
      !(hold.code === "budget" && raises > 0) &&
      (hold.worker === null || hold.worker === worker) &&
      (hold.applies === "all" || isNew),
  );
}

/**
 * What a person may pass who starts a task by name: hours, reviews and what is kept for people are there for people. Not the room,
 * which no one can will into being, and not the day's budget, for which raising it says so.
 */
export function mayPass({ code }: DispatchHold): boolean {
  return code !== "room" && code !== "budget";
}

/** "8 wait for review", for a sentence that says itself that it holds. */
export function holdReason({ sentence }: DispatchHold): string {
  return sentence.replace(/^holds: /, "");
}

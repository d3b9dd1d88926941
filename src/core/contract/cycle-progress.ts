// Progress of a long cycle, so that it does not look hung. Short cycles report none.

import { groupedDigits } from "../text/counted.ts";

export const CYCLE_PHASES = ["restoring", "listing", "reading", "deriving", "publishing"] as const;
export type CyclePhase = (typeof CYCLE_PHASES)[number];

export type CycleProgress = {
  readonly phase: CyclePhase;
  /** Files or tasks that this phase has finished. */
  readonly done: number;
  /** Null if the number is only known at the end of the phase. */
  readonly total: number | null;
};

/** Whether a cycle has advanced: repeated numbers are no progress. */
export function hasAdvanced(before: CycleProgress | null, now: CycleProgress): boolean {
  return before === null || before.phase !== now.phase || before.done !== now.done;
}

/** "reading 41,000 of 100,000 files", as part of a sentence. */
export function describeProgress({ phase, done, total }: CycleProgress): string {
  const [doing, things] = WORDS[phase];
  const count =
    total === null
      ? `${groupedDigits(done)} ${things} so far`
      : `${groupedDigits(done)} of ${groupedDigits(total)} ${things}`;
  return `${doing} ${count}`;
}

const WORDS: Readonly<Record<CyclePhase, readonly [doing: string, things: string]>> = {
  restoring: ["loading", "stored records"],
  listing: ["listing", "files"],
  reading: ["reading", "files"],
  deriving: ["sorting", "tasks into groups"],
  publishing: ["saving", "tasks"],
};

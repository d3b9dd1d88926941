// How far a cycle has got. Short cycles say nothing; of a long one this is how everybody knows that it is not hung.

export const CYCLE_PHASES = ["restoring", "listing", "reading", "deriving", "publishing"] as const;
export type CyclePhase = (typeof CYCLE_PHASES)[number];

export type CycleProgress = {
  readonly phase: CyclePhase;
  /** Files or tasks that this phase is done with. */
  readonly done: number;
  /** Null where only the end of the phase tells how many there are. */
  readonly total: number | null;
};

/** Whether a cycle has got on since: the same numbers again are no progress. */
export function hasAdvanced(before: CycleProgress | null, now: CycleProgress): boolean {
  return before === null || before.phase !== now.phase || before.done !== now.done;
}

/** Part of a sentence: "reading 41,000 of 100,000 files". */
export function describeProgress({ phase, done, total }: CycleProgress): string {
  const [doing, things] = WORDS[phase];
  const count =
    total === null
      ? `${countText(done)} ${things} so far`
      : `${countText(done)} of ${countText(total)} ${things}`;
  return `${doing} ${count}`;
}

const WORDS: Readonly<Record<CyclePhase, readonly [doing: string, things: string]>> = {
  restoring: ["loading", "stored records"],
  listing: ["listing", "files"],
  reading: ["reading", "files"],
  deriving: ["sorting", "tasks into groups"],
  publishing: ["saving", "tasks"],
};

/** A number with its thousands apart. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

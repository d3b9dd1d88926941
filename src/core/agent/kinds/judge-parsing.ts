// Whether an agent's stream was understood. An agent that changed its stream would look idle, or finished, when it is neither:
// new starts of its kind wait until a person has looked, or another version of the agent is there.

/** Fewer lines may be noise of one bad moment. */
const UNPARSED_MIN = 20;
const UNPARSED_PERCENT_MAX = 5;

/** Of one attempt: all of its events, and those that are lines which were not understood. */
export function isBadlyParsed({
  events,
  unparsed,
}: {
  readonly events: number;
  readonly unparsed: number;
}): boolean {
  return unparsed >= UNPARSED_MIN && unparsed * 100 > events * UNPARSED_PERCENT_MAX;
}

type HeldProgram = { readonly program: string | null; readonly stamp: string | null };

/** Whether the agent is still the one that was not understood: its file is the same (ports/system/programs.ts). */
export function isInForce(
  { program, stamp }: HeldProgram,
  stampOf: (program: string) => string | null,
): boolean {
  return program === null || stamp === null || stampOf(program) === stamp;
}

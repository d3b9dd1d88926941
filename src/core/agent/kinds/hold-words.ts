import { cutText, oneLine } from "../contract/agent-event.ts";
import { kindTitle } from "../contract/agent-kind.ts";

/** As much of the line as a sentence can hold. */
const LINE_SHOWN = 200;

type Hold = {
  readonly kind: string;
  readonly version: string | null;
  readonly events: number;
  readonly unparsed: number;
  readonly line: string;
  readonly why: string;
};

/** "Claude Code 2.4.1 is on hold: 37 of 120 lines of its last run were not understood." */
export function holdSentence({ kind, version, events, unparsed }: Hold): string {
  const name = `${kindTitle(kind)}${version === null ? "" : ` ${version}`}`;
  return `${name} is on hold: ${unparsed} of ${events} events of its last run were not understood.`;
}

/** The first line that was not understood, and what lifts the hold. */
export function holdDetail({ line, why }: Hold): string {
  const first = line === "" ? "" : `The first: ${cutText(oneLine(line), LINE_SHOWN)} (${why}). `;
  return `${first}Running workers continue; \`tasks resume\` lifts it, and so does another version of the agent.`;
}

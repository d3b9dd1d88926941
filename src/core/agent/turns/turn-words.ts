// What an agent gets between its turns: messages, answers, and that it continues after its process was ended.

import type { Attempt, FollowUp } from "../../contract/run.ts";
import { describeAttempt } from "../../run/attempt-end.ts";
import { answerWords } from "../../run/held/decide-alone.ts";
import type { Messages } from "../../run/run-transitions.ts";

export function messageWords({ by, text }: FollowUp): string {
  return `${by} says:\n\n${text.trim()}`;
}

/** Every message and the answer, in the order of a prompt. */
export function wordsOf({ followUps, answered }: Messages): readonly string[] {
  const answer = answered?.answer ?? null;
  const words = answered === null || answer === null ? [] : [answerWords(answered, answer)];
  return [...followUps.map(messageWords), ...words];
}

export type ResumeFacts = {
  readonly said: Messages;
  /** The one before; null if there is none. */
  readonly lastAttempt: Attempt | null;
};

/** The first words of an attempt that continues the session of an earlier one. */
export function resumeWords({ said, lastAttempt }: ResumeFacts): string {
  const words = wordsOf(said);
  if (lastAttempt === null || isFinished(lastAttempt)) {
    return words.length === 0 ? CONTINUE : words.join("\n\n");
  }
  return [sinceWords(lastAttempt), ...words].join("\n\n");
}

function sinceWords(last: Attempt): string {
  const same = "you continue in the same session and worktree. A command that ran then may have been cut off";
  if (last.spared?.kind === "waiting")
    return `You waited for ${last.spared.on}, so your turn was interrupted meanwhile. Go on: ${same}.`;
  const since = `Your process ${describeAttempt(last)}, and ${same}: look at \`git status\` before you continue.`;
  return last.spared?.kind === "out_of_memory" ? `${since} ${NEED_LESS}` : since;
}

const NEED_LESS =
  "No other worker runs here now. Still, use less memory than before: fewer processes at once, a part of the tests at a time.";

function isFinished({ end, spared = null }: Attempt): boolean {
  return spared === null && end.kind === "exited" && end.unfinished === undefined;
}

const CONTINUE =
  "Continue where you left off. Look at `git status` and `git log` first: something may have changed meanwhile.";

/** Stored as a message, for the transcript. */
export const SESSION_GONE =
  "The earlier session is gone. The agent starts over in a new one, with the whole prompt.";

// What an agent gets between its turns: messages, answers, and that it continues after its process was ended.

import type { Attempt, FollowUp, Question } from "../../contract/run.ts";
import { describeEnd } from "../../run/attempt-end.ts";
import type { Messages } from "../../run/run-transitions.ts";

export function messageWords({ by, text }: FollowUp): string {
  return `${by} says:\n\n${text.trim()}`;
}

/** Null without an answer. */
export function answerWords({ text, answer }: Question): string | null {
  return answer === null ? null : `You asked: ${text.trim()}\n\n${answer.by} answers: ${answer.text.trim()}`;
}

/** Every message and the answer, in the order of a prompt. */
export function wordsOf({ followUps, answered }: Messages): readonly string[] {
  const answer = answered === null ? null : answerWords(answered);
  return [...followUps.map(messageWords), ...(answer === null ? [] : [answer])];
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
  const since = `Your process ${describeEnd(lastAttempt.end)}, and you continue in the same session and worktree. A command that ran then may have been cut off: look at \`git status\` before you continue.`;
  return [since, ...words].join("\n\n");
}

function isFinished({ end }: Attempt): boolean {
  return end.kind === "exited" && end.unfinished === undefined;
}

const CONTINUE =
  "Continue where you left off. Look at `git status` and `git log` first: something may have changed meanwhile.";

/** Stored as a message, for the transcript. */
export const SESSION_GONE =
  "The earlier session is gone. The agent starts over in a new one, with the whole prompt.";

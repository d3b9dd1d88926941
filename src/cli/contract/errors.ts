// The errors that commands throw, by what is wrong (core/errors.ts has their exit codes).

import type { Refusal } from "../../core/contract/refusal.ts";
import { type ErrorCode, UserError } from "../../core/contract/user-error.ts";

type Sentences = Pick<Refusal, "message" | "hint">;

/** The command line itself is wrong. */
export function usage(message: string, hint: string): UserError {
  return new UserError({ code: "usage", message, hint });
}

/** What was asked of a run is refused. */
export function refused({ message, hint }: Sentences, code: ErrorCode = "run_refused"): UserError {
  return new UserError({ code, message, hint });
}

/** The answer of a use case, unless it is a refusal. Throws UserError `run_refused`. */
export function accepted<Answer extends { readonly kind: string }>(
  answer: Answer | Refusal,
): Exclude<Answer, Refusal> {
  if (answer.kind === "refused") throw refused(answer as Refusal);
  return answer as Exclude<Answer, Refusal>;
}

/** Several refusals: each sentence, with its hint. */
export function refusedTogether(refusals: readonly Sentences[]): UserError | null {
  const [first] = refusals;
  if (first === undefined) return null;
  if (refusals.length === 1) return refused(first);
  const lines = refusals.map(({ message, hint }) => `  ${message} ${hint}`);
  return refused({
    message: `${refusals.length} were refused:\n${lines.join("\n")}`,
    hint: "The others were done.",
  });
}

/** An edit of a file is refused: nothing was written. */
export function editRefused({ message, hint }: Sentences): UserError {
  return refused({ message: `${message} Nothing was written.`, hint }, "edit_refused");
}

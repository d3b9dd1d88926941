// The errors that commands throw, by what is wrong (core/contract/user-error.ts has their exit codes).

import type { Refusal } from "../../core/contract/refusal.ts";
import { type ErrorCode, type Failure, UserError } from "../../core/contract/user-error.ts";

/** The command line itself is wrong. */
export function usage(message: string, hint: string): UserError {
  return new UserError({ code: "usage", message, hint });
}

/** What was asked of a run is refused. */
export function refused(message: string, hint: string): UserError {
  return new UserError({ code: "run_refused", message, hint });
}

/** The answer of a use case, unless it is a refusal: that is thrown. */
export function accepted<Answer extends { readonly kind: string }>(
  answer: Answer | Refusal,
): Exclude<Answer, Refusal> {
  if (answer.kind === "refused") throw new UserError(answer as Refusal);
  return answer as Exclude<Answer, Refusal>;
}

/** Several refusals: each sentence, with its hint. */
export function refusedTogether(refusals: readonly Failure<ErrorCode>[]): UserError | null {
  const [first] = refusals;
  if (first === undefined) return null;
  if (refusals.length === 1) return new UserError(first);
  const lines = refusals.map(({ message, hint }) => `  ${message} ${hint}`);
  return refused(`${refusals.length} were refused:\n${lines.join("\n")}`, "The others were done.");
}

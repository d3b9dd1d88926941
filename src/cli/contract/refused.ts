// What a use case refuses, as the error that the command line prints: exit code 1, a sentence, and what to do instead.

import type { Refusal } from "../../core/contract/refusal.ts";
import { UserError } from "../../core/contract/user-error.ts";

export function refused({ message, hint }: Pick<Refusal, "message" | "hint">): UserError {
  return new UserError({ code: "run_refused", message, hint });
}

/** Several at once: each sentence, and the first remedy that there is. */
export function refusedTogether(refusals: readonly Pick<Refusal, "message" | "hint">[]): UserError | null {
  const [first] = refusals;
  if (first === undefined) return null;
  if (refusals.length === 1) return refused(first);
  const lines = refusals.map(({ message, hint }) => `  ${message} ${hint}`);
  return refused({
    message: `${refusals.length} were refused:\n${lines.join("\n")}`,
    hint: "The others were done.",
  });
}

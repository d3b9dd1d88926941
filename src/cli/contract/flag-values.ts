// Flags that take a text.

import { UserError } from "../../core/contract/user-error.ts";
import type { Flags } from "./command.ts";

/** What was typed, or null. */
export function textFlag(flags: Flags, name: string): string | null {
  const typed = flags[name];
  return typeof typed === "string" ? typed : null;
}

/** What was typed. Throws UserError `usage` when there is nothing. */
export function requiredText(flags: Flags, name: string, example: string): string {
  const typed = textFlag(flags, name);
  if (typed !== null && typed.trim() !== "") return typed;
  throw new UserError({
    code: "usage",
    message: `--${name} is missing, or empty.`,
    hint: `For example: ${example}`,
  });
}

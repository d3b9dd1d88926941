// The values of flags, checked.

import type { Flags } from "./command.ts";
import { usage } from "./errors.ts";

/** What an agent reads in one go, and a person in two screens (P14). */
const LIMIT_DEFAULT = 50;

/** What was typed, or null. */
export function textFlag(flags: Flags, name: string): string | null {
  const typed = flags[name];
  return typeof typed === "string" ? typed : null;
}

/** What was typed. Throws UserError `usage` when it is missing or empty. */
export function requiredText(flags: Flags, name: string, example: string): string {
  const typed = textFlag(flags, name);
  if (typed !== null && typed.trim() !== "") return typed;
  throw usage(`--${name} is missing, or empty.`, `For example: ${example}`);
}

/** `--limit`: output is bounded unless more is asked for (P14). Throws UserError `usage`. */
export function readLimit(flags: Flags, fallback = LIMIT_DEFAULT): number {
  return readCount(flags, "limit", `Leave it out for ${fallback}.`) ?? fallback;
}

/** The number typed for a flag, or null. Throws UserError `usage`. */
export function readCount(flags: Flags, name: string, hint = "Leave it out for no limit."): number | null {
  const typed = textFlag(flags, name);
  if (typed === null) return null;
  if (/^[1-9]\d{0,8}$/.test(typed)) return Number(typed);
  throw usage(`--${name} is ${JSON.stringify(typed)}; it needs a whole number above 0.`, hint);
}

// `--limit`: output is bounded unless somebody asks for more (P14).

import { UserError } from "../../core/contract/user-error.ts";
import type { Flags } from "./command.ts";

/** The number typed, or the command's own. Throws UserError `usage`. */
export function readLimit(flags: Flags, fallback: number): number {
  return readCount(flags, "limit", `Leave it out for ${fallback}.`) ?? fallback;
}

/** The number typed for a flag, or null. Throws UserError `usage`. */
export function readCount(flags: Flags, name: string, hint = "Leave it out for no limit."): number | null {
  const typed = flags[name];
  if (typeof typed !== "string") return null;
  if (/^[1-9]\d{0,8}$/.test(typed)) return Number(typed);
  throw new UserError({
    code: "usage",
    message: `--${name} is ${JSON.stringify(typed)}; it needs a whole number above 0.`,
    hint,
  });
}

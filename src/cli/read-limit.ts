// `--limit`: output is bounded unless somebody asks for more (P14).

import { UserError } from "../core/errors.ts";
import type { Flags } from "./command.ts";

/** The number typed, or the command's own. Throws UserError `usage`. */
export function readLimit(flags: Flags, fallback: number): number {
  const typed = flags["limit"];
  if (typeof typed !== "string") return fallback;
  if (/^[1-9]\d{0,8}$/.test(typed)) return Number(typed);
  throw new UserError({
    code: "usage",
    message: `--limit is ${JSON.stringify(typed)}; it needs a whole number above 0.`,
    hint: `Leave it out for ${fallback}.`,
  });
}

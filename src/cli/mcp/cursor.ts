// Where a list or a text continues. A cursor is text that only this program reads; one that it did not write, or that no
// longer fits, is an error that says to start again.

import type * as z from "zod";
import type { UserError } from "../../core/contract/user-error.ts";
import { usage } from "../contract/errors.ts";

/** Longer ones were not written here. */
export const CURSOR_LENGTH_MAX = 1_000;

export function writeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** Throws UserError `usage`. */
export function readCursor<Place extends z.ZodType>(text: string, schema: Place): z.output<Place> {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    throw staleCursor("The cursor is none that was given out.");
  }
}

export function staleCursor(why: string): UserError {
  return usage(why, "Call again without `cursor`.");
}

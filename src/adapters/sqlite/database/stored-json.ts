// Values stored as JSON: always validated when they are read back.

import type { ZodType } from "zod";
import { damagedValue } from "./sqlite-failure.ts";

/** Throws a `corrupt` StoreError, naming `what`, for a text that is not JSON of that schema. */
export function readStored<Value>(schema: ZodType<Value>, text: unknown, what: string): Value {
  const result = schema.safeParse(parseStored(text, what));
  if (!result.success) throw damagedValue(what, result.error);
  return result.data;
}

/** JSON of any shape; throws a `corrupt` StoreError, naming `what`, for anything else. */
export function parseStored(text: unknown, what: string): unknown {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    throw damagedValue(what, error);
  }
}

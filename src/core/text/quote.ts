/** A sentence stays readable with this much of a value in it. */
const QUOTED_LENGTH_LIMIT = 60;

/** The value in double quotes, cut to 60 characters, with control and direction characters as `\uFFFD`. */
export function quote(value: string): string {
  const shown = value.slice(0, QUOTED_LENGTH_LIMIT).toWellFormed().replace(ACTING_CHARACTERS, "\uFFFD");
  return value.length > QUOTED_LENGTH_LIMIT ? `"${shown}…"` : `"${shown}"`;
}

const ACTING_CHARACTERS = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2028\u2029\u2066-\u2069]/gu;

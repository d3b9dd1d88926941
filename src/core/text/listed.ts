import { quote } from "./quote.ts";

/** Names listed in a sentence before the rest is only counted. */
const NAMES_IN_SENTENCE = 3;

/** `a`, `a and b`, `a, b, c and 4 more`. */
export function listed(names: readonly string[], last: "and" | "or" = "and"): string {
  const shown = names.slice(0, NAMES_IN_SENTENCE).map(inSentence);
  if (names.length > NAMES_IN_SENTENCE) {
    return `${shown.join(", ")} and ${names.length - NAMES_IN_SENTENCE} more`;
  }
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} ${last} ${shown.at(-1)}`;
}

/** A name as it is when it is as plain as slugs, ids and paths are; anything else in quotes, cut and made harmless. */
export function inSentence(name: string): string {
  return PLAIN_NAME.test(name) ? name : quote(name);
}

const PLAIN_NAME = /^[\p{L}\p{N}_./-]{1,100}$/u;

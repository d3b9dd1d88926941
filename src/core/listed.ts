/** Names listed in a sentence before the rest is only counted. */
const NAMES_IN_SENTENCE = 3;

/** `a`, `a and b`, `a, b, c and 4 more`. */
export function listed(names: readonly string[], last: "and" | "or" = "and"): string {
  if (names.length > NAMES_IN_SENTENCE) {
    return `${names.slice(0, NAMES_IN_SENTENCE).join(", ")} and ${names.length - NAMES_IN_SENTENCE} more`;
  }
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

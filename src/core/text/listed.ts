import { quote } from "./quote.ts";

/** A sentence names this many; the rest are counted. */
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

/** Slugs, ids and paths as they are; any other name in quotes, cut and made harmless. */
export function inSentence(name: string): string {
  return PLAIN_NAME.test(name) ? name : quote(name);
}

const PLAIN_NAME = /^[\p{L}\p{N}_./-]{1,100}$/u;

type Named = { readonly pid: number; readonly name: string };

/** "sleep (pid 4711), vite (pid 4720)". */
export function namedProcesses(processes: readonly Named[]): string {
  return processes.map(({ pid, name }) => `${inSentence(name)} (pid ${pid})`).join(", ");
}

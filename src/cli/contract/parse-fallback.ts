// `--default X --until 30m`: what a worker continues with when no one answers its question in time.

import { quote } from "../../core/text/quote.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { usage } from "./errors.ts";
import { parseUntil } from "./parse-until.ts";

/** For a default without a time. */
const DEFAULT_ANSWER_MS = 30 * MINUTE_MS;

type Typed = {
  readonly answer: string | null;
  readonly until: string | null;
  readonly choices: readonly string[];
};

/** Throws UserError `usage`. */
export function parseFallback(
  { answer, until, choices }: Typed,
  nowMs: number,
): { readonly text: string; readonly atMs: number } | null {
  if (answer === null) {
    if (until === null) return null;
    throw usage("--until says when the default counts, and there is no --default.", EXAMPLE);
  }
  const text = answer.trim();
  if (text === "") throw usage("The default is empty.", EXAMPLE);
  if (choices.length > 0 && !choices.includes(text))
    throw usage(
      `The default is ${quote(text)}, which is not one of the choices.`,
      `It has to be one of: ${choices.join(", ")}.`,
    );
  return { text, atMs: until === null ? nowMs + DEFAULT_ANSWER_MS : parseUntil(until, nowMs) };
}

const EXAMPLE = 'For example: tasks ask "Which region?" --choice eu --choice us --default eu --until 30m';

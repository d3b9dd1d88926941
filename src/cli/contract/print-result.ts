// How a command prints its result: JSON with `--format json`, else lines for people.

import { jsonText, terminalText } from "../print/terminal-text.ts";
import type { CommandContext } from "./command.ts";

type Printing = Pick<CommandContext, "output" | "flags">;

export const asJson = ({ flags }: Pick<CommandContext, "flags">): boolean => flags["format"] === "json";

/** Prints sentences, made harmless for a terminal. */
export function printResult(context: Printing, record: object, ...sentences: readonly string[]): void {
  printLines(context, record, sentences.map(terminalText));
}

/** Prints lines that are harmless already, such as those of a table; `empty` where there are none. */
export function printLines(
  context: Printing,
  record: object,
  lines: readonly string[],
  empty: string | null = null,
): void {
  const { output } = context;
  if (asJson(context)) output.result(jsonText(record));
  else for (const line of lines.length === 0 && empty !== null ? [empty] : lines) output.result(line);
}

/** Says on stderr that a list was cut, and how to see all of it. */
export function noteCut(
  { output }: Pick<CommandContext, "output">,
  { shown, total }: { readonly shown: number; readonly total: number },
): void {
  if (shown < total) output.note(`${shown} of ${total} are shown; --limit ${total} shows all.`);
}

// What a command says of settings that the release before had.

import { originName } from "../../config/load.ts";
import { quote } from "../../core/text/quote.ts";
import { terminalText } from "../print/terminal-text.ts";
import type { RepositoryContext } from "./command.ts";

/** One line for each that somebody still gives: what to give instead, and why. */
export function noteReplaced({ output, loaded }: Pick<RepositoryContext, "output" | "loaded">): void {
  for (const { setting, origin } of loaded.replaced) {
    const { key, by, because } = setting;
    const place = `${originName(origin)}: ${quote(key)}`;
    output.note(terminalText(`${place} is no longer used: ${because}. Use ${by} instead.`));
  }
}

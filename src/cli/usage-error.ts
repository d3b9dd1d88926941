// What is wrong with the words of a command line, and the nearest right word (C1).

import type { CommanderError } from "commander";
import { UserError } from "../core/contract/user-error.ts";
import { nearest } from "../core/text/nearest.ts";
import { quote } from "../core/text/quote.ts";

/** For a first word that is no command. */
export function unknownCommand(name: string, commands: readonly string[]): UserError {
  const meant = nearest(name, commands);
  const suggestion = meant === null ? "" : `Did you mean ${meant}? `;
  return new UserError({
    code: "usage",
    message: `There is no command ${quote(name)}.`,
    hint: `${suggestion}"tasks --help" lists the commands.`,
  });
}

/** commander's message is "error: what", and below it "(Did you mean this?)"; ours is a sentence, then what to type. */
export function usageError(error: CommanderError, command: string | null): UserError {
  const [what = "", suggestion] = error.message
    .replace(/^error: /, "")
    .split("\n")
    .map((line) => line.replace(/^\((.*)\)$/, "$1"));
  const help =
    command === null ? '"tasks --help" lists the commands.' : `"tasks ${command} --help" lists its flags.`;
  return new UserError({
    code: "usage",
    message: what.replace(/^./, (letter) => letter.toUpperCase()).replace(/\.?$/, "."),
    hint: suggestion === undefined ? help : `${suggestion} ${help}`,
    cause: error,
  });
}

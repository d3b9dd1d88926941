// Asks before something that cannot be undone (U5). Without a terminal to ask at, --yes is required.

import process from "node:process";
import { createInterface } from "node:readline/promises";
import { terminalText } from "../print/terminal-text.ts";
import type { CommandContext } from "./command.ts";
import { usage } from "./errors.ts";

/** Whether there is a terminal at which a person could answer. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** True with `--yes`, or when the person at the terminal says so. `what`: "Stop 5 workers". */
export async function confirm({ flags, signal }: CommandContext, what: string): Promise<boolean> {
  if (flags["yes"] === true) return true;
  const { stdin, stderr } = process;
  if (!canAsk()) throw usage(`"${what}?" needs an answer, and there is no terminal to ask at.`, "Add --yes.");
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    const said = await asking.question(terminalText(`${what}? [y/N] `), { signal });
    return /^y(es)?$/i.test(said.trim());
  } finally {
    asking.close();
  }
}

/** The one of the choices that the person types, by its first letter or as a whole; asked again for anything else. */
export async function choose<Choice extends string>(
  { signal }: Pick<CommandContext, "signal">,
  what: string,
  choices: readonly Choice[],
): Promise<Choice> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (;;) {
      const said = await asking.question(terminalText(`${what} [${choices.join("/")}] `), { signal });
      const typed = said.trim().toLowerCase();
      const meant = typed === "" ? undefined : choices.find((choice) => choice.startsWith(typed));
      if (meant !== undefined) return meant;
    }
  } finally {
    asking.close();
  }
}

/** A line of text; empty for none. */
export async function askText({ signal }: Pick<CommandContext, "signal">, what: string): Promise<string> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question(terminalText(`${what} `), { signal })).trim();
  } finally {
    asking.close();
  }
}

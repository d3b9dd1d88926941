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

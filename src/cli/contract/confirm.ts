// Asks before something that cannot be taken back (U5). Where nobody can answer, the flag that says yes is asked for.

import process from "node:process";
import { createInterface } from "node:readline/promises";
import { UserError } from "../../core/contract/user-error.ts";
import { terminalText } from "../print/terminal-text.ts";
import type { CommandContext } from "./command.ts";

/** Whether somebody is at the terminal who could answer. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** True with `--yes`, or when somebody at the terminal says so. `what`: "Stop 5 workers". */
export async function confirm({ flags, signal }: CommandContext, what: string): Promise<boolean> {
  if (flags["yes"] === true) return true;
  const { stdin, stderr } = process;
  if (!canAsk()) {
    throw new UserError({
      code: "usage",
      message: `"${what}?" asks first, and nobody is here to answer.`,
      hint: "Add --yes.",
    });
  }
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    const said = await asking.question(terminalText(`${what}? [y/N] `), { signal });
    return /^y(es)?$/i.test(said.trim());
  } finally {
    asking.close();
  }
}

// `tasks hooks uninstall`: removes what `tasks hooks install` of an earlier version added to git's hooks.

import { UserError } from "../../../core/contract/user-error.ts";
import { quote } from "../../../core/text/quote.ts";
import type { HookResult } from "../../../ports/git/git-hooks.ts";
import type { CommandContext } from "../../contract/command.ts";
import { refused } from "../../contract/refused.ts";
import { jsonText, terminalBlock } from "../../print/terminal-text.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";

export async function hooks(command: CommandContext): Promise<void> {
  const { argument } = command;
  if (argument !== "uninstall") throw unknownVerb(argument ?? "");
  const { world, root, signal, output, flags } = await openRepositoryContext(command);
  const results = await world.uninstallHooks(root, signal);
  if (flags["format"] === "json") output.result(jsonText({ hooks: results }));
  const printed = flags["format"] === "json" ? [] : results.filter(({ did }) => did !== "refused");
  for (const { path, did } of printed) output.result(terminalBlock(`${path}: ${WORDS[did]}`));
  const refusals = results.filter(({ did }) => did === "refused");
  if (refusals.length === 0) return;
  throw refused({
    message: refusals.map(({ path, message }) => `${path}: ${message ?? ""}`).join("\n"),
    hint: "Everything else was done.",
  });
}

const WORDS: Readonly<Record<HookResult["did"], string>> = {
  unchanged: "nothing to do",
  taken_out: "our lines were removed",
  deleted: "removed",
  refused: "refused",
};

function unknownVerb(typed: string): UserError {
  if (typed === "install")
    return new UserError({
      code: "usage",
      message: "`tasks hooks install` is gone: the runner notices merges and checkouts without hooks.",
      hint: "For a hook of your own, see docs/runs.md. `tasks hooks uninstall` removes earlier ones.",
    });
  return new UserError({
    code: "usage",
    message: `\`tasks hooks\` does not know ${quote(typed)}.`,
    hint: "It is `tasks hooks uninstall`.",
  });
}

// `tasks hooks`: lets git reconcile after a merge and a checkout; keeps hooks that are there.

import { type HookResult, installHooks, uninstallHooks } from "../../../app/setup/install-hooks.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { quote } from "../../../core/text/quote.ts";
import type { CommandContext } from "../../contract/command.ts";
import { refused } from "../../contract/refused.ts";
import { jsonText, terminalBlock } from "../../print/terminal-text.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";

export async function hooks(command: CommandContext): Promise<void> {
  const { argument } = command;
  if (argument !== "install" && argument !== "uninstall") throw unknownVerb(argument ?? "");
  const { world, root, signal, output, flags } = await openRepositoryContext(command);
  const gitHooks = await world.openGitHooks(root);
  const results =
    argument === "install"
      ? await installHooks(gitHooks, { command: world.ownCommand, signal })
      : await uninstallHooks(gitHooks, { signal });
  if (flags["format"] === "json") output.result(jsonText({ hooks: results }));
  const printed = flags["format"] === "json" ? [] : results.filter(({ did }) => did !== "refused");
  for (const { path, did } of printed) output.result(terminalBlock(`${path}: ${WORDS[did]}`));
  const refusals = results.filter(({ did }) => did === "refused");
  if (refusals.length === 0) return;
  throw refused({
    message: refusals.map(({ path, message }) => `${path}: ${message ?? ""}`).join("\n"),
    hint: "Everything else was done; reconciliation also runs by itself in each update.",
  });
}

const WORDS: Readonly<Record<HookResult["did"], string>> = {
  made: "made",
  added: "added to the hook that was there",
  updated: "brought up to date",
  unchanged: "nothing to do",
  taken_out: "our lines were taken out",
  deleted: "removed",
  refused: "refused",
};

function unknownVerb(typed: string): UserError {
  return new UserError({
    code: "usage",
    message: `\`tasks hooks\` does not know ${quote(typed)}.`,
    hint: "It is `tasks hooks install` or `tasks hooks uninstall`.",
  });
}

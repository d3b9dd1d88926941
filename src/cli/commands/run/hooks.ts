import { quote } from "../../../core/text/quote.ts";
import type { HookResult } from "../../../ports/git/git-hooks.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { refused, usage } from "../../contract/errors.ts";
import { FORMAT, REPO } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { terminalBlock } from "../../print/terminal-text.ts";
import { openRepository } from "../../repository/open-repository.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [{ name: "what", required: true, description: "uninstall" }],
  description:
    "Removes the lines that `tasks hooks install` of an earlier version added to post-merge and post-checkout. Everything else in them stays.",
  flags: [REPO, FORMAT],
  examples: [{ line: "tasks hooks uninstall", does: "git no longer starts tasks" }],
  run: hooks,
};

async function hooks(context: CommandContext): Promise<void> {
  const { argument } = context;
  if (argument === "install")
    throw usage(
      "`tasks hooks install` is gone: the runner notices merges and checkouts without hooks.",
      "For a hook of your own, see docs/runs.md. `tasks hooks uninstall` removes earlier ones.",
    );
  if (argument !== "uninstall")
    throw usage(`\`tasks hooks\` does not know ${quote(argument ?? "")}.`, "It is `tasks hooks uninstall`.");
  const opened = await openRepository(context);
  const results = await opened.system.uninstallHooks(opened.root, opened.signal);
  const refusals = results.filter(({ did }) => did === "refused");
  const lines = results
    .filter(({ did }) => did !== "refused")
    .map(({ path, did }) => terminalBlock(`${path}: ${WORDS[did]}`));
  printLines(opened, { hooks: results }, lines);
  if (refusals.length === 0) return;
  throw refused(
    refusals.map(({ path, message }) => `${path}: ${message ?? ""}`).join("\n"),
    "Everything else was done.",
  );
}

const WORDS: Readonly<Record<HookResult["did"], string>> = {
  unchanged: "nothing to do",
  taken_out: "our lines were removed",
  deleted: "removed",
  refused: "refused",
};

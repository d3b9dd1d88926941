import { UserError } from "../../../core/contract/user-error.ts";
import type { Command, CommandContext, RepositoryContext } from "../../contract/command.ts";
import { FORMAT, flag, REPO } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { openRepository } from "../../repository/open-repository.ts";
import { askForTrust, trustLines } from "../../repository/trust.ts";

/** Settings that are read when a server starts: changing them requires a restart. */
const READ_AT_START = /^(?:server|github)\./;

export const command: Command = {
  insideRun: "refused",
  description:
    "Prints what tasks/config.yaml sets that can run, start, send or open something, asks, and saves the answer for these values. Until then they count as not set, and nothing starts; looking needs no trust. A value that changes is asked about again. See docs/trust.md.",
  flags: [
    REPO,
    flag("--yes", "do not ask"),
    flag("--revoke", "stop trusting it; live workers continue"),
    FORMAT,
  ],
  examples: [
    { line: "tasks trust", does: "look at what it would run, then say yes or no" },
    { line: "tasks trust --yes --repo ~/work/app", does: "in a script, for a repository of your own" },
    { line: "tasks trust --revoke", does: "undo it" },
  ],
  run: trust,
};

/** Exits 3 when the answer is no. */
async function trust(context: CommandContext): Promise<void> {
  const opened = await openRepository(context);
  const { system, root, flags, loaded, output } = opened;
  const files = await system.openSettingsFiles(root);
  if (flags["revoke"] === true) {
    await files.removeTrust();
    await applyNow(opened);
    return print(opened, false, "No longer trusted: nothing starts because of its settings.");
  }
  const isKnown = files.readTrust() !== null && loaded.untrusted.length === 0;
  if (!asJson(opened)) for (const line of trustLines(opened)) output.result(line);
  if (!isKnown) {
    if (!(await askForTrust(opened))) throw notTrusted();
    await applyNow(opened);
  }
  print(opened, true, isKnown ? "It is trusted already." : "Trusted.");
}

function print(opened: RepositoryContext, trusted: boolean, sentence: string): void {
  const { guarded } = opened.loaded;
  printLines(opened, { repository: opened.root, trusted, settings: guarded }, [sentence]);
  if (guarded.some(({ key }) => READ_AT_START.test(key)))
    opened.output.note("The settings of server and github apply after a restart of `tasks serve`.");
}

/** A live runner starts what waited for trust, and the page shows the change. */
async function applyNow(context: RepositoryContext): Promise<void> {
  const store = await context.system.openStoreLater(context.root);
  try {
    await awaitRunner(context, store);
  } finally {
    await store.close();
  }
}

function notTrusted(): UserError {
  return new UserError({
    code: "trust_needed",
    message: "Not trusted: nothing was changed.",
    hint: "Looking needs no trust: `tasks serve` still shows the tasks.",
  });
}

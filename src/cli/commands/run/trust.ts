// `tasks trust`: shows what a repository's settings would run, asks, and notes the answer; `--revoke` takes it back.

import { UserError } from "../../../core/contract/user-error.ts";
import type { CommandContext, RepositoryContext } from "../../contract/command.ts";
import { jsonText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";
import { askForTrust, trustLines } from "../../repository/trust.ts";

/** Read when a server starts: a change of them needs a new one. */
const READ_AT_START = /^(?:server|github)\./;

/** Exits 3 when the answer is no. */
export async function trust(command: CommandContext): Promise<void> {
  const context = await openRepositoryContext(command);
  const { world, root, flags, loaded } = context;
  const files = await world.openSettingsFiles(root);
  if (flags["revoke"] === true) {
    await files.removeTrust();
    await letRunnerKnow(context);
    print(context, {
      isTrusted: false,
      words: "Not trusted any more: nothing starts by what its file says.",
    });
    return;
  }
  const isKnown = files.readTrust() !== null && loaded.untrusted.length === 0;
  const isJson = flags["format"] === "json";
  if (!isJson) for (const line of trustLines(context)) context.output.result(line);
  if (!isKnown) {
    if (!(await askForTrust(context))) throw notTrusted();
    await letRunnerKnow(context);
  }
  print(context, { isTrusted: true, words: isKnown ? "It is trusted already." : "Trusted." });
}

function print(
  { output, flags, loaded, root }: RepositoryContext,
  { isTrusted, words }: { readonly isTrusted: boolean; readonly words: string },
): void {
  const { guarded } = loaded;
  if (flags["format"] === "json")
    output.result(jsonText({ repository: root, trusted: isTrusted, settings: guarded }));
  else output.result(words);
  if (guarded.some(({ key }) => READ_AT_START.test(key)))
    output.note("What it says of server and github counts when `tasks serve` is started again.");
}

/** What waited for it starts now, and the page says so. */
async function letRunnerKnow(context: RepositoryContext): Promise<void> {
  const store = await context.world.openStoreLater(context.root);
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
    hint: "Looking needs no trust: `tasks serve` shows the tasks all the same.",
  });
}

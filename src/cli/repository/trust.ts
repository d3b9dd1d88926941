// Trust in what a repository's files would run, start, send or open: shown, asked for once, and saved in the user's own
// folder. All trust is saved by `saveTrust`.

import { isMapping } from "../../config/config-file.ts";
import { alsoTrust, type GuardedValue, trustIn } from "../../config/guarded-settings.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { untrustedRefusal } from "../../core/worker/untrusted-settings.ts";
import type { TrustRecord } from "../../ports/tree/settings-files.ts";
import type { CommandContext, RepositoryContext } from "../contract/command.ts";
import { canAsk, confirm } from "../contract/confirm.ts";
import { alignColumns } from "../print/columns.ts";
import { commandText } from "../print/command-text.ts";
import { terminalText } from "../print/terminal-text.ts";
import { openRepository } from "./open-repository.ts";

/** Before a command starts something: asks at a terminal. Throws UserError `trust_needed` that names the command. */
export async function requireTrust(command: CommandContext): Promise<void> {
  const context = await openRepository(command);
  const { untrusted } = context.loaded;
  const refusal = untrustedRefusal(untrusted.map(({ key }) => key));
  if (refusal === null) return;
  if (!canAsk()) throw new UserError(refusal);
  for (const line of trustLines(context)) context.output.note(line);
  if (!(await askForTrust(context))) throw new UserError(refusal);
}

/** For a command that does not need trust: says what waits for it. */
export function noteUntrusted({ output, loaded }: Pick<RepositoryContext, "output" | "loaded">): void {
  const refusal = untrustedRefusal(loaded.untrusted.map(({ key }) => key));
  if (refusal !== null) output.note(terminalText(`${refusal.message} ${refusal.hint}`));
}

/** Asks whether to trust what `trustLines` has shown, and saves a yes. */
export async function askForTrust(context: RepositoryContext): Promise<boolean> {
  const { guarded } = context.loaded;
  if (!(await confirm(context, "Trust this repository on this machine"))) return false;
  await saveTrust(context, () => trustIn(guarded));
  return true;
}

/** Trusts what the command itself has just written, and nothing else in the file. */
export async function trustOwnWriting(
  context: Pick<RepositoryContext, "system" | "root">,
  values: readonly GuardedValue[],
): Promise<void> {
  await saveTrust(context, (record) => alsoTrust(record, values));
}

async function saveTrust(
  { system, root }: Pick<RepositoryContext, "system" | "root">,
  change: (record: TrustRecord | null) => TrustRecord,
): Promise<void> {
  const files = await system.openSettingsFiles(root);
  await files.writeTrust(change(files.readTrust()));
}

/** What trust would cover, and what it does not. */
export function trustLines({ loaded, root }: RepositoryContext): readonly string[] {
  const { guarded, untrusted } = loaded;
  if (guarded.length === 0)
    return [
      `tasks/config.yaml in ${terminalText(root)} sets nothing that runs, starts, sends or opens something.`,
      ALSO_READ,
    ];
  const waiting = new Set(untrusted.map(({ key }) => key));
  const rows = guarded.map(({ key, value }) => [
    `  ${key}`,
    waiting.has(key) ? "not trusted" : "trusted",
    valueText(value),
  ]);
  return [
    `tasks/config.yaml in ${terminalText(root)} sets what runs, starts, sends or opens something:`,
    // Never cut to the width of the terminal: people see all of what they trust.
    ...alignColumns(rows, null),
    ALSO_READ,
  ];
}

const ALSO_READ =
  "Workers read the repository's own files too: its tasks, tasks/worker-prompt.md, and settings of agents such as .claude, .mcp.json and AGENTS.md. These are not listed, and may change without being asked about.";

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : commandText(value.map(String));
  return terminalText(isMapping(value) ? JSON.stringify(value) : String(value));
}

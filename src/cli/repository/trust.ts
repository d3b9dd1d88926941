// Trust in what a repository's files would run, start, send or open: shown, asked for once, and noted in the user's own
// folder. Whatever gives trust goes through `noteTrust`.

import { alsoTrust, type GuardedValue, trustIn } from "../../config/trust.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { untrustedRefusal } from "../../core/worker/untrusted-settings.ts";
import type { TrustRecord } from "../../ports/tree/settings-files.ts";
import type { CommandContext, RepositoryContext } from "../contract/command.ts";
import { canAsk, confirm } from "../contract/confirm.ts";
import { alignColumns } from "../print/columns.ts";
import { commandText } from "../print/command-text.ts";
import { terminalText } from "../print/terminal-text.ts";
import { openRepositoryContext } from "./open-repository.ts";

/** Before a command starts something: asks at a terminal. Throws UserError `trust_needed` that names the command. */
export async function requireTrust(command: CommandContext): Promise<void> {
  const context = await openRepositoryContext(command);
  const { untrusted } = context.loaded;
  const refusal = untrustedRefusal(untrusted.map(({ key }) => key));
  if (refusal === null) return;
  if (!canAsk()) throw new UserError({ code: "trust_needed", ...refusal });
  for (const line of trustLines(context)) context.output.note(line);
  if (!(await askForTrust(context))) throw new UserError({ code: "trust_needed", ...refusal });
}

/** For a command that only looks, or goes on all the same: what waits, and what ends the waiting. */
export function noteUntrusted({ output, loaded }: Pick<RepositoryContext, "output" | "loaded">): void {
  const refusal = untrustedRefusal(loaded.untrusted.map(({ key }) => key));
  if (refusal !== null) output.note(terminalText(`${refusal.message} ${refusal.hint}`));
}

/** Asks whether to trust what `trustLines` has shown, and notes a yes. */
export async function askForTrust(context: RepositoryContext): Promise<boolean> {
  const { guarded } = context.loaded;
  if (!(await confirm(context, "Trust this repository on this machine"))) return false;
  await noteTrust(context, () => trustIn(guarded));
  return true;
}

/** Trusts what a command has just written itself, and nothing else that the file may hold. */
export async function trustOwnWriting(
  context: Pick<RepositoryContext, "world" | "root">,
  values: readonly GuardedValue[],
): Promise<void> {
  await noteTrust(context, (record) => alsoTrust(record, values));
}

async function noteTrust(
  { world, root }: Pick<RepositoryContext, "world" | "root">,
  change: (record: TrustRecord | null) => TrustRecord,
): Promise<void> {
  const files = await world.openSettingsFiles(root);
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
    // Not cut to the terminal: what is trusted is seen whole.
    ...alignColumns(rows, null),
    ALSO_READ,
  ];
}

const ALSO_READ =
  "Workers read the repository's own files too: its tasks, tasks/worker-prompt.md, and settings of agents such as .claude, .mcp.json and AGENTS.md. These are not listed, and may change without a question.";

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : commandText(value.map(String));
  return terminalText(String(value));
}

// `tasks config`: the settings in force, and where each came from.

import { type LoadedConfig, originName } from "../../../config/load.ts";
import { SETTINGS } from "../../../config/settings.ts";
import type { CommandContext } from "../../contract/command.ts";
import { noteReplaced } from "../../contract/note-replaced.ts";
import { alignColumns } from "../../print/columns.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";

/** Prints one line per setting, or one JSON record by key. */
export async function config(context: CommandContext): Promise<void> {
  const opened = await openRepositoryContext(context);
  const { output, flags, loaded } = opened;
  noteReplaced(opened);
  const settings = SETTINGS.map(({ key, path }) => ({
    key,
    value: valueAt(loaded, path),
    from: originName(loaded.origins.get(key) ?? { kind: "default" }),
    waits: isWaiting(loaded, key),
  }));
  if (flags["format"] === "json") {
    const record = settings.map(({ key, value, from, waits }) => [
      key,
      { value, from, ...(waits && { waits_for_trust: true }) },
    ]);
    output.result(jsonText(Object.fromEntries(record)));
    return;
  }
  const rows = settings.map(({ key, value, from, waits }) => [
    key,
    showValue(value),
    terminalText(waits ? `${from} (another value waits for \`tasks trust\`)` : from),
  ]);
  for (const line of alignColumns(rows, null)) output.result(line);
}

function isWaiting({ untrusted, withheld }: LoadedConfig, key: string): boolean {
  return withheld.includes(key) || untrusted.some((value) => value.key === key);
}

function valueAt({ config }: LoadedConfig, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], config);
}

function showValue(value: unknown): string {
  if (value === null) return "–";
  if (Array.isArray(value)) return value.length === 0 ? "none" : terminalText(value.join(", "));
  return terminalText(String(value));
}

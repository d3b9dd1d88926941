// `tasks config`: the settings in force, and where each came from.

import { CONFIG_FILE } from "../../config/config-file.ts";
import type { LoadedConfig, ValueOrigin } from "../../config/load.ts";
import { SETTINGS } from "../../config/settings.ts";
import type { CommandContext } from "../command.ts";
import { alignColumns } from "../print/columns.ts";
import { jsonText, terminalText } from "../print/terminal-text.ts";
import { openRepositoryContext } from "../repository-context.ts";

/** Prints one line per setting, or one JSON record by key. */
export async function config(context: CommandContext): Promise<void> {
  const { output, flags, loaded } = await openRepositoryContext(context);
  const settings = SETTINGS.map(({ key, path }) => ({
    key,
    value: valueAt(loaded, path),
    origin: loaded.origins.get(key) ?? ({ kind: "default" } as const),
  }));
  if (flags["format"] === "json") {
    const record = settings.map(({ key, value, origin }) => [key, { value, from: nameOrigin(origin) }]);
    output.result(jsonText(Object.fromEntries(record)));
    return;
  }
  const rows = settings.map(({ key, value, origin }) => [key, showValue(value), nameOrigin(origin)]);
  for (const line of alignColumns(rows, null)) output.result(line);
}

function valueAt({ config }: LoadedConfig, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], config);
}

function nameOrigin(origin: ValueOrigin): string {
  if (origin.kind === "default") return "default";
  return origin.kind === "file" ? CONFIG_FILE : origin.name;
}

function showValue(value: unknown): string {
  if (value === null) return "–";
  if (Array.isArray(value)) return value.length === 0 ? "none" : terminalText(value.join(", "));
  return terminalText(String(value));
}

import { isMapping } from "../../../config/config-file.ts";
import { type LoadedConfig, originName } from "../../../config/load.ts";
import { findSetting, SETTINGS } from "../../../config/settings.ts";
import { namedWorkerOf } from "../../../config/worker-schema.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { FORMAT, REPO } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { noteReplaced, openRepository } from "../../repository/open-repository.ts";

export const command: Command = {
  insideRun: "allowed",
  description:
    "Settings come from flags, then TASKS_... variables, then your own settings, then tasks/config.yaml, then the defaults; the first that names one wins. A setting of tasks/config.yaml that waits for `tasks trust` counts as not set, and `notify` counts in your own settings alone. All keys: docs/configuration.md.",
  flags: [REPO, FORMAT],
  examples: [{ line: "TASKS_PAGE_ROWS=50 tasks config", does: "what would be in force with that variable" }],
  run: config,
};

/** Prints one line per setting, or one JSON record by key. */
async function config(context: CommandContext): Promise<void> {
  const opened = await openRepository(context);
  const { loaded } = opened;
  noteReplaced(opened);
  const settings = [...SETTINGS, ...namedWorkers(loaded)].map(({ key, path }) => ({
    key,
    value: valueAt(loaded, path),
    from: originName(loaded.origins.get(key) ?? { kind: "default" }),
    waits: isWaiting(loaded, key),
    ignored: loaded.ignored.includes(key),
  }));
  const record = settings.map(({ key, value, from, waits, ignored }) => [
    key,
    {
      value,
      from,
      ...(waits && { waits_for_trust: true }),
      ...(ignored && { ignored_in_repository: true }),
    },
  ]);
  const rows = settings.map(({ key, value, from, waits, ignored }) => [
    key,
    showValue(value),
    terminalText(`${from}${waits ? WAITS : ignored ? IGNORED : ""}`),
  ]);
  printLines(opened, Object.fromEntries(record), alignColumns(rows, null));
}

const WAITS = " (another value waits for `tasks trust`)";
const IGNORED = " (tasks/config.yaml gives another: it counts in your own settings alone)";

/** Entries of `workers:`, also those that wait for trust alone. */
function namedWorkers({ origins, untrusted }: LoadedConfig) {
  const keys = new Set([...origins.keys(), ...untrusted.map(({ key }) => key)]);
  return [...keys].flatMap((key) => (namedWorkerOf(key) === null ? [] : (findSetting(key) ?? [])));
}

function isWaiting({ untrusted, withheld }: LoadedConfig, key: string): boolean {
  return withheld.includes(key) || untrusted.some((value) => value.key === key);
}

function valueAt({ config }: LoadedConfig, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isMapping(value) ? value[name] : null), config) ?? null;
}

function showValue(value: unknown): string {
  if (value === null) return "–";
  if (Array.isArray(value)) return value.length === 0 ? "none" : terminalText(value.join(", "));
  return terminalText(typeof value === "object" ? JSON.stringify(value) : String(value));
}

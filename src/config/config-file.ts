// Reads a settings file, and finds the line of a key for messages.

import { CORE_SCHEMA, load, YAMLException } from "js-yaml";
import { UserError } from "../core/contract/user-error.ts";

export const CONFIG_FILE = "tasks/config.yaml";

/** Throws UserError `config_invalid` with the line. */
export function parseConfigFile(text: string, name: string = CONFIG_FILE): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = load(text, { schema: CORE_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    // js-yaml refuses a file without a document, which is a settings file without settings.
    if (text.replace(/^\s*#.*$/gm, "").trim() === "") return {};
    const line = error.mark === undefined ? "" : `:${error.mark.line + 1}`;
    throw unusable(`${name}${line}: this is not YAML: ${error.reason}.`, error);
  }
  if (content === null || content === undefined) return {};
  if (isMapping(content)) return content;
  throw unusable(`${name}:1: settings are "key: value" lines, and this is something else.`);
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** 1-based line of a key; null if unknown. Loads a second parser, so only for messages. */
export async function lineOfKey(text: string, path: readonly string[]): Promise<number | null> {
  const { LineCounter, isMap, isScalar, parseDocument } = await import("./yaml-document.ts");
  const counter = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: counter, uniqueKeys: false }).contents;
  let line: number | null = null;
  for (const name of path) {
    if (!isMap(node)) return line;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (pair === undefined || !isScalar(pair.key)) return line;
    line = pair.key.range ? counter.linePos(pair.key.range[0]).line : null;
    node = pair.value;
  }
  return line;
}

function unusable(message: string, cause?: unknown): UserError {
  return new UserError({
    code: "config_invalid",
    message,
    hint: `Correct the file, or move it away to use the defaults; "tasks config --help" says where settings come from.`,
    cause,
  });
}

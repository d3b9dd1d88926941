// Our server in `.mcp.json`, the file in which a repository lists MCP servers for the agents that work in it. Other servers
// and the file's layout stay as they are: the text is edited, never printed again.

import { isMap, isScalar, type Pair, parseDocument, type Range, type YAMLMap } from "yaml";
import { type Refusal, refusal } from "../contract/refusal.ts";
import { applySplices, lineBreakAt, lineStartAt, type Splice } from "../front-matter/splice.ts";
import { sameValue } from "../values/same-value.ts";
import type { EditedFile } from "./marked-section.ts";

const LIST = "mcpServers";
const NAME = "tasks";
const SERVER = { command: "tasks", args: ["mcp"] };
const SERVER_TEXT = `"${NAME}": { "command": "tasks", "args": ["mcp"] }`;
const NEW_FILE = `{\n  "${LIST}": {\n    ${SERVER_TEXT}\n  }\n}\n`;

/** The file with our server in it. Refused where a server of that name is another one. */
export function putServer(before: string | null): EditedFile {
  if (before === null) return { kind: "edited", text: NEW_FILE };
  const file = readSettings(before);
  if (file.kind === "refused") return file;
  const { servers } = file;
  if (servers !== null && Object.hasOwn(servers, NAME))
    return sameValue(servers[NAME], SERVER) ? { kind: "edited", text: before } : OTHER_SERVER;
  const listed = file.list === null ? null : file.list.map;
  const splice =
    listed === null
      ? added(before, file.whole, `"${LIST}": { ${SERVER_TEXT} }`)
      : added(before, listed, SERVER_TEXT);
  const value = { ...file.value, [LIST]: { ...servers, [NAME]: SERVER } };
  return checked(applySplices(before, [splice]), value);
}

/** The file without our server; null where nothing else is in it. A server of that name that is not ours stays. */
export function takeServer(before: string): EditedFile {
  if (before === NEW_FILE) return { kind: "edited", text: null };
  const file = readSettings(before);
  // What cannot be read does not hold what `install` wrote.
  if (file.kind === "refused" || file.list === null || file.servers === null)
    return { kind: "edited", text: before };
  if (!sameValue(file.servers[NAME], SERVER)) return { kind: "edited", text: before };
  const { [NAME]: _, ...others } = file.servers;
  const { [LIST]: __, ...rest } = file.value;
  const isEmpty = Object.keys(others).length === 0;
  const splice = isEmpty ? removed(file.whole, LIST) : removed(file.list.map, NAME);
  return checked(applySplices(before, [splice]), isEmpty ? rest : { ...file.value, [LIST]: others });
}

type Mapping = Readonly<Record<string, unknown>>;
type PlacedMap = YAMLMap & { readonly range: Range };

type Settings = {
  readonly kind: "settings";
  readonly value: Mapping;
  readonly whole: PlacedMap;
  readonly servers: Mapping | null;
  readonly list: { readonly map: PlacedMap } | null;
};

/** JSON is read as JSON; where its parts stand comes from the YAML reader, which knows JSON as well. */
function readSettings(text: string): Settings | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
  const document = parseDocument(text, { uniqueKeys: true });
  const whole = placedMap(document.contents);
  if (!isMapping(value) || whole === null || document.errors.length > 0) return UNFIT;
  const servers = Object.hasOwn(value, LIST) ? value[LIST] : null;
  const map = placedMap(pairNamed(whole, LIST)?.value);
  if (servers === null)
    return Object.hasOwn(value, LIST) ? UNFIT : { kind: "settings", value, whole, servers, list: null };
  if (!isMapping(servers) || map === null) return UNFIT;
  return { kind: "settings", value, whole, servers, list: { map } };
}

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const placedMap = (node: unknown): PlacedMap | null =>
  isMap(node) && node.range ? (node as PlacedMap) : null;

const pairNamed = (map: YAMLMap, name: string): Pair | undefined =>
  map.items.find(({ key }) => isScalar(key) && key.value === name);

/** After the last member, laid out as that one is; in an empty object, between its braces. */
function added(text: string, map: PlacedMap, member: string): Splice {
  const last = map.items.at(-1);
  if (last === undefined) return { start: map.range[0] + 1, end: map.range[1] - 1, text: ` ${member} ` };
  const { start, end } = placeOf(last);
  const indent = text.slice(lineStartAt(text, start), start);
  const isOwnLine = /^[ \t]*$/.test(indent);
  const between = isOwnLine ? lineBreakAt(text, start) + indent : " ";
  return { start: end, end, text: `,${between}${member}` };
}

/** The member, with the comma that parts it from its neighbour. */
function removed(map: PlacedMap, name: string): Splice {
  const at = map.items.findIndex(({ key }) => isScalar(key) && key.value === name);
  const [before, own, after] = [map.items[at - 1], map.items[at], map.items[at + 1]];
  if (own === undefined || (before === undefined && after === undefined))
    return { start: map.range[0] + 1, end: map.range[1] - 1, text: "" };
  if (before !== undefined) return { start: placeOf(before).end, end: placeOf(own).end, text: "" };
  return { start: placeOf(own).start, end: placeOf(after ?? own).start, text: "" };
}

function placeOf({ key, value }: Pair): { readonly start: number; readonly end: number } {
  const start = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
  const range =
    typeof value === "object" && value !== null && "range" in value
      ? (value.range as Range | undefined)
      : undefined;
  return { start, end: range?.[1] ?? start };
}

/** Read again: it says what was wanted, and nothing else changed. */
function checked(text: string, value: Mapping): EditedFile {
  try {
    if (sameValue(JSON.parse(text), value)) return { kind: "edited", text };
  } catch {
    // Said below.
  }
  return UNFIT;
}

const refuseServers = (message: string, hint: string): Refusal => refusal(message, hint, "edit_refused");

const BY_HAND = `Add the server by hand: ${SERVER_TEXT} in "${LIST}".`;
const NOT_JSON = refuseServers("It is not JSON.", BY_HAND);
const UNFIT = refuseServers(`Its "${LIST}" cannot be edited safely.`, BY_HAND);
const OTHER_SERVER = refuseServers(
  `It has a server "${NAME}" that is another one.`,
  "Rename that server, or leave .mcp.json out: tasks agents install instructions skill",
);

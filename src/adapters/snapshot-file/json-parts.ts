// The text of a JSON value in parts: one string of 10,000 tasks would be 13 MB made in one go, with nothing done meanwhile.

/** Lists are cut between items, so many at a time; with rows of about 1.4 KB that is half a millisecond of work. */
const ITEMS_PER_PART = 64;
/** Down to the lists of keys in `groups` and of signals in `escalation`; what lies deeper belongs to one task. */
const DEPTH = 2;

/** Together exactly `JSON.stringify(value)`, of plain data: records, lists, text, numbers, booleans and null. */
export function* jsonParts(value: object, depth = DEPTH): Generator<string> {
  if (Array.isArray(value)) yield* listParts(value);
  else yield* recordParts(value, depth);
}

function* listParts(list: readonly unknown[]): Generator<string> {
  if (list.length === 0) yield "[]";
  for (let at = 0; at < list.length; at += ITEMS_PER_PART) {
    const items = JSON.stringify(list.slice(at, at + ITEMS_PER_PART)).slice(1, -1);
    const end = at + ITEMS_PER_PART >= list.length ? "]" : "";
    yield `${at === 0 ? "[" : ","}${items}${end}`;
  }
}

function* recordParts(record: object, depth: number): Generator<string> {
  let before = "{";
  for (const [key, value] of Object.entries(record)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    before = ",";
    if (depth > 0 && typeof value === "object" && value !== null) yield* jsonParts(value, depth - 1);
    else yield JSON.stringify(value);
  }
  yield before === "{" ? "{}" : "}";
}

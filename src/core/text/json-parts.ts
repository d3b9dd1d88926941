// The text of a JSON value in parts, made on demand: as one string, 100,000 tasks would take a second and 137 MB, which
// would block everything else.

/** Lists are cut between items; with rows of about 1.4 KB a part is half a millisecond of work. */
const ITEMS_PER_PART = 64;
/** Reaches the lists of keys in `groups` and of signals in `escalation`; anything deeper belongs to one task. */
const DEPTH = 2;

/** Together exactly `JSON.stringify(value)`, for plain data: records, lists, text, numbers, booleans and null. */
export function* jsonParts(value: object, depth = DEPTH): Generator<string> {
  if (Array.isArray(value)) yield* listParts(value);
  else {
    yield* openRecordParts(value, depth);
    yield "}";
  }
}

/** The same for a record, without its closing brace. */
export function* openRecordParts(record: object, depth = DEPTH): Generator<string> {
  let before = "{";
  for (const [key, value] of Object.entries(record)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    before = ",";
    if (depth > 0 && typeof value === "object" && value !== null) yield* jsonParts(value, depth - 1);
    else yield JSON.stringify(value);
  }
  if (before === "{") yield before;
}

function* listParts(list: readonly unknown[]): Generator<string> {
  if (list.length === 0) yield "[]";
  for (let at = 0; at < list.length; at += ITEMS_PER_PART) {
    const items = JSON.stringify(list.slice(at, at + ITEMS_PER_PART)).slice(1, -1);
    const end = at + ITEMS_PER_PART >= list.length ? "]" : "";
    yield `${at === 0 ? "[" : ","}${items}${end}`;
  }
}

// Reading an agent's JSON without trusting it: each function gives the value, or what stands for its absence.

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The object on a line; null for anything else. */
export function parseRecord(line: string): JsonRecord | null {
  try {
    return asRecord(JSON.parse(line));
  } catch {
    return null;
  }
}

export function asRecord(value: unknown): JsonRecord | null {
  return isRecord(value) ? value : null;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object without entries for anything else. */
export function recordOf(value: unknown): JsonRecord {
  return asRecord(value) ?? {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Finite numbers only. */
export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A whole number of at least 0, as counts are; 0 for anything else. */
export function countOf(value: unknown): number {
  const number = numberOf(value);
  return number === null || number < 0 ? 0 : Math.round(number);
}

/** The entry of a table for a name that an agent sent; a name like `constructor` has none. */
export function entryOf<Value>(table: Readonly<Record<string, Value>>, name: unknown): Value | undefined {
  return typeof name === "string" && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A value as JSON on one line; empty for none, and for one that is nested too deeply to be written. */
export function jsonLine(value: unknown): string {
  if (value === undefined || value === null) return "";
  try {
    return JSON.stringify(value);
  } catch {
    return "";
  }
}

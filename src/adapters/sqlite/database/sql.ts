// How the tables use the database.

import type { DatabaseSync, SQLInputValue, StatementResultingChanges, StatementSync } from "node:sqlite";
import type { ZodType } from "zod";
import { damagedValue } from "./sqlite-failure.ts";

/** Gives a prepared statement for the text; each text is compiled once per handle. */
export type Sql = (text: string) => StatementSync;

/** Runs `work` in a write transaction; rolled back when it throws. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
  }
}

/** Tables with at most one row. */
type SingleTable = "attestation" | "look_ups" | "pause" | "resume_point";

export function readSingle<Value>(
  sql: Sql,
  table: SingleTable,
  schema: ZodType<Value>,
  what: string,
): Value | null {
  const row = sql(`SELECT body FROM ${table}`).get();
  return row === undefined ? null : readStored(schema, row["body"], what);
}

export function writeSingle(sql: Sql, table: SingleTable, value: object): StatementResultingChanges {
  return sql(
    `INSERT INTO ${table} (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body`,
  ).run(JSON.stringify(value));
}

/** The condition that the filters of a query make, and the values it binds; a filter that is not set adds nothing. */
export function conditionOf(
  conditions: Readonly<Record<string, string>>,
  query: Readonly<Record<string, SQLInputValue | undefined>>,
): { readonly where: string; readonly values: Record<string, SQLInputValue> } {
  const where = ["TRUE"];
  const values: Record<string, SQLInputValue> = {};
  for (const [name, condition] of Object.entries(conditions)) {
    const value = query[name];
    if (value === undefined) continue;
    where.push(condition);
    values[name] = value;
  }
  return { where: where.join(" AND "), values };
}

/** Throws a `corrupt` StoreError, naming `what`, for a text that is not JSON of that schema. */
export function readStored<Value>(schema: ZodType<Value>, text: unknown, what: string): Value {
  const result = schema.safeParse(parseStored(text, what));
  if (!result.success) throw damagedValue(what, result.error);
  return result.data;
}

/** JSON of any shape; throws a `corrupt` StoreError, naming `what`, for anything else. */
export function parseStored(text: unknown, what: string): unknown {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    throw damagedValue(what, error);
  }
}

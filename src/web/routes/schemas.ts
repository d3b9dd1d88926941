// GET /schemas/<name>: the JSON Schemas of what programs read, exported from the zod schemas that are the contract.

import { z } from "zod";
import { SCHEMA_VERSION, servedSnapshotSchema } from "../../core/snapshot/schema.ts";

/** Names under /schemas/, with what they describe. */
const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map([
  [`snapshot.v${SCHEMA_VERSION}.json`, servedSnapshotSchema],
]);

const exported = new Map<string, string>();

/** The schema as text, or null when there is none of that name. */
export function schemaText(name: string): string | null {
  const known = exported.get(name);
  if (known !== undefined) return known;
  const schema = SCHEMAS.get(name);
  if (schema === undefined) return null;
  const text = `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
  exported.set(name, text);
  return text;
}

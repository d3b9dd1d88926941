// GET /schemas/<name>: JSON Schemas for programs.

import { pageJsonSchema, snapshotJsonSchema } from "../../core/contract/json-schema.ts";
import { SCHEMA_VERSION } from "../../core/contract/snapshot.ts";

/** Names under /schemas/. Generated on first use: most servers never need them. */
const SCHEMAS: ReadonlyMap<string, () => object> = new Map([
  [`snapshot.v${SCHEMA_VERSION}.json`, snapshotJsonSchema],
  [`snapshot-page.v${SCHEMA_VERSION}.json`, pageJsonSchema],
]);

const exported = new Map<string, string>();

/** The schema as text, or null if there is none of that name. */
export function schemaText(name: string): string | null {
  const known = exported.get(name);
  if (known !== undefined) return known;
  const schema = SCHEMAS.get(name);
  if (schema === undefined) return null;
  const text = `${JSON.stringify(schema(), null, 2)}\n`;
  exported.set(name, text);
  return text;
}

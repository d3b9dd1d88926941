// GET /schemas/<name>: the JSON Schemas of what programs read.

import { pageJsonSchema, snapshotJsonSchema } from "../../core/contract/json-schema.ts";
import { SCHEMA_VERSION } from "../../core/contract/snapshot.ts";

/** Names under /schemas/. Exported when first asked for: most servers never are. */
const SCHEMAS: ReadonlyMap<string, () => object> = new Map([
  [`snapshot.v${SCHEMA_VERSION}.json`, snapshotJsonSchema],
  [`snapshot-page.v${SCHEMA_VERSION}.json`, pageJsonSchema],
]);

const exported = new Map<string, string>();

/** The schema as text, or null when there is none of that name. */
export function schemaText(name: string): string | null {
  const known = exported.get(name);
  if (known !== undefined) return known;
  const schema = SCHEMAS.get(name);
  if (schema === undefined) return null;
  const text = `${JSON.stringify(schema(), null, 2)}\n`;
  exported.set(name, text);
  return text;
}

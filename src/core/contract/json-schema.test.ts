import { expect, test } from "vitest";
import { checkDoc } from "../../../test/support/check-doc.ts";
import { pageJsonSchema, snapshotJsonSchema } from "./json-schema.ts";
import { servedSnapshotSchema } from "./snapshot.ts";

test("H8: docs/schemas/snapshot.v1.json is the schema in code", () =>
  checkDoc("schemas/snapshot.v1.json", `${JSON.stringify(snapshotJsonSchema(), null, 2)}\n`));

test("H8, P26: docs/schemas/snapshot-page.v1.json is the schema in code", () =>
  checkDoc("schemas/snapshot-page.v1.json", `${JSON.stringify(pageJsonSchema(), null, 2)}\n`));

test("H8: it names every key of the contract, and allows keys to be added", () => {
  const schema = snapshotJsonSchema() as { required: string[]; additionalProperties?: boolean };
  expect(new Set(schema.required)).toEqual(new Set(Object.keys(servedSnapshotSchema.shape)));
  expect(schema.additionalProperties).toBeUndefined();
});

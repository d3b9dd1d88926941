import * as z from "zod";
import { SCHEMA_VERSION, servedPageSchema, servedSnapshotSchema } from "./snapshot.ts";

/** The JSON Schema of /status.json and of snapshot files, served at /schemas/ and kept in docs/schemas/. */
export function snapshotJsonSchema(): Readonly<Record<string, unknown>> {
  // As input: unknown keys are allowed, because changes to the contract are additive (H8).
  const schema = z.toJSONSchema(servedSnapshotSchema, { target: "draft-2020-12", io: "input" });
  return {
    $id: `/schemas/snapshot.v${SCHEMA_VERSION}.json`,
    title: "Snapshot of a task repository",
    description: "The body of /status.json. A snapshot file holds the same without `freshness`.",
    ...schema,
  };
}

/** The JSON Schema of one page of /status.json, served and kept likewise. */
export function pageJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(servedPageSchema, { target: "draft-2020-12", io: "input" });
  return {
    $id: `/schemas/snapshot-page.v${SCHEMA_VERSION}.json`,
    title: "One page of the tasks of a repository",
    description: "The body of /status.json with `limit` or `cursor`.",
    ...schema,
  };
}

// GitHub's published schema, built when first asked for and once per process: 65 ms and 20 MB, which only those who ask
// GraphQL should pay.

import { readFileSync } from "node:fs";
import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from "graphql";

let schema: GraphQLSchema | null = null;

/** The same one for every server of this process. */
export function githubSchema(): GraphQLSchema {
  schema ??= readSchema();
  return schema;
}

/** The package would read it as well, but builds it a second time for itself as soon as it is imported. */
function readSchema(): GraphQLSchema {
  const file = new URL("schema.json", import.meta.resolve("@octokit/graphql-schema"));
  const published = JSON.parse(readFileSync(file, "utf8")) as IntrospectionQuery;
  // It was valid when GitHub published it.
  return buildClientSchema(published, { assumeValid: true });
}

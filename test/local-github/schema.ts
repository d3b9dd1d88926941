// GitHub's published schema, built when first asked for and once per process: about 0.1 s and 30 MB, which only those
// who ask GraphQL should pay.

import { buildClientSchema, type GraphQLSchema } from "graphql";

let schema: Promise<GraphQLSchema> | null = null;

/** The same one for every server of this process. */
export function githubSchema(): Promise<GraphQLSchema> {
  schema ??= import("@octokit/graphql-schema").then((published) =>
    // It is published as the answer to an introspection query; it was valid when GitHub published it.
    buildClientSchema(published.schema.json as Parameters<typeof buildClientSchema>[0], {
      assumeValid: true,
    }),
  );
  return schema;
}

// Errors in the form of GitHub: with a `type` beside the message, which the specification would put into `extensions`.

import { GraphQLError, type GraphQLFormattedError } from "graphql";

/** To be thrown by a resolver: that field becomes null, the rest of the answer stays. */
export function githubError(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** As it stands in the answer. */
export function formatGraphqlError(error: GraphQLError): GraphQLFormattedError & { readonly type?: string } {
  const { extensions, ...rest } = error.toJSON();
  const type = extensions?.["type"];
  return typeof type === "string" ? { type, ...rest } : rest;
}

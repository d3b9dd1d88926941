// The fault of single pull requests and branches: which fields of which of them fail while the rest is answered.

import type { GraphQLResolveInfo } from "graphql";
import type { PartialFault } from "./faults.ts";
import { githubError } from "./graphql-error.ts";
import { ABOUT, type Node } from "./node.ts";

const UNKNOWN_REASON = {
  type: "INTERNAL",
  message:
    "Something went wrong while executing your query. Please include `0000:0000` when reporting this issue.",
};

/** Throws when that field is to fail. */
export function failField(
  fault: PartialFault,
  source: Node,
  args: Readonly<Record<string, unknown>>,
  { parentType, fieldName }: GraphQLResolveInfo,
): void {
  const { pullRequests, field } = fault;
  const place = `${parentType.name}.${fieldName}`;
  if (field !== undefined) {
    const about = source[ABOUT];
    const isMeant = pullRequests === undefined || (about !== undefined && pullRequests.includes(about));
    if (place === field && isMeant) throw errorOf(fault);
  } else if (place === "Repository.pullRequest" && pullRequests?.includes(Number(args["number"]))) {
    throw errorOf(fault);
  }
}

/** What a list of pull requests gives: failed ones are errors among the others, a branch that failed gives none. */
export function failListed(
  fault: PartialFault,
  nodes: readonly Node[],
  headRefName: unknown,
): readonly (Node | Error)[] {
  if (fault.field !== undefined) return nodes;
  if (typeof headRefName === "string" && fault.branches?.includes(headRefName)) throw errorOf(fault);
  return nodes.map((node) => (fault.pullRequests?.includes(node[ABOUT] ?? -1) ? errorOf(fault) : node));
}

function errorOf({ error = UNKNOWN_REASON }: PartialFault): Error {
  return githubError(error.type, error.message);
}

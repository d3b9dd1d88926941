// One GraphQL query from text to answer: it is held to GitHub's schema and limits, paid for, and executed. As at GitHub
// the status is 200 whatever is wrong with it.

import {
  execute,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLFieldResolver,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from "graphql";
import { type Answer, jsonAnswer } from "./answer.ts";
import { connection } from "./connection.ts";
import type { PartialFault } from "./faults.ts";
import { formatGraphqlError, githubError } from "./graphql-error.ts";
import { ITEMS, type Node } from "./node.ts";
import { failField, failListed } from "./partial-errors.ts";
import { queryCost } from "./query-cost.ts";
import { queryRoot } from "./query-root.ts";
import { githubSchema } from "./schema.ts";
import type { World } from "./world.ts";

export type Question = {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
  readonly login: string;
  /** What is to fail in it. */
  readonly partial: PartialFault | null;
};

/** GitHub refuses a query that may give more. */
const NODES_MAX = 500_000;

/** The answer to one query; it has been taken from the budget. */
export async function answerQuery(world: World, question: Question): Promise<Answer> {
  const { accounts } = world;
  const { query, variables, operationName, login, partial } = question;
  const schema = githubSchema();
  const parsed = parseQuery(query);
  if ("error" in parsed) return failed([parsed.error]);
  const invalid = validate(schema, parsed.document);
  if (invalid.length > 0) return failed(invalid);
  const { definitions } = parsed.document;
  const operation = definitions.find(
    (part): part is OperationDefinitionNode =>
      part.kind === Kind.OPERATION_DEFINITION && (operationName ?? part.name?.value) === part.name?.value,
  );
  if (operation === undefined) return failed([githubError("INVALID", "No operation of that name")]);
  const fragments = new Map(
    definitions
      .filter((part): part is FragmentDefinitionNode => part.kind === Kind.FRAGMENT_DEFINITION)
      .map((part) => [part.name.value, part]),
  );
  const { points, nodeCount } = queryCost(operation, { schema, fragments, variables });
  if (nodeCount > NODES_MAX) return failed([tooManyNodes(nodeCount)]);
  const paid = asksOnlyForBudget(operation) ? 0 : points;
  if (paid > 0 && accounts.budget(login, "graphql").remaining === 0) return failed([USED_UP]);
  accounts.spend(login, "graphql", paid);

  const budget = () => accounts.budget(login, "graphql");
  const result = await execute({
    schema,
    document: parsed.document,
    rootValue: queryRoot(world, { login, cost: points, nodeCount, budget }),
    contextValue: partial,
    variableValues: variables,
    operationName: operationName ?? null,
    fieldResolver: resolveField,
  });
  const { data, errors } = result;
  const body = {
    ...(data !== undefined && { data }),
    ...(errors && { errors: errors.map(formatGraphqlError) }),
  };
  return jsonAnswer(200, body, {}, paid);
}

/** A field is what its node says; one that no node says is an error here, and not null. */
const resolveField: GraphQLFieldResolver<Node, PartialFault | null> = (source, args, partial, info) => {
  const { fieldName, parentType } = info;
  if (partial !== null) failField(partial, source, args, info);
  if (!Object.hasOwn(source, fieldName)) {
    throw new Error(`the local GitHub does not know ${parentType.name}.${fieldName} yet`);
  }
  const written = source[fieldName];
  const value: unknown = typeof written === "function" ? written(args) : written;
  const type = getNamedType(info.returnType).name;
  if (!type.endsWith("Connection")) return value;
  const list: Node = Array.isArray(value) ? { [ITEMS]: value } : (value as Node);
  const page = { ...list, ...connection(list[ITEMS] ?? [], args, fieldName) };
  if (partial === null || type !== "PullRequestConnection") return page;
  const nodes = page["nodes"] as () => readonly Node[];
  return { ...page, nodes: () => failListed(partial, nodes(), args["headRefName"]) };
};

function parseQuery(
  query: string,
): { readonly document: ReturnType<typeof parse> } | { readonly error: GraphQLError } {
  try {
    return { document: parse(query) };
  } catch (error) {
    return { error: error as GraphQLError };
  }
}

/** Looking at the budget is free. */
function asksOnlyForBudget({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every((part) => part.kind === Kind.FIELD && part.name.value === "rateLimit");
}

function failed(errors: readonly GraphQLError[]): Answer {
  return jsonAnswer(200, { errors: errors.map(formatGraphqlError) });
}

const USED_UP = githubError("RATE_LIMIT", "API rate limit already exceeded for user ID 1.");

function tooManyNodes(nodeCount: number): GraphQLError {
  const count = nodeCount.toLocaleString("en");
  return githubError(
    "MAX_NODE_LIMIT_EXCEEDED",
    `This query requests up to ${count} possible nodes which exceeds the maximum limit of 500,000.`,
  );
}

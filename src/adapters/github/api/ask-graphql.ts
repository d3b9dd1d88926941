// One GraphQL query through octokit, which knows Enterprise's address and distinguishes answers from errors. The
// request itself is ours (exchange.ts), for its limits; and octokit's errors do not leave this file, because they
// contain the request with its token (S20).

import * as z from "zod";
import type { Budget, HostFailure } from "../../../ports/git/pull-request-host.ts";
import { type Connection, failure, requestHeaders } from "./connection.ts";
import { exchange } from "./exchange.ts";
import { judgeAnswer, readBudget } from "./judge-answer.ts";

export type GraphqlQuestion = {
  readonly query: string;
  readonly variables: Readonly<Record<string, string | number>>;
  readonly signal: AbortSignal;
};

export type GraphqlError = z.infer<typeof errorSchema>;

export type GraphqlAnswer = {
  readonly budget: Budget | null;
  readonly requests: number;
} & (
  | {
      readonly kind: "answered";
      /** Unchecked: whatever the host sent. */
      readonly data: unknown;
      /** About parts of it, or all of it. */
      readonly errors: readonly GraphqlError[];
      readonly headers: Headers;
    }
  | { readonly kind: "failed"; readonly failure: HostFailure }
);

/** Never throws. */
export async function askGraphql(connection: Connection, question: GraphqlQuestion): Promise<GraphqlAnswer> {
  const { graphql, GraphqlResponseError } = await import("./octokit-graphql.ts");
  const request = createRequest(connection, question.signal);
  let errors: readonly GraphqlError[] = [];
  let data: unknown;
  try {
    data = await graphql(question.query, {
      ...question.variables,
      baseUrl: connection.api.restUrl,
      headers: requestHeaders(connection),
      request: { fetch: request.fetch, log: SILENT },
    });
  } catch (error) {
    const { failed } = request.outcome();
    if (failed === null && error instanceof GraphqlResponseError) {
      data = error.data;
      errors = errorsSchema.parse(error.errors);
    } else {
      return { kind: "failed", failure: failed ?? NOT_GRAPHQL, ...request.spent() };
    }
  }
  return { kind: "answered", data, errors, headers: request.outcome().headers, ...request.spent() };
}

/** Other fields, and errors of another shape, are ignored. */
const errorSchema = z.object({
  type: z.string().optional().catch(undefined),
  message: z.string().catch(""),
  path: z.array(z.union([z.string(), z.number()])).catch([]),
  extensions: z.object({ saml_failure: z.boolean().optional() }).optional().catch(undefined),
});
const errorsSchema = z.array(errorSchema).catch([]);

const NOT_GRAPHQL = failure("malformed", "GitHub's answer did not match the query");

/** Octokit logs GitHub's deprecation notices to the console. */
const nothing = () => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

type OurRequest = {
  /** Used by octokit as `fetch`. */
  fetch(
    url: string,
    options: { readonly headers: Record<string, string>; readonly body: string },
  ): Promise<Response>;
  outcome(): { readonly failed: HostFailure | null; readonly headers: Headers };
  spent(): { readonly budget: Budget | null; readonly requests: number };
};

function createRequest(connection: Connection, signal: AbortSignal): OurRequest {
  let failed: HostFailure | null = null;
  let headers = new Headers();
  let requests = 0;
  return {
    async fetch(url, options) {
      const { headers: sent, body } = options;
      const result = await exchange({ method: "POST", url, headers: sent, body, signal }, connection.limits);
      requests += result.requests;
      if (result.kind === "answered") headers = result.answer.headers;
      failed = result.kind === "failed" ? result.failure : judgeAnswer(result.answer, connection);
      if (result.kind === "failed" || failed !== null) throw new Error("There is no answer.");
      // Whatever the host declares, it must be JSON: octokit checks that.
      return new Response(result.answer.text, {
        headers: { "content-type": "application/json; charset=utf-8" },
      });
    },
    outcome: () => ({ failed, headers }),
    spent: () => ({ budget: readBudget(headers), requests }),
  };
}

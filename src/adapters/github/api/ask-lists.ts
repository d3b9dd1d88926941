// Conditional REST requests for lists of one repository, counting what they cost.

import type * as z from "zod";
import type { Budget, HostFailure } from "../../../ports/git/pull-request-host.ts";
import { parseJson } from "./answer-shapes.ts";
import { type Connection, failure, requestHeaders } from "./connection.ts";
import { exchange, type HttpAnswer } from "./exchange.ts";
import { judgeAnswer, readBudget } from "./judge-answer.ts";

export type ListAnswer<Value> =
  | { readonly kind: "read"; readonly value: Value; readonly etag: string | null }
  | { readonly kind: "unchanged" }
  | { readonly kind: "failed"; readonly failure: HostFailure };

export type AskLists = {
  /** `etag`: from an earlier answer, for a conditional request. */
  list<Value>(path: string, schema: z.ZodType<Value>, etag: string | null): Promise<ListAnswer<Value>>;
  /** So far. */
  spent(): { readonly budget: Budget | null; readonly requests: number };
};

/** Counts from zero. */
export function createListAsker(connection: Connection, signal: AbortSignal): AskLists {
  const { api, owner, name, limits } = connection;
  let requests = 0;
  let budget: Budget | null = null;
  return {
    async list(path, schema, etag) {
      const url = `${api.restUrl}/repos/${owner}/${name}/${path}`;
      const headers = {
        ...requestHeaders(connection),
        ...REST_HEADERS,
        ...(etag === null ? {} : { "if-none-match": etag }),
      };
      const result = await exchange({ method: "GET", url, headers, signal }, limits);
      requests += result.requests;
      if (result.kind === "failed") return result;
      budget = lower(budget, readBudget(result.answer.headers));
      const failed = judgeAnswer(result.answer, connection);
      return failed === null ? readList(result.answer, schema) : { kind: "failed", failure: failed };
    },
    spent: () => ({ budget, requests }),
  };
}

const REST_HEADERS = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" } as const;

function readList<Value>(answer: HttpAnswer, schema: z.ZodType<Value>): ListAnswer<Value> {
  if (answer.status === 304) return { kind: "unchanged" };
  const { success, data } = schema.safeParse(parseJson(answer.text));
  return success
    ? { kind: "read", value: data, etag: answer.headers.get("etag") }
    : {
        kind: "failed",
        failure: failure("malformed", "GitHub's answer was not a list"),
      };
}

/** Requests run concurrently: the lower remainder is the later one. */
function lower(one: Budget | null, other: Budget | null): Budget | null {
  if (one === null || other === null) return one ?? other;
  return other.resetAtMs > one.resetAtMs || other.remaining < one.remaining ? other : one;
}

// One answer of the local GitHub, before it is sent.

import type { LocalBudget, Resource } from "./accounts.ts";

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for 304. */
  readonly body: string;
  /** Points or requests taken from the budget. */
  readonly cost: number;
};

/** What GitHub answers in JSON. */
export function jsonAnswer(status: number, body: unknown, headers: Answer["headers"] = {}, cost = 0): Answer {
  const type = { "content-type": "application/json; charset=utf-8" };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body), cost };
}

/** A page: what proxies and GitHub's own front answer when they fail. */
export function htmlAnswer(status: number, title: string): Answer {
  const headers = { "content-type": "text/html; charset=utf-8" };
  return {
    status,
    headers,
    body: `<!DOCTYPE html><html><title>${title}</title><h1>${title}</h1></html>`,
    cost: 0,
  };
}

/** `{"message":...}` as REST says what is wrong. */
export function messageAnswer(status: number, message: string, headers: Answer["headers"] = {}): Answer {
  const body = { message, documentation_url: "https://docs.github.com/rest", status: String(status) };
  return jsonAnswer(status, body, headers);
}

/** On every answer, also on failures. */
export function budgetHeaders(budget: LocalBudget, resource: Resource): Answer["headers"] {
  return {
    "x-ratelimit-limit": String(budget.limit),
    "x-ratelimit-remaining": String(budget.remaining),
    "x-ratelimit-used": String(budget.used),
    "x-ratelimit-reset": String(Math.ceil(budget.resetAtMs / 1000)),
    "x-ratelimit-resource": resource,
  };
}

// Errors, as application/problem+json (RFC 9457) for programs and as a page for browsers (H4). Only these texts are
// sent: never a stack, path or command (S20).

import { html } from "hono/html";
import { type Answer, HTML_TYPE, NEVER_STORED, textAnswer } from "./answer.ts";

export type WebProblem = {
  /** Permanent; the end of `type`. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly headers?: readonly string[];
  /** Further JSON members, such as `valid_owners`. */
  readonly members?: Readonly<Record<string, unknown>>;
};

const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** One body for every path that does not exist, whatever the reason (S9), so a probe learns nothing. */
export const NOT_FOUND: WebProblem = {
  code: "not_found",
  status: 404,
  title: "Not found",
  detail: "Nothing exists at this address. It may have been renamed or removed.",
};

export const INTERNAL: WebProblem = {
  code: "internal",
  status: 500,
  title: "Something went wrong",
  detail: "The server hit a bug and has logged it. The other pages still work.",
};

/** For data that only the store has. The snapshot in memory is still served. */
export const STORE_UNUSABLE: WebProblem = {
  code: "store_unusable",
  status: 503,
  title: "History cannot be read",
  detail: "The store is unavailable, so recent changes cannot be shown. The other pages still work.",
  headers: ["Retry-After", "5"],
};

/** 400 for a parameter that cannot be read; `expected` completes "must be". */
export function parameterInvalid(name: string, expected: string): WebProblem {
  return {
    code: "parameter_invalid",
    status: 400,
    title: "Cannot read the address",
    detail: `The parameter “${name}” must be ${expected}.`,
  };
}

export function problemAnswer(problem: WebProblem): Answer {
  const { code, status, title, detail, members } = problem;
  const type = `urn:dataface-tasks:problem:${code}`;
  return textAnswer({
    status,
    type: PROBLEM_TYPE,
    text: `${JSON.stringify({ type, title, status, detail, ...members })}\n`,
    headers: [...NEVER_STORED, ...(problem.headers ?? [])],
  });
}

/** Browsers ask for text/html when they navigate; all others get JSON. */
export function prefersHtml(accept: string | undefined): boolean {
  return accept?.includes("text/html") ?? false;
}

/**
 * For refusals before any route runs: a bare page for browsers. It names nothing of the repository, because the sender may
 * be another site.
 */
export function refusalAnswer(problem: WebProblem, accept: string | undefined): Answer {
  if (!prefersHtml(accept)) return problemAnswer(problem);
  return textAnswer({
    status: problem.status,
    type: HTML_TYPE,
    text: `${barePage(problem)}\n`,
    headers: [...NEVER_STORED, ...(problem.headers ?? [])],
  });
}

function barePage({ title, detail }: WebProblem): string {
  return String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1><p>${detail}</p></body></html>`);
}

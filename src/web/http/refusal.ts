// Refusals made before any route runs. They name nothing of the repository, because the sender may be another site.

import { html } from "hono/html";
import { type Answer, HTML_TYPE, NEVER_STORED, textAnswer } from "./answer.ts";
import { prefersHtml, problemAnswer, type WebProblem } from "./problem-json.ts";

/** A bare page for browsers, problem+json for others. */
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

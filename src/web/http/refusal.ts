// The bodies of refusals made before any route runs. They name nothing of the repository: whoever is refused may be
// another site's page, and pages of ours would tell it what is worked on here.

import { html } from "hono/html";
import { type Answer, HTML_TYPE, NEVER_STORED, textAnswer } from "./answer.ts";
import { prefersHtml, problemAnswer, type WebProblem } from "./problem-json.ts";

/** A bare page for browsers, problem+json for everyone else. */
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

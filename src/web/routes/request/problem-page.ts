// An error as a page for browsers, as problem+json for programs.

import { statusLink } from "../../addresses/links.ts";
import { type Answer, HTML_TYPE, NEVER_STORED, textAnswer } from "../../http/answer.ts";
import { prefersHtml, problemAnswer, type WebProblem } from "../../http/problem-json.ts";
import { renderErrorPage } from "../../pages/plain/error-page.ts";
import type { WebContext } from "./web-context.ts";

/** Valid owners become links. */
export function problemPage(
  { live, assets }: Pick<WebContext, "live" | "assets">,
  problem: WebProblem,
  accept: string | undefined,
): Answer {
  if (!prefersHtml(accept)) return problemAnswer(problem);
  const owners = problem.members?.["valid_owners"];
  const choices = Array.isArray(owners)
    ? owners.map((owner: string) => ({ label: owner, href: statusLink({ owner }) }))
    : [];
  const { title, detail, status } = problem;
  const text = renderErrorPage({
    title,
    detail,
    choices,
    snapshot: live.view()?.snapshot ?? null,
    assets: assets.urls,
  });
  return textAnswer({
    status,
    type: HTML_TYPE,
    text,
    headers: [...NEVER_STORED, ...(problem.headers ?? [])],
  });
}

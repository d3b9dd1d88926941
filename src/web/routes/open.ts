// GET /open/<secret>: a one-time address (docs/who-acts.md). It sets the cookie and leads away at once, so that the secret
// stays in no address bar, history or Referer.

import { type Answer, htmlAnswer, NEVER_STORED } from "../http/answer.ts";
import type { WebProblem } from "../http/problem-json.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";

export function createOpenRoute(context: WebContext) {
  return async (secret: string, request: Pick<Request, "method" | "headers">): Promise<Answer> => {
    const accept = request.headers.get("accept") ?? undefined;
    if (!isOpenedByPerson(request) || !(await context.user.redeem(secret)))
      return problemPage(context, { ...ADDRESS_OVER, detail: overWords(context.user.name) }, accept);
    const headers = ["Location", "/opened", "Set-Cookie", context.actingCookie.issue(), ...NEVER_STORED];
    return { status: 303, headers, body: [] };
  };
}

/** How browsers say that nobody has clicked yet. */
const AHEAD_HEADERS = ["sec-purpose", "purpose", "x-moz"];

/** What browsers and mail programs fetch ahead of a click must not use the address up. */
function isOpenedByPerson({ method, headers }: Pick<Request, "method" | "headers">): boolean {
  return method === "GET" && AHEAD_HEADERS.every((name) => headers.get(name) === null);
}

/**
 * Leads on to the status page. A browser that came from a file or another program counts the first address it is led to as
 * that one's, and sends it no SameSite=Strict cookie; a page of this server that leads on is one of its own.
 */
export function openedAnswer(): Answer {
  return htmlAnswer(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Opened</title>
<meta http-equiv="refresh" content="0;url=/status"></head>
<body><p>This browser can act now. <a href="/status">To the status page</a></p></body></html>
`);
}

const ADDRESS_OVER: Omit<WebProblem, "detail"> = {
  code: "address_over",
  status: 403,
  title: "This address is over",
};

function overWords(user: string): string {
  return `An address that \`tasks open\` prints is good once, for 10 minutes. To get another one, run \`tasks open\` as ${user}.`;
}

// GET /open/<secret>: a one-time address (docs/who-acts.md). Sets the cookie and redirects at once, so that the secret
// stays out of the address bar, history and Referer.

import type { IncomingMessage } from "node:http";
import { type Answer, htmlAnswer, NEVER_STORED } from "../http/answer.ts";
import type { Route } from "../http/listener.ts";
import type { WebProblem } from "../http/problem-json.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";

export function createOpenRoute(context: WebContext): Route {
  return async (request, _response, { params }) => {
    if (!isOpenedByPerson(request) || !(await context.user.redeem(params["secret"] ?? "")))
      return problemPage(
        context,
        { ...ADDRESS_OVER, detail: overWords(context.user.name) },
        request.headers.accept,
      );
    const headers = ["Location", "/opened", "Set-Cookie", context.actingCookie.issue(), ...NEVER_STORED];
    return { status: 303, headers, body: [] };
  };
}

/** Sent by browsers that prefetch without a click. */
const AHEAD_HEADERS = ["sec-purpose", "purpose", "x-moz"];

/** A prefetch by a browser or mail program must not use up the address. */
function isOpenedByPerson({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && AHEAD_HEADERS.every((name) => headers[name] === undefined);
}

/**
 * Continues to the status page. A browser that comes from a file or another program sends no SameSite=Strict cookie
 * with a redirect; it does when a page of this server leads on.
 */
export function openedAnswer(): Answer {
  return htmlAnswer(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Opened</title>
<meta http-equiv="refresh" content="0;url=/status"></head>
<body><p>This browser can act now. <a href="/status">Go to status</a></p></body></html>
`);
}

const ADDRESS_OVER: Omit<WebProblem, "detail"> = {
  code: "address_over",
  status: 403,
  title: "This address has expired",
};

function overWords(user: string): string {
  return `Addresses from \`tasks open\` work once, for 10 minutes. To get a new one, run \`tasks open\` as ${user}.`;
}

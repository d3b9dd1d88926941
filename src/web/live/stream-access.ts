// Who may open the event stream (S6). A page gets a token of this server start in a cookie that scripts cannot read and
// browsers do not send to other sites. The request must also say that it comes from a page of this origin.

import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isLoopback } from "../access/access.ts";
import { cookiesOf } from "../access/acting-cookie.ts";
import { parseHost } from "../access/host-name.ts";
import { sameText } from "../access/same-text.ts";
import type { WebProblem } from "../http/problem-json.ts";

export type StreamAccess = {
  /** The value of Set-Cookie. */
  cookie(): string;
  mayOpen(headers: IncomingHttpHeaders): boolean;
};

const TOKEN_BYTES = 24;

/**
 * Browsers share cookies between all ports of a host, so the name contains the port; else two servers on one machine
 * would lock out each other's pages.
 */
export function createStreamAccess(port: () => number): StreamAccess {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const name = () => `tasks_stream_${port()}`;
  const hasToken = ({ cookie }: IncomingHttpHeaders) =>
    cookiesOf(cookie, name()).some((given) => sameText(given, token));
  return {
    cookie: () => `${name()}=${token}; Path=/status/events; HttpOnly; SameSite=Strict`,
    mayOpen: (headers) => isOwnPage(headers) && hasToken(headers),
  };
}

/**
 * Current browsers always send Sec-Fetch-Site to a loopback address, and never to others over plain HTTP. There, the
 * cookie and the gate's Origin check must do.
 */
function isOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  return !isLoopback(parseHost(headers.host ?? "")?.name ?? "");
}

/** The script then fetches the page again, which sets a new cookie. */
export const STREAM_REFUSED: WebProblem = {
  code: "stream_refused",
  status: 403,
  title: "Stream refused",
  detail: "Only a status page loaded since this server started may open its event stream.",
};

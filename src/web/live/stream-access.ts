// Who may open the event stream (S6). A page gets a token of this start in a cookie that no script can read and that
// browsers send to no other site; the request must say that it comes from a page of this very origin.

import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isLoopback } from "../access/access.ts";
import { cookiesOf } from "../access/cookies.ts";
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
 * `port` tells servers on one machine apart: browsers share cookies between all ports of a host, and two servers that
 * took turns at one name would lock each other's pages out.
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
 * Every browser of the last years sends Sec-Fetch-Site to a loopback address, and none sends it to another address
 * over plain HTTP. There the cookie and the gate's Origin check must do alone.
 */
function isOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  return !isLoopback(parseHost(headers.host ?? "")?.name ?? "");
}

/** The script answers it by fetching the page again, which brings a cookie of this start. */
export const STREAM_REFUSED: WebProblem = {
  code: "stream_refused",
  status: 403,
  title: "Stream refused",
  detail: "Only a status page of this server, loaded since it started, may open its event stream.",
};

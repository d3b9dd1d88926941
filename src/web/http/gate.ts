// Checks every request before any handler, static file or stream: host, origin, method, size. Proxy headers (Forwarded,
// X-Forwarded-*) are ignored.

import type { IncomingMessage } from "node:http";
import type { Access } from "../access/access.ts";
import { parseHost } from "../access/host-name.ts";
import { sameText } from "../access/same-text.ts";
import { actionAt } from "../addresses/action-names.ts";
import { parseTarget, type RequestPath, TARGET_MAX_CHARACTERS } from "../addresses/request-path.ts";
import type { WebProblem } from "./problem-json.ts";

export type GateResult =
  | { readonly kind: "passed"; readonly path: RequestPath }
  /** Accepted, but the address cannot exist; answered like every unknown address (S9). */
  | { readonly kind: "nowhere" }
  | { readonly kind: "refused"; readonly problem: WebProblem };

export type Gate = (request: IncomingMessage) => GateResult;

/** Far more than people type into an answer or message. Only actions read a body. */
export const BODY_MAX_BYTES = 64 * 1024;

/** Reveal nothing about the repository, so they need no token. */
const OPEN_PATHS: ReadonlySet<string> = new Set(["/livez", "/readyz"]);

/** Sent with a 401; makes browsers prompt for a password. */
const CHALLENGE = ["WWW-Authenticate", 'Basic realm="Dataface Tasks", charset="UTF-8"'] as const;

export type GateOptions = { readonly allowedNames: ReadonlySet<string>; readonly access: Access };

/** In order of importance: a request for the wrong host learns nothing else. */
export function createGate({ allowedNames, access }: GateOptions): Gate {
  const isToken = access.kind === "token" ? createTokenCheck(access.token) : () => true;
  return (request) => {
    const problem = hostProblem(request, allowedNames) ?? originProblem(request) ?? sizeProblem(request);
    if (problem !== null) return { kind: "refused", problem };
    const path = parseTarget(request.url ?? "");
    const wrongMethod = methodProblem(request.method, path);
    if (wrongMethod !== null) return { kind: "refused", problem: wrongMethod };
    if (!OPEN_PATHS.has(request.url ?? "") && !isToken(request.headers.authorization)) {
      return { kind: "refused", problem: TOKEN_NEEDED };
    }
    return path === null ? { kind: "nowhere" } : { kind: "passed", path };
  };
}

/** Actions accept only POST; everything else only GET and HEAD. */
function methodProblem(method: string | undefined, path: RequestPath | null): WebProblem | null {
  if (path !== null && actionAt(path.raw) !== null) return method === "POST" ? null : ONLY_POSTED;
  return method === "GET" || method === "HEAD" ? null : METHOD_NOT_ALLOWED;
}

function hostProblem(request: IncomingMessage, allowed: ReadonlySet<string>): WebProblem | null {
  // Node keeps only the first of two Host headers, so count the raw headers.
  if (countHeader(request.rawHeaders, "host") !== 1) return HOST_MALFORMED;
  const host = parseHost(request.headers.host ?? "");
  if (host === null) return HOST_MALFORMED;
  return allowed.has(host.name) ? null : HOST_REFUSED;
}

/** A same-origin page sends its own origin or none; `null` and all others are refused (S3). */
function originProblem(request: IncomingMessage): WebProblem | null {
  const { origin, host } = request.headers;
  if (origin === undefined) return null;
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  return match?.[1]?.toLowerCase() === host?.toLowerCase() ? null : ORIGIN_REFUSED;
}

function sizeProblem(request: IncomingMessage): WebProblem | null {
  if ((request.url?.length ?? 0) > TARGET_MAX_CHARACTERS) return TARGET_TOO_LONG;
  return Number(request.headers["content-length"] ?? 0) > BODY_MAX_BYTES ? BODY_TOO_LARGE : null;
}

function countHeader(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const header = rawHeaders[at];
    if (header !== undefined && header.length === name.length && header.toLowerCase() === name) count += 1;
  }
  return count;
}

const HOST_MALFORMED: WebProblem = {
  code: "host_malformed",
  status: 400,
  title: "Bad Host header",
  detail: "A request must carry exactly one Host header that is a plain name or address.",
};

const HOST_REFUSED: WebProblem = {
  code: "host_refused",
  status: 403,
  title: "Host not allowed",
  detail:
    "This server does not answer under that name. To allow it, add it to server.allowed_hosts in tasks/config.yaml or to TASKS_SERVER_ALLOWED_HOSTS.",
};

const ORIGIN_REFUSED: WebProblem = {
  code: "origin_refused",
  status: 403,
  title: "Origin not allowed",
  detail: "Pages of other origins may not read this server.",
};

export const METHOD_NOT_ALLOWED: WebProblem = {
  code: "method_not_allowed",
  status: 405,
  title: "Method not allowed",
  detail: "This address answers GET and HEAD only.",
  headers: ["Allow", "GET, HEAD"],
};

const ONLY_POSTED: WebProblem = {
  ...METHOD_NOT_ALLOWED,
  detail: "This address is an action: it is posted by the pages' forms.",
  headers: ["Allow", "POST"],
};

export const TARGET_TOO_LONG: WebProblem = {
  code: "target_too_long",
  status: 414,
  title: "Address too long",
  detail: `An address may have at most ${TARGET_MAX_CHARACTERS} characters.`,
};

export const BODY_TOO_LARGE: WebProblem = {
  code: "body_too_large",
  status: 413,
  title: "Body too large",
  detail: `A body may have at most ${BODY_MAX_BYTES} bytes.`,
};

const TOKEN_NEEDED: WebProblem = {
  code: "token_needed",
  status: 401,
  title: "Token needed",
  detail: "Give the server's token as the password (any user name), or as a Bearer token.",
  headers: CHALLENGE,
};

/**
 * A function that says whether an Authorization header carries the token, compared in constant time. It comes as a Bearer
 * token, or as the password of Basic authentication, which browsers prompt for.
 */
function createTokenCheck(token: string): (authorization: string | undefined) => boolean {
  return (authorization) => {
    const given = givenToken(authorization);
    return given !== null && sameText(given, token);
  };
}

function givenToken(authorization: string | undefined): string | null {
  const [, scheme, value] = /^(Bearer|Basic) +([^\s]+) *$/i.exec(authorization ?? "") ?? [];
  if (scheme === undefined || value === undefined) return null;
  if (scheme.toLowerCase() === "bearer") return value;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon === -1 ? null : pair.slice(colon + 1);
}

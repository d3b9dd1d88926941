// One request and its answer, with limits for time, size and redirects. The token is sent with every request, so only
// redirects to the same origin are followed, as GitHub sends them for a renamed repository.

import type { HostFailure } from "../../../ports/git/pull-request-host.ts";
import { failure, type RequestLimits } from "./connection.ts";

export type HttpRequest = {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

export type Exchange = {
  /** Sent requests, including redirects. */
  readonly requests: number;
} & (
  | { readonly kind: "answered"; readonly answer: HttpAnswer }
  | { readonly kind: "failed"; readonly failure: HostFailure }
);

/** GitHub sends one, or two for a repository that was renamed twice. */
const REDIRECTS_MAX = 3;

/** Never throws, and keeps to the time limit. */
export async function exchange(request: HttpRequest, limits: RequestLimits): Promise<Exchange> {
  const deadline = AbortSignal.timeout(limits.timeoutMs);
  const signal = AbortSignal.any([deadline, request.signal]);
  let url = request.url;
  let requests = 0;
  try {
    while (requests <= REDIRECTS_MAX) {
      requests += 1;
      const response = await send({ ...request, url, signal });
      const redirect = readRedirect(response, request.method, url);
      if (redirect.kind === "none") {
        const text = await readText(response, limits.bodyBytesMax);
        if (text === null) return { kind: "failed", failure: TOO_LARGE, requests };
        return {
          kind: "answered",
          answer: { status: response.status, headers: response.headers, text },
          requests,
        };
      }
      await response.body?.cancel();
      if (redirect.kind === "refused") return { kind: "failed", failure: LED_AWAY, requests };
      url = redirect.url;
    }
    return { kind: "failed", failure: LED_IN_CIRCLES, requests };
  } catch (error) {
    // The error itself is not passed on: it may contain the request and its headers (S20).
    const state = { timedOut: deadline.aborted, stopped: request.signal.aborted };
    return { kind: "failed", failure: describeBrokenExchange(error, state), requests };
  }
}

function send({ method, url, headers, body, signal }: HttpRequest): Promise<Response> {
  return fetch(url, {
    method,
    headers,
    signal,
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
  });
}

type Redirect =
  | { readonly kind: "none" }
  | { readonly kind: "followed"; readonly url: string }
  | { readonly kind: "refused" };

/** 301 and 302 would turn a POST into a GET. */
const REDIRECTS = { GET: [301, 302, 303, 307, 308], POST: [307, 308] } as const;

function readRedirect(response: Response, method: HttpRequest["method"], from: string): Redirect {
  const location = response.headers.get("location");
  if (response.status < 300 || response.status > 399 || location === null) return { kind: "none" };
  const to = URL.parse(location, from);
  const followed: readonly number[] = REDIRECTS[method];
  return to !== null && to.origin === new URL(from).origin && to.username === "" && to.password === ""
    ? { kind: followed.includes(response.status) ? "followed" : "refused", url: to.href }
    : { kind: "refused" };
}

/** Null for more than `bytesMax`. */
async function readText({ body }: Response, bytesMax: number): Promise<string | null> {
  if (body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const TOO_LARGE = failure("malformed", "GitHub's answer was too large");
const CHECK_URL = "Check github.base_url, and whether a proxy requires a login";
const LED_AWAY = failure(
  "malformed",
  "GitHub redirected the request to another host, where the token is not sent",
  CHECK_URL,
);
const LED_IN_CIRCLES = failure("malformed", "GitHub redirected the request too often", CHECK_URL);

/** Why there was no answer. Only the error's code is used: its text may contain anything. `stopped`: by the caller. */
export function describeBrokenExchange(
  error: unknown,
  { timedOut, stopped }: { readonly timedOut: boolean; readonly stopped: boolean },
): HostFailure {
  if (stopped) return failure("timeout", "The request to GitHub was cancelled");
  if (timedOut) return failure("timeout", "GitHub did not answer in time");
  const code = findCode(error);
  if (CERTIFICATE.test(code))
    return failure(
      "unreachable",
      `GitHub's certificate is not trusted (${code})`,
      "If your company signs it, set NODE_EXTRA_CA_CERTS to its certificate",
    );
  return failure(code === "UND_ERR_CONNECT_TIMEOUT" ? "timeout" : "unreachable", sentence(code));
}

/** Undici wraps errors, several of them if a name has several addresses. */
function findCode(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > CAUSES_MAX) return "";
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === "string" && CODE.test(code)) return code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return findCode(inner, depth + 1);
}

const CAUSES_MAX = 5;
const CODE = /^[A-Z][A-Z0-9_]{1,60}$/;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

const SENTENCES: Readonly<Record<string, string>> = {
  ENOTFOUND: "GitHub's host name is unknown",
  EAI_AGAIN: "GitHub's host name could not be resolved",
  ECONNREFUSED: "GitHub's host refused the connection",
  ECONNRESET: "The connection to GitHub broke",
  EPIPE: "The connection to GitHub broke",
  UND_ERR_SOCKET: "The connection to GitHub broke",
  ENETUNREACH: "GitHub cannot be reached over the network",
  EHOSTUNREACH: "GitHub cannot be reached over the network",
  ETIMEDOUT: "The connection to GitHub timed out",
  UND_ERR_CONNECT_TIMEOUT: "The connection to GitHub timed out",
};

function sentence(code: string): string {
  const known = SENTENCES[code];
  if (known !== undefined) return `${known} (${code})`;
  return code === "" ? "The connection to GitHub failed" : `The connection to GitHub failed (${code})`;
}

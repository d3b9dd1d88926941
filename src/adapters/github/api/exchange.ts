// One request and its answer, with limits for time, size and redirects. The token is sent with every request, so only
// redirects to the same origin are followed, as GitHub sends them for a renamed repository.

import type { HostFailure } from "../../../ports/git/pull-request-host.ts";
import { failure, type RequestLimits } from "./connection.ts";
import { describeBrokenExchange } from "./describe-broken-exchange.ts";

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
    ...{ method, headers, signal, redirect: "manual" },
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

// One POST to an address that a user set, so that it cannot be turned against this machine or its network (S21): the name
// is resolved once and every address of it judged, the connection goes to those addresses and no others, no redirect is
// followed, and time and size are bounded.

import { lookup } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { plainHost, type Target, whyNotConnected } from "../../core/notify/notify-target.ts";
import type { Delivery } from "../../core/notify/outbox.ts";
import { retryAfterMs } from "./retry-after.ts";

/** From the first lookup to the head of the answer. */
const TIMEOUT_MS = 5_000;
/** Of the answer; no one reads it, but a connection that is closed in the middle looks like a failure to the other side. */
const BODY_BYTES_MAX = 64 * 1024;

type Address = { readonly address: string; readonly family: number };

export type PostRequest = {
  readonly target: Target;
  readonly allow: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
};

export type PostOptions = {
  readonly timeoutMs?: number;
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
};

/** Never throws. What it says of a failure has the host alone: paths and parameters may be secrets. */
export async function post(request: PostRequest, options: PostOptions = {}): Promise<Delivery> {
  const { timeoutMs = TIMEOUT_MS, resolve = resolveAll } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([deadline, request.signal]);
  const host = plainHost(request.target.url);
  try {
    const addresses = await withSignal(addressesOf(host, resolve), signal);
    const why = whyNone(request, addresses);
    if (why !== null) return failed(why);
    return await exchange(request, addresses, signal);
  } catch (error) {
    if (request.signal.aborted) return failed("it was stopped");
    if (deadline.aborted) return failed(`${host} did not answer within ${timeoutMs / 1000} s`);
    return failed(describeError(host, error));
  }
}

const resolveAll = (host: string) => lookup(host, { all: true, verbatim: true });

async function addressesOf(
  host: string,
  resolve: Exclude<PostOptions["resolve"], undefined>,
): Promise<readonly Address[]> {
  const family = isIP(host);
  return family === 0 ? await resolve(host) : [{ address: host, family }];
}

/** One address that is not public is enough: a public one beside it may be there to get past this. */
function whyNone({ target, allow }: PostRequest, addresses: readonly Address[]): string | null {
  if (addresses.length === 0) return `${plainHost(target.url)} leads to no address`;
  for (const { address } of addresses) {
    const why = whyNotConnected(target, address, allow);
    if (why !== null) return why;
  }
  return null;
}

function exchange(
  { target, headers, body }: PostRequest,
  addresses: readonly Address[],
  signal: AbortSignal,
): Promise<Delivery> {
  const { url } = target;
  const isSecure = url.protocol === "https:";
  const send = isSecure ? requestHttps : requestHttp;
  const settled = Promise.withResolvers<Delivery>();
  const request = send({
    method: "POST",
    // A connection of its own: a kept one was made for other addresses.
    agent: false,
    protocol: url.protocol,
    hostname: plainHost(url),
    port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    ...(isSecure && isIP(plainHost(url)) === 0 && { servername: plainHost(url) }),
    lookup: pinnedTo(addresses),
    headers: {
      ...headers,
      ...authorization(url),
      Host: url.host,
      "User-Agent": "dataface-tasks",
      "Content-Length": String(Buffer.byteLength(body)),
    },
    signal,
  });
  request.on("error", (error) => settled.reject(error));
  request.on("response", (response) => {
    settled.resolve(judge(plainHost(url), response.statusCode ?? 0, response.headers["retry-after"]));
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) response.destroy();
    });
    response.on("error", () => {});
  });
  request.end(body);
  return settled.promise;
}

/** Gives the checked addresses, whatever is asked: the name is not resolved a second time. */
function pinnedTo(addresses: readonly Address[]): LookupFunction {
  return (_host, options, answer) => {
    const [first] = addresses;
    if (options.all === true) answer(null, [...addresses]);
    else answer(null, first?.address ?? "", first?.family ?? 0);
  };
}

/** Name and password before the `@` of an address: node:http leaves them out where it gets parts. */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function judge(host: string, status: number, retryAfter: string | undefined): Delivery {
  if (status >= 200 && status < 300) return { kind: "sent" };
  const why =
    status >= 300 && status < 400
      ? `${host} answered with a redirect (${status}), which is not followed`
      : `${host} answered ${status}`;
  return { kind: "failed", why, retryAfterMs: retryAfterMs(retryAfter, Date.now()) };
}

async function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Only the error's code: its text may have the whole request in it. */
function describeError(host: string, error: unknown): string {
  const code = codeOf(error);
  const sentence = SENTENCES[code];
  if (sentence !== undefined) return `${host} ${sentence}`;
  return code === "" ? `the connection to ${host} failed` : `the connection to ${host} failed (${code})`;
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOTFOUND: "is a name that is not known",
  EAI_AGAIN: "could not be resolved: is there a network?",
  ECONNREFUSED: "refused the connection",
  ECONNRESET: "broke the connection",
};

function codeOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  const code = inner instanceof Error && "code" in inner ? inner.code : null;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : "";
}

function failed(why: string): Delivery {
  return { kind: "failed", why, retryAfterMs: null };
}

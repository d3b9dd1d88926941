// The node:http server: limits, the gate, and two kinds of routes. Direct routes write their own bytes to the socket
// (the status page, its JSON, the stream) because they must be as fast as a bare server; hono serves the rest.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Log } from "../../ports/system/log.ts";
import type { RequestPath } from "../addresses/request-path.ts";
import type { Answer } from "./answer.ts";
import type { Gate, GateResult } from "./gate.ts";
import { answerConnect, answerParserError } from "./parser-error.ts";
import { INTERNAL } from "./problem-json.ts";
import { refusalAnswer } from "./refusal.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { dropStuckClients } from "./stuck-clients.ts";
import { writeAnswer } from "./write-answer.ts";

/** Returns what to write, or null if it has taken over the response (a stream). */
export type DirectRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  path: RequestPath,
) => Promise<Answer | null>;

export type ListenerLimits = {
  /** From the first byte of a request to the end of its headers; slower clients are dropped. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveTimeoutMs: number;
  /** How long a client may leave an answer or a stream unread. */
  readonly unreadTimeoutMs: number;
  /** Concurrent connections; further ones are closed at once. */
  readonly connections: number;
};

export const LISTENER_LIMITS: ListenerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  keepAliveTimeoutMs: 15_000,
  // Even a slow line takes some of an answer within two minutes.
  unreadTimeoutMs: 120_000,
  // All allowed streams plus as many loads; each connection costs a file descriptor and a few KB.
  connections: 4096,
};

/** All headers together; browsers send about 1 KB. */
const HEADERS_MAX_BYTES = 16 * 1024;

/** How often Node checks for clients past their limit. */
const TIMEOUT_CHECKS_PER_LIMIT = 4;

export type ListenerOptions = {
  readonly gate: Gate;
  readonly direct: ReadonlyMap<string, DirectRoute>;
  /** For an address that cannot exist. */
  readonly notFound: (accept: string | undefined) => Answer;
  readonly otherwise: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Called once per answered request, for the metrics. */
  readonly onAnswered: (path: string | null, status: number) => void;
  /** True while the server closes: connections then end with their answer. */
  readonly isClosing: () => boolean;
  readonly limits: ListenerLimits;
  readonly log: Log;
};

/** Not yet listening. Handles all socket errors itself. */
export function createListener(options: ListenerOptions): Server {
  const { limits } = options;
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.ceil(limits.headersTimeoutMs / TIMEOUT_CHECKS_PER_LIMIT),
      maxHeaderSize: HEADERS_MAX_BYTES,
      // The gate rejects a missing Host itself, with the usual headers.
      requireHostHeader: false,
    },
    (request, response) => void serve(request, response, options),
  );
  server.maxConnections = limits.connections;
  dropStuckClients(server, limits.unreadTimeoutMs);
  server.on("clientError", answerParserError);
  server.on("connect", (_request, socket) => answerConnect(socket));
  return server;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: ListenerOptions,
): Promise<void> {
  const gate = options.gate(request);
  const closeAfter = options.isClosing() || hasBody(request);
  try {
    const answer = await answerOf(request, response, gate, { ...options, closeAfter });
    if (answer !== null) await writeAnswer(request, response, answer, { closeAfter });
  } catch (error) {
    options.log.error({ error }, "A request failed because of a bug.");
    if (response.headersSent) response.destroy();
    else
      await writeAnswer(request, response, refusalAnswer(INTERNAL, request.headers.accept), {
        closeAfter: true,
      });
  }
  options.onAnswered(gate.kind === "passed" ? gate.path.raw : null, response.statusCode);
}

/** Null if hono or a stream has taken over the response. */
async function answerOf(
  request: IncomingMessage,
  response: ServerResponse,
  gate: GateResult,
  options: ListenerOptions & { readonly closeAfter: boolean },
): Promise<Answer | null> {
  if (gate.kind === "refused") return refusalAnswer(gate.problem, request.headers.accept);
  if (gate.kind === "nowhere") return options.notFound(request.headers.accept);
  const direct = options.direct.get(gate.path.raw);
  if (direct !== undefined) return direct(request, response, gate.path);
  await serveOtherwise(request, response, options);
  return null;
}

async function serveOtherwise(
  request: IncomingMessage,
  response: ServerResponse,
  { otherwise, closeAfter }: ListenerOptions & { readonly closeAfter: boolean },
): Promise<void> {
  for (let at = 0; at + 1 < SECURITY_HEADERS.length; at += 2) {
    response.setHeader(SECURITY_HEADERS[at] ?? "", SECURITY_HEADERS[at + 1] ?? "");
  }
  if (closeAfter) response.setHeader("Connection", "close");
  await otherwise(request, response);
}

/** The body was not read, so the connection cannot be reused. */
function hasBody({ headers }: IncomingMessage): boolean {
  if (headers["transfer-encoding"] !== undefined) return true;
  return headers["content-length"] !== undefined && headers["content-length"] !== "0";
}

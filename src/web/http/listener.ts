// The node:http server: limits and the gate. Routes return their answer as bytes, which is as fast as a bare server.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Log } from "../../ports/system/log.ts";
import type { RequestPath } from "../addresses/request-path.ts";
import type { Answer } from "./answer.ts";
import type { Gate } from "./gate.ts";
import { answerConnect, answerParserError } from "./parser-error.ts";
import { INTERNAL, refusalAnswer } from "./problem-json.ts";
import { dropStuckClients } from "./stuck-clients.ts";
import { writeAnswer } from "./write-answer.ts";

/** Returns what to write, or null if it has taken over the response (a stream). */
export type Handler<Target> = (
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
) => Answer | null | Promise<Answer | null>;

/** `params`: the named segments of the path, decoded. */
export type Route = Handler<RequestPath & { readonly params: Readonly<Record<string, string>> }>;

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
  /** For requests that passed the gate; the path is null if the address cannot exist. */
  readonly handle: Handler<RequestPath | null>;
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
    const answer =
      gate.kind === "refused"
        ? refusalAnswer(gate.problem, request.headers.accept)
        : await options.handle(request, response, gate.kind === "passed" ? gate.path : null);
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

/** The body was not read, so the connection cannot be reused. */
function hasBody({ headers }: IncomingMessage): boolean {
  if (headers["transfer-encoding"] !== undefined) return true;
  return headers["content-length"] !== undefined && headers["content-length"] !== "0";
}

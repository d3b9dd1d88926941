// Requests that Node's HTTP parser rejects are answered on the bare socket, with the same headers and problem bodies as
// the rest.

import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { TARGET_MAX_CHARACTERS } from "../addresses/request-path.ts";
import type { Answer } from "./answer.ts";
import { METHOD_NOT_ALLOWED, TARGET_TOO_LONG } from "./gate.ts";
import { problemAnswer, type WebProblem } from "./problem-json.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/**
 * Time for the client to read the answer and close. Without it, a client that half-closes could hold its connection
 * forever.
 */
const LINGER_MS = 1_000;

/** Already answered. The client's further bytes raise the same error again and must not cut off the answer. */
const lingering = new WeakSet<Duplex>();

/** For the `clientError` event: answers if the socket still can, then closes it. */
export function answerParserError(error: ParserError, socket: Duplex): void {
  if (lingering.has(socket)) return;
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  endWith(socket, problemAnswer(problemOf(error)));
}

/** For the `connect` event: a proxy method, refused like any method but GET and HEAD. */
export function answerConnect(socket: Duplex): void {
  endWith(socket, problemAnswer(METHOD_NOT_ALLOWED));
}

function endWith(socket: Duplex, answer: Answer): void {
  const body = Buffer.concat(answer.body);
  const lines = [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? "Error"}`];
  const headers = [...SECURITY_HEADERS, ...answer.headers];
  for (let at = 0; at + 1 < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  lines.push(`Content-Length: ${body.byteLength}`, "Connection: close", "", "");
  // The client may already be gone.
  socket.on("error", () => socket.destroy());
  lingering.add(socket);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.end(Buffer.concat([Buffer.from(lines.join("\r\n"), "latin1"), body]));
}

function problemOf({ code, rawPacket }: ParserError): WebProblem {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return TOO_SLOW;
  if (code === "HPE_INVALID_METHOD") return METHOD_NOT_ALLOWED;
  if (code !== "HPE_HEADER_OVERFLOW") return MALFORMED;
  return isEndlessTarget(rawPacket) ? TARGET_TOO_LONG : HEADERS_TOO_LARGE;
}

/** If no line ends where one should, the target overflowed; the parser does not say which. */
function isEndlessTarget(rawPacket: Buffer | undefined): boolean {
  const lineEnd = rawPacket?.indexOf("\r\n") ?? 0;
  return lineEnd === -1 || lineEnd > TARGET_MAX_CHARACTERS;
}

const TOO_SLOW: WebProblem = {
  code: "too_slow",
  status: 408,
  title: "Too slow",
  detail: "The request did not arrive in time.",
};

const HEADERS_TOO_LARGE: WebProblem = {
  code: "headers_too_large",
  status: 431,
  title: "Headers too large",
  detail: "The headers of the request are larger than this server reads.",
};

const MALFORMED: WebProblem = {
  code: "malformed",
  status: 400,
  title: "Malformed request",
  detail: "The request is not well-formed HTTP/1.1.",
};

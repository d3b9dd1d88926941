// Writes an Answer to the socket: security headers, length, and parts that requests share without a copy.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "../answer.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

export type WriteOptions = {
  /** The connection ends with this answer: the server is closing, or a body was left unread. */
  readonly closeAfter: boolean;
};

/** HEAD gets exactly GET's headers. Parts go out together, in one write to the system. */
export function writeAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  { closeAfter }: WriteOptions,
): void {
  const headers = [...SECURITY_HEADERS, ...answer.headers];
  if (answer.status !== 304) headers.push("Content-Length", String(byteLength(answer.body)));
  if (closeAfter) headers.push("Connection", "close");
  response.writeHead(answer.status, headers);
  if (request.method === "HEAD" || answer.status === 304) {
    response.end();
    return;
  }
  response.cork();
  for (const part of answer.body) response.write(part);
  response.end();
  response.uncork();
}

function byteLength(parts: readonly Buffer[]): number {
  let total = 0;
  for (const part of parts) total += part.byteLength;
  return total;
}

// Writes an Answer to the socket: security headers, length, and shared parts without copying. Slices are written as
// fast as the client reads.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { writeSlices } from "./write-slices.ts";

export type WriteOptions = {
  /** Close the connection after this answer: the server is closing, or a body was left unread. */
  readonly closeAfter: boolean;
};

/** HEAD gets exactly GET's headers. Parts go out in one write. Returns a promise if there are slices. */
export function writeAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  { closeAfter }: WriteOptions,
): Promise<void> | undefined {
  const headers = [...SECURITY_HEADERS, ...answer.headers];
  if (answer.status !== 304 && answer.slices === undefined)
    headers.push("Content-Length", String(byteLength(answer.body)));
  if (closeAfter) headers.push("Connection", "close");
  response.writeHead(answer.status, headers);
  if (request.method === "HEAD" || answer.status === 304) {
    response.end();
    return undefined;
  }
  response.cork();
  for (const part of answer.body) response.write(part);
  if (answer.slices === undefined) response.end();
  response.uncork();
  return answer.slices === undefined ? undefined : writeSlices(response, answer.slices);
}

function byteLength(parts: readonly Buffer[]): number {
  let total = 0;
  for (const part of parts) total += part.byteLength;
  return total;
}

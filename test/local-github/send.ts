// How an answer goes over the wire, also when it does not get there.

import type { ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";
import type { Fault } from "./faults.ts";

/** Sends it whole, or as the fault has it. */
export function send(response: ServerResponse, answer: Answer, fault: Fault | null): void {
  const headers = fault?.kind === "huge_body" ? answer.headers : withLength(answer);
  switch (fault?.kind) {
    case "cut_before_headers":
      response.destroy();
      return;
    case "cut_in_body":
      response.writeHead(answer.status, headers);
      response.write(answer.body.slice(0, Math.floor(answer.body.length / 2)), () => response.destroy());
      return;
    case "stall":
      response.writeHead(answer.status, headers);
      response.flushHeaders();
      return;
    case "slow": {
      const timer = setTimeout(() => write(response, answer, headers), fault.delayMs);
      // A client that has given up, or the end of the server.
      response.once("close", () => clearTimeout(timer));
      return;
    }
    default:
      write(response, answer, headers);
  }
}

function write(response: ServerResponse, answer: Answer, headers: Answer["headers"]): void {
  response.writeHead(answer.status, headers);
  response.end(answer.body);
}

function withLength({ status, headers, body }: Answer): Answer["headers"] {
  return status === 304 ? headers : { ...headers, "content-length": String(Buffer.byteLength(body)) };
}

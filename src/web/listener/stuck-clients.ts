// Drops clients that do not take what was written to them. Node bounds how long a request may take to arrive and how long
// an idle connection is kept, but not how long an answer may take to leave: a client that never reads would keep its
// connection, and its place among those there may be, for ever. One sweep over the connections costs requests nothing.

import type { Server } from "node:http";
import type { Socket } from "node:net";

/** A client is dropped at most this part of its limit later. */
const SWEEPS_PER_LIMIT = 4;

/** Until the server closes. Event streams count too: one that has unsent bytes for so long has no reader. */
export function dropStuckClients(server: Server, limitMs: number): void {
  const stuckSinceMs = new Map<Socket, number | null>();
  server.on("connection", (socket: Socket) => {
    stuckSinceMs.set(socket, null);
    socket.once("close", () => stuckSinceMs.delete(socket));
  });
  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const [socket, sinceMs] of stuckSinceMs) {
      if (socket.writableLength === 0) stuckSinceMs.set(socket, null);
      else if (sinceMs === null) stuckSinceMs.set(socket, nowMs);
      else if (nowMs - sinceMs >= limitMs) socket.destroy();
    }
  }, limitMs / SWEEPS_PER_LIMIT);
  sweep.unref();
  server.once("close", () => clearInterval(sweep));
}

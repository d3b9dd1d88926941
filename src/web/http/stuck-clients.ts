// Drops clients that do not take what was written to them. Node bounds how long a request may take to arrive and how long
// an idle connection is kept, but not how long an answer may take to leave: a client that never reads would keep its
// connection, and its place among those there may be, for ever. One sweep over the connections costs requests nothing.

import type { Server } from "node:http";
import type { Socket } from "node:net";

/** A client is dropped at most this part of its limit later. */
const SWEEPS_PER_LIMIT = 4;

/** Whoever took this much since has read: a large answer may take longer than the limit, and its time is still bounded. */
const READ_BYTES = 64 * 1024;

/** When a client had last read, and what it had taken by then. */
type Reading = { readonly sinceMs: number; readonly takenBytes: number };

/** Until the server closes. Event streams count too: one that has unsent bytes for so long has no reader. */
export function dropStuckClients(server: Server, limitMs: number): void {
  /** Null while nothing waits for a client. */
  const readings = new Map<Socket, Reading | null>();
  server.on("connection", (socket: Socket) => {
    readings.set(socket, null);
    socket.once("close", () => readings.delete(socket));
  });
  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const [socket, before] of readings) {
      const reading = readingOf(socket, before, nowMs);
      readings.set(socket, reading);
      if (reading !== null && nowMs - reading.sinceMs >= limitMs) socket.destroy();
    }
  }, limitMs / SWEEPS_PER_LIMIT);
  sweep.unref();
  server.once("close", () => clearInterval(sweep));
}

function readingOf(socket: Socket, before: Reading | null, nowMs: number): Reading | null {
  if (socket.writableLength === 0) return null;
  // Both count what waits in this process; what the system has of it is all but a fixed amount taken by the client.
  const takenBytes = socket.bytesWritten - socket.writableLength;
  const hasRead = before === null || takenBytes - before.takenBytes >= READ_BYTES;
  return hasRead ? { sinceMs: nowMs, takenBytes } : before;
}

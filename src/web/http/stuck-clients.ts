// Drops clients that do not read their answers. Node limits how long a request takes to arrive and how long a
// connection is idle, but not how long an answer takes to leave: a client that never reads would hold its connection
// forever. One periodic sweep costs requests nothing.

import type { Server } from "node:http";
import type { Socket } from "node:net";

/** A client is dropped at most this fraction of its limit late. */
const SWEEPS_PER_LIMIT = 4;

/** A client that took this much has read something: a large answer may take longer than the limit, but not forever. */
const READ_BYTES = 64 * 1024;

/** When a client last read, and how much it had taken by then. */
type Reading = { readonly sinceMs: number; readonly takenBytes: number };

/** Runs until the server closes. Event streams count too. */
export function dropStuckClients(server: Server, limitMs: number): void {
  /** Null while no bytes are waiting for a client. */
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
  // Both count bytes waiting in this process; the system's own buffer is a fixed amount.
  const takenBytes = socket.bytesWritten - socket.writableLength;
  const hasRead = before === null || takenBytes - before.takenBytes >= READ_BYTES;
  return hasRead ? { sinceMs: nowMs, takenBytes } : before;
}

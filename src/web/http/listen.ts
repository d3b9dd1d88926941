// Binds a port. A port the user asked for must be free; a default port falls back to the next free one.

import type { Server } from "node:http";
import { UserError } from "../../core/contract/user-error.ts";

export type PortOptions = {
  /** 0 lets the system choose. */
  readonly port: number;
  /** True if the user named the port, so no other will do. */
  readonly asked: boolean;
};

export type ListenOutcome = {
  readonly port: number;
  /** The default port that is already in use; null if the first choice was free. */
  readonly takenPort: number | null;
};

/** Sent with every answer, so a second server recognises the first. */
export const SERVER_NAME = "dataface-tasks";

/** Enough for several demos side by side; beyond that something else is wrong. */
const PORT_TRIES = 20;

/** Throws UserError `port_taken` or `address_refused`; says which port it took and why. */
export async function listen(server: Server, host: string, options: PortOptions): Promise<ListenOutcome> {
  const failure = await tryPort(server, host, options.port);
  if (failure === null) return { port: boundPort(server), takenPort: null };
  if (failure.code !== "EADDRINUSE") throw addressError(host, options.port, failure);

  if (options.asked) throw portTaken(options.port);
  for (let port = options.port + 1; port <= Math.min(options.port + PORT_TRIES, 65_535); port += 1) {
    const next = await tryPort(server, host, port);
    if (next === null) return { port, takenPort: options.port };
    if (next.code !== "EADDRINUSE") throw addressError(host, port, next);
  }
  throw portTaken(options.port);
}

function tryPort(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off("listening", onListening);
      resolve(error);
    };
    const onListening = () => {
      server.off("error", onError);
      resolve(null);
    };
    server.once("error", onError);
    server.once("listening", onListening);
    server.listen({ host, port });
  });
}

function boundPort(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Who holds the port is for the caller to find out: pages need not know this machine. */
function portTaken(port: number): UserError {
  return new UserError({
    code: "port_taken",
    message: `Port ${port} is taken.`,
    hint: "Give another one with --port, or leave it out to get the next free one.",
  });
}

function addressError(host: string, port: number, cause: NodeJS.ErrnoException): UserError {
  const why =
    cause.code === "EACCES" ? "this user may not use that port" : "this machine has no such address";
  return new UserError({
    code: "address_refused",
    message: `Cannot listen on ${host} port ${port}: ${why} (${cause.code ?? cause.message}).`,
    hint: "Check --host and --port; without them the server listens on this machine only.",
    cause,
  });
}

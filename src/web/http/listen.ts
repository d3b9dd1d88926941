// Takes a port. One that was asked for is used or is an error; a default that is taken yields to the next free one.

import { request, type Server } from "node:http";
import { UserError } from "../../core/contract/user-error.ts";

export type PortOptions = {
  /** 0 lets the system choose. */
  readonly port: number;
  /** True when a person named the port: then no other one will do. */
  readonly asked: boolean;
};

export type ListenOutcome = {
  readonly port: number;
  /** The default port that somebody else holds, and who; null when the first choice was free. */
  readonly taken: { readonly port: number; readonly by: PortHolder } | null;
};

type PortHolder = "dataface_tasks" | "another_program";

/** Sent with every answer; tells a second server that the first one is ours. */
export const SERVER_NAME = "dataface-tasks";

/** Enough for several demos side by side; past it something else is wrong. */
const PORT_TRIES = 20;

/** Our own server answers /livez in under 20 ms; whoever takes longer is somebody else. */
const IDENTIFY_TIMEOUT_MS = 500;

/** Binds `server`. Throws UserError `port_taken` or `address_refused`; says which port it took and why. */
export async function listen(server: Server, host: string, wish: PortOptions): Promise<ListenOutcome> {
  const failure = await tryPort(server, host, wish.port);
  if (failure === null) return { port: boundPort(server), taken: null };
  if (failure.code !== "EADDRINUSE") throw addressError(host, wish.port, failure);

  const by = await identifyPort(host, wish.port);
  if (wish.asked) throw portTaken(wish.port, by);
  for (let port = wish.port + 1; port <= Math.min(wish.port + PORT_TRIES, 65_535); port += 1) {
    const next = await tryPort(server, host, port);
    if (next === null) return { port, taken: { port: wish.port, by } };
    if (next.code !== "EADDRINUSE") throw addressError(host, port, next);
  }
  throw portTaken(wish.port, by);
}

/** Asks whoever holds the port for /livez and looks at the server's name. */
function identifyPort(host: string, port: number): Promise<PortHolder> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(IDENTIFY_TIMEOUT_MS);
    const asked = request(
      { host: reachable(host), port, path: "/livez", signal, agent: false },
      (response) => {
        response.destroy();
        resolve(response.headers.server === SERVER_NAME ? "dataface_tasks" : "another_program");
      },
    );
    // Not speaking HTTP, or not answering in time: whatever it is, it is not ours.
    asked.on("error", () => resolve("another_program"));
    asked.end();
  });
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

/** A wildcard address is where one listens, not where one calls. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

function portTaken(port: number, by: PortHolder): UserError {
  const who = by === "dataface_tasks" ? "another Dataface Tasks server" : "another program";
  return new UserError({
    code: "port_taken",
    message: `Port ${port} is taken by ${who}.`,
    hint: "Give another one with --port, or leave it out to get the next free one.",
  });
}

function addressError(host: string, port: number, cause: NodeJS.ErrnoException): UserError {
  const why =
    cause.code === "EACCES" ? "this user may not use that port" : "this machine has no such address";
  return new UserError({
    code: "address_refused",
    message: `Cannot listen on ${host} port ${port}: ${why} (${cause.code ?? cause.message}).`,
    hint: "Check --host and --port; without them the server listens on 127.0.0.1 port 8005.",
    cause,
  });
}

// Identifies the viewer: the server's user, or someone else on this machine (docs/who-acts.md). The operating system is
// asked once per connection, when it first requests a page with forms or acts.

import type { IncomingMessage } from "node:http";
import type { ActingUser, Connection, PeerUser } from "../../ports/system/acting-user.ts";
import type { ActingCookie } from "./acting-cookie.ts";

/** The parts of a request that identify the viewer. */
export type ViewedRequest = {
  readonly headers: Pick<IncomingMessage["headers"], "host" | "cookie">;
  readonly socket: Ends;
};

/** A closed socket has no addresses. */
type Ends = { readonly [End in keyof Connection]?: Connection[End] | undefined };

export type Viewers = {
  /** By the connection, else by the cookie. Synchronous once the connection's user is known. */
  isThisUser(request: ViewedRequest): boolean | Promise<boolean>;
  /** Whether a worker of a run sent it. */
  isWorker(request: ViewedRequest): Promise<boolean>;
};

export function createViewers(peers: ActingUser["peers"], cookie: Pick<ActingCookie, "isIn">): Viewers {
  const known = new WeakMap<object, PeerUser | Promise<PeerUser>>();
  const remember = (socket: Ends, user: PeerUser) => {
    known.set(socket, user);
    return user;
  };
  const judge = (user: PeerUser, { headers }: ViewedRequest) =>
    user === "this_user" || cookie.isIn(headers.cookie);
  return {
    isThisUser: (request) => {
      const { socket } = request;
      const user = known.get(socket);
      if (typeof user === "string") return judge(user, request);
      // Pipelined requests on a new connection share one lookup.
      const asked = user ?? userOf(peers, socket).then((found) => remember(socket, found));
      known.set(socket, asked);
      return asked.then((found) => judge(found, request));
    },
    isWorker: async ({ socket }) => isConnected(socket) && (await peers.isWorker(endsOf(socket))),
  };
}

async function userOf(peers: ActingUser["peers"], socket: Ends): Promise<PeerUser> {
  return isConnected(socket) ? await peers.userOf(endsOf(socket)) : "unknown";
}

function isConnected(socket: Ends): socket is Connection {
  return socket.remoteAddress !== undefined && socket.localAddress !== undefined;
}

function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Connection): Connection {
  return { localAddress, localPort, remoteAddress, remotePort };
}

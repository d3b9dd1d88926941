// Who looks: the user this server belongs to, or somebody else on this machine (docs/who-acts.md). The system is asked once
// for each connection, when it first wants a page that has forms, or acts; requests after that touch nothing.

import type { IncomingMessage } from "node:http";
import type { ActingUser, Connection, PeerUser } from "../../ports/system/acting-user.ts";
import type { ActingCookie } from "./acting-cookie.ts";

/** What is looked at of a request. */
export type ViewedRequest = {
  readonly headers: Pick<IncomingMessage["headers"], "host" | "cookie">;
  readonly socket: Ends;
};

/** A socket whose client is gone has no ends any more. */
type Ends = { readonly [End in keyof Connection]?: Connection[End] | undefined };

export type Viewers = {
  /** By the connection, else by the cookie. No promise once the connection is known. */
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
      // Requests sent one after the other on a new connection wait for the same answer.
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

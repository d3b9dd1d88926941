// The user who may act through pages (docs/who-acts.md): how their connections are recognised, the key that signs their
// cookie, and the addresses that let a browser in once.

/** Both ends of an accepted TCP connection, as the server sees them. */
export type Connection = {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
};

/** `unknown` where the system does not say whose a connection is. */
export type PeerUser = "this_user" | "another_user" | "unknown";

export type ConnectionPeers = {
  /** Whose process is at the other end. Never rejects. */
  userOf(connection: Connection): Promise<PeerUser>;
  /**
   * Whether that process is a worker of a run, or was started by one. It looks through processes, so it is asked for
   * actions only. Where it cannot be known the answer is false. Never rejects.
   */
  isWorker(connection: Connection): Promise<boolean>;
};

export type ActingUser = {
  /** As the system calls them. */
  readonly name: string;
  readonly peers: ConnectionPeers;
  /** Signs cookies; the same one after a restart of the server. */
  readonly key: Uint8Array;
  /** Uses up the secret of a one-time address. False when it was never issued, is over, or was used before. */
  redeem(secret: string): Promise<boolean>;
};

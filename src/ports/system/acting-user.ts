// The user who may act through pages (docs/who-acts.md): how their connections are recognised, the key that signs their
// cookie, and the one-time addresses that let a browser in.

/** Both ends of an accepted TCP connection, as the server sees them. */
export type Connection = {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
};

/** `unknown`: the system does not say whose a connection is. */
export type PeerUser = "this_user" | "another_user" | "unknown";

export type ConnectionPeers = {
  /** Never rejects. */
  userOf(connection: Connection): Promise<PeerUser>;
  /**
   * Whether that process is a worker of a run, or descends from one; false if unknown. Searches processes, so it is called
   * for actions only. Never rejects.
   */
  isWorker(connection: Connection): Promise<boolean>;
};

export type ActingUser = {
  /** The system's name for them. */
  readonly name: string;
  readonly peers: ConnectionPeers;
  /** Signs cookies; survives a restart of the server. */
  readonly key: Uint8Array;
  /** Uses up the secret of a one-time address. False: never issued, expired, or used before. */
  redeem(secret: string): Promise<boolean>;
};

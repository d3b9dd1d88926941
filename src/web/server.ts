// The web server of one repository: a listener that checks every request, the routes, and the live stream.
// It renders what LiveSnapshot holds; it never collects, starts a process, or lists files (invariant 7).

import type { LiveSnapshot } from "../app/live-snapshot.ts";
import type { Config } from "../config/schema.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { TreeReader } from "../ports/tree-reader.ts";
import type { Access } from "./listener/access.ts";
import type { ListenOutcome, PortWish } from "./listener/listen.ts";

/** Whose tasks are shown when the address does not say: the spelling, and the setting it came from. */
export type OwnerWish = { readonly asked: string; readonly origin: string };

export type ServerOptions = {
  readonly live: LiveSnapshot;
  readonly reader: TreeReader;
  readonly config: Config;
  readonly defaultOwner: OwnerWish | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly host: string;
  readonly port: PortWish;
  /** From decideAccess(). */
  readonly access: Access;
};

export type StartedServer = {
  /** Where a browser on this machine finds it, without a path: `http://127.0.0.1:8005`. */
  readonly url: string;
  readonly listening: ListenOutcome;
  /** Lets requests in flight finish, ends streams, frees the port; safe to call twice. */
  close(): Promise<void>;
};

/** Starts listening. Throws UserError `port_taken` or `address_refused`. */
export async function startServer(_options: ServerOptions): Promise<StartedServer> {
  throw new Error("not wired yet");
}

// What routes need from the world: the snapshot in memory, the one-file reader, settings. Made once by the server.

import type { LiveSnapshot } from "../app/live-snapshot.ts";
import type { Config } from "../config/schema.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { TreeReader } from "../ports/tree-reader.ts";
import type { Assets } from "./assets/assets.ts";
import type { WebMetrics } from "./metrics.ts";

/** Whose tasks are shown when the address does not say: the spelling, and the setting it came from. */
export type OwnerWish = { readonly asked: string; readonly origin: string };

export type WebContext = {
  readonly live: LiveSnapshot;
  readonly reader: TreeReader;
  readonly config: Config;
  readonly defaultOwner: OwnerWish | null;
  readonly assets: Assets;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: WebMetrics;
};

// What routes need from the world: the snapshot in memory, the one-file reader, runs, settings. Made once by the server.

import type { LiveSnapshot } from "../app/live-snapshot.ts";
import type { RunActions } from "../app/runs/run-actions.ts";
import type { Config } from "../config/schema.ts";
import type { ActingUser } from "../ports/acting-user.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { RunFiles } from "../ports/run-files.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { TreeReader } from "../ports/tree-reader.ts";
import type { ActionGuard } from "./actions/action-guard.ts";
import type { ActionLog } from "./actions/action-log.ts";
import type { Assets } from "./assets/assets.ts";
import type { ActingCookie } from "./listener/acting-cookie.ts";
import type { WebMetrics } from "./metrics.ts";

/** Whose tasks are shown when the address does not say: the spelling, and the setting it came from. */
export type DefaultOwner = { readonly asked: string; readonly origin: string };

/** What the pages of runs and tasks read per request, and what is asked before a run is ended. */
export type RunReader = {
  readonly store: Pick<RunStore, "readRun" | "readRuns" | "readOpenRuns">;
  readonly files: Pick<RunFiles, "readLog" | "readPrompt">;
};

export type WebContext = {
  readonly live: LiveSnapshot;
  readonly reader: TreeReader;
  /** Null: this server shows no runs. */
  readonly runs: RunReader | null;
  /** Null: this server only shows, and its pages have no buttons. */
  readonly actions: RunActions | null;
  readonly guard: ActionGuard;
  readonly actionLog: ActionLog;
  readonly user: ActingUser;
  readonly actingCookie: ActingCookie;
  readonly config: Config;
  readonly defaultOwner: DefaultOwner | null;
  readonly assets: Assets;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: WebMetrics;
};

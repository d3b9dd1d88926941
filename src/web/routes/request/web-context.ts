// What routes depend on: the snapshot in memory, the file reader, runs, settings. Created once by the server.

import type { RunActions } from "../../../app/runs/requests/run-actions.ts";
import type { LiveSnapshot } from "../../../app/server/live-snapshot.ts";
import type { Config } from "../../../config/schema.ts";
import type { WorkersConfig } from "../../../core/agent/workers/configured-workers.ts";
import type { ActingUser } from "../../../ports/system/acting-user.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import type { Log } from "../../../ports/system/log.ts";
import type { TreeReader } from "../../../ports/tree/tree-reader.ts";
import type { ActingCookie } from "../../access/acting-cookie.ts";
import type { ActionGuard } from "../../access/action-guard.ts";
import type { ActionLog } from "../../actions/action-log.ts";
import type { Outbox, RunReader } from "../../actions/perform-action.ts";
import type { Assets } from "../../assets/assets.ts";
import type { WebMetrics } from "../../metrics/metrics.ts";

/** The default owner, as spelled, and the setting it came from. */
export type DefaultOwner = { readonly asked: string; readonly origin: string };

export type WebContext = {
  readonly live: LiveSnapshot;
  readonly reader: TreeReader;
  /** Null: this server shows no runs. */
  readonly runs: RunReader | null;
  /** Null: a read-only server. */
  readonly actions: RunActions | null;
  /** Null: this server knows no notifications. */
  readonly outbox?: Outbox | null;
  readonly guard: ActionGuard;
  readonly actionLog: ActionLog;
  readonly user: ActingUser;
  readonly actingCookie: ActingCookie;
  readonly config: Config;
  /** The workers as they are configured now; without it those of `config`. */
  readonly workersNow?: () => WorkersConfig;
  readonly defaultOwner: DefaultOwner | null;
  readonly assets: Assets;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: WebMetrics;
};

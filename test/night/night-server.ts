// A server of its own over the same store, asked as a browser asks.

import { ServerDriver } from "../../src/app/server/server-driver.ts";
import { configuredWorkers } from "../../src/core/agent/workers/configured-workers.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { createActingCookie } from "../../src/web/access/acting-cookie.ts";
import { createActionGuard } from "../../src/web/access/action-guard.ts";
import { ActionLog } from "../../src/web/actions/action-log.ts";
import { loadAssets } from "../../src/web/assets/assets.ts";
import { createScrape, WebMetrics } from "../../src/web/metrics/metrics.ts";
import { costsToday } from "../../src/web/routes/costs.ts";
import type { WebContext } from "../../src/web/routes/request/web-context.ts";
import { createApp } from "../../src/web/server/app.ts";
import { fakeUser } from "../support/acting-user.ts";
import { createMemorySnapshotFiles, SILENT_LOG } from "../support/app-world.ts";
import { responseOf } from "../support/web-fixture.ts";
import type { NightWorld } from "./night-world.ts";

export type NightServer = {
  readonly store: Store;
  /** Number of the snapshot that its pages show. */
  seq(): number;
  /** The answer's text. Time passes while it is worked on. */
  ask(path: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
};

/** A page waits that long at most for the cycle that it asks for. */
const WAIT_MS = 3_000;
const ASSETS = loadAssets();

/** Another process than the runner: it learns of changes by the store's bell. */
export async function openServer(world: NightWorld): Promise<NightServer> {
  const { runs } = world.booted;
  const { config, time } = world;
  const store = await world.openStore();
  const base = { clock: time.clock, store, log: SILENT_LOG, config };
  const live = new ServerDriver({ ...base, snapshotFiles: createMemorySnapshotFiles() }, null);
  await live.start();
  const user = fakeUser();
  const cookie = createActingCookie({ key: user.key, nowMs: time.clock.wallMs });
  const context: WebContext = {
    ...base,
    live,
    reader: runs.reader,
    runs: { store, files: runs.runFiles },
    actions: null,
    user,
    actingCookie: cookie,
    guard: createActionGuard({
      access: { kind: "loopback" },
      canAct: false,
      clock: time.clock,
      user,
      cookie,
    }),
    actionLog: new ActionLog(time.clock),
    defaultOwner: null,
    assets: ASSETS,
    metrics: new WebMetrics(),
  };
  const app = createApp(context, {
    scrape: createScrape({
      ...context,
      viewers: () => 0,
      costs: () => costsToday(store, time.clock.wallMs()),
      workers: () => configuredWorkers(config).all.map(({ name }) => name),
    }),
    stream: () => null,
    streamCookie: () => "",
  });
  return {
    store,
    seq: () => live.view()?.snapshot.seq ?? 0,
    async ask(path, headers = {}) {
      const answer = responseOf(app, path, { headers, method: "GET" });
      let isAnswered = false;
      void answer.finally(() => {
        isAnswered = true;
      });
      await time.until(time.nowMs);
      for (let waitedMs = 0; waitedMs < WAIT_MS && !isAnswered; waitedMs += 50)
        await time.until(time.nowMs + 50);
      return await (await answer).text();
    },
    async close() {
      await live.stop();
      await store.close();
    },
  };
}

// The pages as someone sees them at one instant: a server of its own over the same store, asked as a browser asks.

import { ServerDriver } from "../../src/app/server/server-driver.ts";
import { type ServedSnapshot, servedSnapshotSchema } from "../../src/core/contract/snapshot.ts";
import { createActingCookie } from "../../src/web/access/acting-cookie.ts";
import { createActionGuard } from "../../src/web/access/action-guard.ts";
import { ActionLog } from "../../src/web/actions/action-log.ts";
import { loadAssets } from "../../src/web/assets/assets.ts";
import { WebMetrics } from "../../src/web/metrics/metrics.ts";
import type { WebContext } from "../../src/web/routes/request/web-context.ts";
import { createApp } from "../../src/web/server/app.ts";
import { fakeUser } from "../support/acting-user.ts";
import { createMemorySnapshotFiles, SILENT_LOG } from "../support/app-world.ts";
import { responseOf } from "../support/web-fixture.ts";
import type { NightWorld } from "./night-world.ts";

export type Seen = {
  readonly atMs: number;
  readonly status: ServedSnapshot;
  /** The status page without its tags. */
  readonly text: string;
};

/** A page waits that long at most for the cycle that it asks for. */
const WAIT_MS = 3_000;
const ASSETS = loadAssets();

export async function seePages(world: NightWorld): Promise<Seen> {
  const { runs } = world.booted;
  const { config, time } = world;
  // Another process than the runner: it learns of changes by the store's bell.
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
    scrape: async () => ({ type: "text/plain", text: "" }),
    stream: () => null,
    streamCookie: () => "",
  });
  const ask = async (path: string) => {
    const answer = responseOf(app, path, { headers: {}, method: "GET" });
    let isAnswered = false;
    void answer.finally(() => {
      isAnswered = true;
    });
    for (let waitedMs = 0; waitedMs < WAIT_MS && !isAnswered; waitedMs += 50)
      await time.until(time.nowMs + 50);
    return await (await answer).text();
  };
  try {
    const status = servedSnapshotSchema.parse(JSON.parse(await ask("/status.json")));
    return { atMs: time.nowMs, status, text: textOf(await ask("/status")) };
  } finally {
    await live.stop();
    await store.close();
  }
}

function textOf(html: string): string {
  return html
    .replace(/<(script|style|template)\b.*?<\/\1>/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

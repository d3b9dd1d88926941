// The pages as someone sees them at one instant.

import { readNight } from "../../src/app/night/read-night.ts";
import type { Run } from "../../src/core/contract/run.ts";
import { type ServedSnapshot, servedSnapshotSchema } from "../../src/core/contract/snapshot.ts";
import type { costRecord } from "../../src/core/costs/cost-report.ts";
import type { NightSummary } from "../../src/core/night/night-summary.ts";
import type { nightRecord } from "../../src/core/night/night-words.ts";
import type { ScopedPause } from "../../src/core/records/scoped-pause.ts";
import type { UsageRecord } from "../../src/core/records/usage-record.ts";
import { HOUR_MS } from "../../src/core/values/durations.ts";
import { type NightServer, openServer } from "./night-server.ts";
import type { NightWorld } from "./night-world.ts";

export type Costs = ReturnType<typeof costRecord>;

export type Seen = {
  readonly atMs: number;
  readonly status: ServedSnapshot;
  /** Of the night until now. */
  readonly night: {
    readonly summary: NightSummary;
    readonly json: ReturnType<typeof nightRecord>;
  };
  readonly costs: { readonly task: Costs; readonly worker: Costs };
  readonly usage: readonly UsageRecord[];
  readonly runs: readonly Run[];
  readonly scopedPauses: readonly ScopedPause[];
  /** Their HTML, by address; `/status` is opened by someone who left when the night began. */
  readonly pages: ReadonlyMap<string, string>;
  readonly metrics: string;
};

/** Nothing was published meanwhile: all of it is about one instant. */
const TRIES = 5;

/** `addresses`: pages to open beside those of the night. */
export async function seePages(world: NightWorld): Promise<Seen> {
  const server = await openServer(world);
  try {
    for (let tries = 1; ; tries += 1) {
      const seen = await seeOnce(world, server);
      if (server.seq() === seen.status.seq || tries === TRIES) return seen;
    }
  } finally {
    await server.close();
  }
}

async function seeOnce(world: NightWorld, server: NightServer): Promise<Seen> {
  const { plan, time } = world;
  const { store } = server;
  const sinceMs = plan.startMs;
  const status = servedSnapshotSchema.parse(JSON.parse(await server.ask("/status.json")));
  const atMs = time.nowMs;
  const { host, per_host: slots } = status.dispatch;
  const night = {
    summary: await readNight(store, {
      rows: status.tasks,
      sinceMs,
      nowMs: time.clock.wallMs(),
      host,
      slots,
      cycleS: world.config.cycle.interval_s,
    }),
    json: JSON.parse(await server.ask(`/night.json?since=${sinceMs}`)),
  };
  const costs = {
    task: JSON.parse(await server.ask("/costs.json?by=task")),
    worker: JSON.parse(await server.ask("/costs.json?by=worker")),
  };
  const usage = await store.readUsage({ sinceMs: sinceMs - HOUR_MS });
  const runs = await store.readOpenRuns();
  const scopedPauses = await store.readScopedPauses();
  const pages = new Map<string, string>();
  const left = { cookie: `tasks_seen=${sinceMs}`, "sec-fetch-mode": "navigate" };
  pages.set("/status", await server.ask("/status", left));
  for (const address of addresses(world, runs, status)) pages.set(address, await server.ask(address));
  return {
    atMs,
    status,
    night,
    costs,
    usage,
    runs,
    scopedPauses,
    pages,
    metrics: await server.ask("/metrics"),
  };
}

/** All of them at 07:00, else one of a kind, a different one at each look. */
function addresses(
  { plan, time }: NightWorld,
  runs: readonly Run[],
  { tasks }: ServedSnapshot,
): readonly string[] {
  const general = ["/runs", "/workers", `/night?since=${plan.startMs}`, "/costs?by=task"];
  const ofTasks = tasks.map(({ key }) => `/tasks/${key}`);
  const ofRuns = runs.map(({ id }) => `/runs/${id}`);
  if (time.nowMs >= plan.endMs) return [...general, ...ofTasks, ...ofRuns];
  const turn = plan.looks.filter((atMs) => atMs <= time.nowMs).length;
  return [general, ofTasks, ofRuns].flatMap((kind) => kind[turn % kind.length] ?? []);
}

// Syncs pull requests as the runner does: the real adapter over HTTP, a GitHub that counts, a clock moved by hand.
// Then times warm cycles of two trees in turn, one with a linked pull request for each task and one without any.
// Prints { rounds[], unchanged, hour, plainMs[], linkedMs[] }; each sample lasts until its result is committed.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/adapters/clock.ts";
import { runCommand } from "../../src/adapters/exec/run-command.ts";
import { createGitHubHosts } from "../../src/adapters/github/find-host.ts";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { createTreeFiles } from "../../src/adapters/tree-files/tree-files.ts";
import { createTreeWatch } from "../../src/adapters/tree-files/tree-watch.ts";
import { createHeartbeat } from "../../src/app/cycle/heartbeat.ts";
import { startSettingsOf } from "../../src/app/cycle/start-settings.ts";
import { PullRequestSync, type SyncInput, syncInputOf } from "../../src/app/delivery/pull-request-sync.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { CycleCause } from "../../src/core/contract/cycle.ts";
import type { Clock } from "../../src/ports/system/clock.ts";
import { addCheck, completeCheck } from "../../test/local-github/checks.ts";
import { startLocalGitHub } from "../../test/local-github/local-github.ts";
import { openPullRequest } from "../../test/local-github/state.ts";
import { makeTree, taskPath, taskText } from "../tree.ts";

const SAMPLES = 101;
/** More than the first look at so many pull requests may take. */
const ROUNDS_MAX = 10;
/** Lets the watches' events of the last write arrive, so that a round measures its own change only. */
const SETTLE_MS = 20;
const MINUTE_MS = 60_000;
const REPOSITORY = "acme/app";
/** As many as a small project has. */
const CHECKS = ["lint", "types", "unit", "e2e"];

const [root = "", tasksText = "400"] = process.argv.slice(2);
const tasks = Number(tasksText);
const log = { info() {}, warn: console.error, error: console.error };
const config = configSchema.parse({});
let movedMs = 0;
/** Of the syncs and of GitHub; durations of cycles are the machine's. */
const clock: Clock = {
  wallMs: () => systemClock.wallMs() + movedMs,
  monotonicMs: () => systemClock.monotonicMs() + movedMs,
  cpuMs: systemClock.cpuMs,
};

const github = await startLocalGitHub({ now: clock.wallMs });
movedMs = -tasks * MINUTE_MS;
const hosted = github.repository(REPOSITORY);
for (let index = 0; index < tasks; index += 1) {
  const pull = openPullRequest(hosted, { branch: `task/task-${index}` });
  for (const name of CHECKS) completeCheck(pull, addCheck(pull, name), "success");
  movedMs += MINUTE_MS;
}

const plain = await openTree("plain");
const linked = await openTree("linked");
const rounds = [await countRound()];
while ((await linked.isLeftOver()) && rounds.length < ROUNDS_MAX) rounds.push(await countRound());
movedMs += 2 * MINUTE_MS;
const unchanged = await countRound();
let points = [...rounds, unchanged].reduce((sum, round) => sum + round.points, 0);
for (let minute = 2; minute < 60; minute += 1) {
  points += (await countRound()).points;
  movedMs += MINUTE_MS;
}
await linked.cycle("refresh", "published");
const known = [...linked.rows()].filter(({ pull_request: one }) => one !== null).length;
if (known !== tasks) throw new Error(`${known} of ${tasks} pull requests are linked`);

const samples = { plainMs: [] as number[], linkedMs: [] as number[] };
for (let round = 0; round < SAMPLES; round += 1) {
  samples.plainMs.push(await plain.change(round));
  samples.linkedMs.push(await linked.change(round));
}
await plain.close();
await linked.close();
await github.close();
console.log(JSON.stringify({ rounds, unchanged, hour: { points }, ...samples }));

/** One round of the syncs, if it is due: what GitHub counted of it. */
async function countRound() {
  const before = github.requests.length;
  await linked.syncNow();
  const requests = github.requests.slice(before);
  return {
    requests: requests.length,
    conditional: requests.filter(({ conditional }) => conditional).length,
    points: requests.reduce((sum, { cost }) => sum + cost, 0),
  };
}

/** A tree whose tasks are all in progress, after its first cycle. */
async function openTree(name: string) {
  const folder = join(root, name);
  const stateFolder = join(folder, ".tasks/task_manager");
  mkdirSync(stateFolder, { recursive: true });
  makeTree(folder, tasks);
  const write = (index: number, note: string) =>
    writeFileSync(
      join(folder, taskPath(index)),
      taskText(index, "in_progress").replace("Read the code", `Read the code (${note})`),
    );
  for (let index = 0; index < tasks; index += 1) write(index, "at first");
  const store = await openSqliteStore({ file: join(stateFolder, "store.sqlite"), nowMs: Date.now });
  const holder = { id: "bench", host: "bench", pid: process.pid, url: null };
  const { lease } = await store.claimLease({ holder, termMs: 600_000, nowMs: Date.now() });
  const watch = createTreeWatch({ root: folder, stateFolder, mode: "auto" });
  const hosts = createGitHubHosts({
    root: folder,
    env: { GITHUB_TOKEN: github.token },
    run: runCommand,
    settings: { repository: REPOSITORY, base_url: github.url },
    clock,
  });
  const pullRequests = new PullRequestSync({ clock, store, hosts, log, config });
  const heartbeat = createHeartbeat({
    pullRequests,
    barred: () => ({}),
    startSettings: () => startSettingsOf({ config, untrusted: [] }),
    clock: systemClock,
    store,
    files: createTreeFiles({ root: folder }),
    watch,
    git: {
      facts: () => ({ branch: null, commit: null, default_branch: null, git: "none", notice: null }),
      commitDates: async () => null,
    },
    runProbe: { look: async () => new Map(), stop: () => {} },
    holder,
    log,
    config,
    repositoryName: "bench",
  });
  const cycle = async (cause: CycleCause, expected: string) => {
    const outcome = await heartbeat.cycle(new Set([cause]), {
      epoch: lease.epoch,
      confirm: async () => true,
    });
    if (outcome.kind !== expected) throw new Error(`${cause}: expected ${expected}, got ${outcome.kind}`);
  };
  watch.start(() => {});
  await cycle("start", "published");
  await heartbeat.writeIndex();
  return {
    cycle,
    rows: () => heartbeat.published()?.built.rows.values() ?? [],
    syncNow: () =>
      pullRequests.syncIfDue({
        epoch: lease.epoch,
        about: syncInputOf(heartbeat) as SyncInput,
        signal: AbortSignal.timeout(MINUTE_MS),
      }),
    isLeftOver: async () => (await pullRequests.current()).state.postponed.length > 0,
    /** Changes one file and times the cycle that finds it. */
    change: async (round: number) => {
      write(round % tasks, String(round));
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const startedMs = performance.now();
      await cycle("file_change", "published");
      const tookMs = performance.now() - startedMs;
      await heartbeat.writeIndex();
      return tookMs;
    },
    close: async () => {
      watch.stop();
      await store.close();
    },
  };
}

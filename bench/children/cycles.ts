// Times cycles inside one process, as the runner runs them: a real store, real files, real watches.
// Prints { coldMs, idleMs[], oneFileMs[], scanMs[], pullMs[], ... }; each sample lasts until its result is committed.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/adapters/clock.ts";
import { keepHeapSmall } from "../../src/adapters/launch/free-memory.ts";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { createTreeFiles } from "../../src/adapters/tree-files/tree-files.ts";
import { createTreeWatch } from "../../src/adapters/tree-files/tree-watch.ts";
import { createHeartbeat } from "../../src/app/cycle/heartbeat.ts";
import { startSettingsOf } from "../../src/app/cycle/start-settings.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { CycleCause } from "../../src/core/contract/cycle.ts";
import { NOTHING_ASKED } from "../../src/core/pull-request/pull-requests-input.ts";
import { NEVER_SYNCED } from "../../src/core/pull-request/sync-state.ts";
import { taskPath, taskText } from "../tree.ts";

const ROUNDS = 15;
/** Files that one pull rewrites (P10). */
const PULLED = 200;
/** Lets the watches' events of the last write arrive, so that a round measures its own change only. */
const SETTLE_MS = 30;

keepHeapSmall();
const [root = "", mode = "all", tasksText = "10000"] = process.argv.slice(2);
const stateFolder = join(root, ".tasks/task_manager");
rmSync(join(root, ".tasks"), { recursive: true, force: true });
mkdirSync(stateFolder, { recursive: true });

const startedMs = performance.now();
const store = await openSqliteStore({ file: join(stateFolder, "store.sqlite"), nowMs: Date.now });
const holder = { id: "bench", host: "bench", pid: process.pid, url: null };
const claim = await store.claimLease({ holder, termMs: 600_000, nowMs: Date.now() });
if (claim.kind !== "held") throw new Error("the lease of a new store is taken");
const watch = mode === "cold" ? null : createTreeWatch({ root, stateFolder, mode: "auto" });
const log = { info() {}, warn: console.error, error: console.error };
const looked = { input: NOTHING_ASKED, state: NEVER_SYNCED };
const config = configSchema.parse({});
const heartbeat = createHeartbeat({
  pullRequests: { current: async () => looked },
  barred: () => ({}),
  startSettings: () => startSettingsOf({ config, untrusted: [] }),
  clock: systemClock,
  store,
  files: createTreeFiles({ root }),
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
const right = { epoch: claim.lease.epoch, confirm: async () => true };

await cycle("start", "published");
await heartbeat.writeIndex();
const coldMs = performance.now() - startedMs;
const result =
  mode === "cold"
    ? { coldMs }
    : {
        coldMs,
        idleMs: await rounds(() => {}, "cycle_timer", "attested"),
        oneFileMs: await rounds((round) => rewrite(round, 1), "file_change", "published"),
        scanMs: await rounds(() => {}, "scan_timer", "attested"),
        pullMs: await rounds((round) => rewrite(round, PULLED), "file_change", "published"),
        residentMb: process.memoryUsage.rss() / 2 ** 20,
      };
watch?.stop();
await store.close();
console.log(JSON.stringify(result));

async function cycle(cause: CycleCause, expected: string): Promise<void> {
  const outcome = await heartbeat.cycle(new Set([cause]), right);
  if (outcome.kind !== expected)
    throw new Error(`${cause}: expected ${expected}, got ${JSON.stringify(outcome)}`);
}

/** Makes the change, waits until its events are in, then times the cycle that finds it. */
async function rounds(
  change: (round: number) => void,
  cause: CycleCause,
  expected: string,
): Promise<number[]> {
  watch?.start(() => {});
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    change(round);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const startedMs = performance.now();
    await cycle(cause, expected);
    samples.push(performance.now() - startedMs);
    await heartbeat.writeIndex();
  }
  return samples;
}

/** Rewrites `count` tasks, others each round. */
function rewrite(round: number, count: number): void {
  for (let place = round * count; place < (round + 1) * count; place += 1) {
    const index = place % Number(tasksText);
    writeFileSync(
      join(root, taskPath(index)),
      taskText(index, "in_progress").replace("Read the code", `Read the code (${round})`),
    );
  }
}

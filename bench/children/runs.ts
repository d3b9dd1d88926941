// Starts runs as the runner does and times cycles beside them: real worktrees, supervisors and workers (each a `sleep`).
// Prints { startMs, cycleMs, processorMs }, each by the number of live runs; every process it started is ended before it
// does.

import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/adapters/clock.ts";
import { createPrograms } from "../../src/adapters/exec/programs.ts";
import { runCommand } from "../../src/adapters/exec/run-command.ts";
import { createCommittedFiles } from "../../src/adapters/git/facts/committed-files.ts";
import { createGit } from "../../src/adapters/git/facts/git.ts";
import { createWorktrees } from "../../src/adapters/git/worktrees.ts";
import { createWorkers } from "../../src/adapters/launch/workers.ts";
import { probeProcess } from "../../src/adapters/process-table/process-identity.ts";
import { createRunFiles } from "../../src/adapters/run-log/run-files.ts";
import { createRunProbe } from "../../src/adapters/run-probe/run-probe.ts";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { createWorkerSlots } from "../../src/adapters/sqlite/worker-slots.ts";
import { createTreeFiles } from "../../src/adapters/tree-files/tree-files.ts";
import { createTreeReader } from "../../src/adapters/tree-files/tree-reader.ts";
import { createTreeWatch } from "../../src/adapters/tree-files/tree-watch.ts";
import { userFolders } from "../../src/adapters/user/user-folders.ts";
import { createHeartbeat } from "../../src/app/cycle/heartbeat.ts";
import { startSettingsOf } from "../../src/app/cycle/start-settings.ts";
import { kickoff } from "../../src/app/runs/requests/kickoff.ts";
import { startQueued } from "../../src/app/runs/start/dispatch-tasks.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { Run, RunId } from "../../src/core/contract/run.ts";
import { NOTHING_ASKED } from "../../src/core/pull-request/pull-requests-input.ts";
import { NEVER_SYNCED } from "../../src/core/pull-request/sync-state.ts";
import { trustRepository } from "../../test/support/trust.ts";
import { median } from "../measure.ts";
import { makeTree, taskText } from "../tree.ts";

/** All of them ready; two thirds have no dependencies, and so are free to be started. */
const TASKS = 400;
const CYCLES = 101;
/** With the fewest runs, whose cycles come first and would pay alone for code that is not compiled yet. */
const WARM_UP_CYCLES = 600;
/** Git takes 50 ms for a worktree on a quiet machine, one after the other. */
const GIT_DONE_WITHIN_MS = 120_000;

const [root = "", liveText = ""] = process.argv.slice(2);
/** Workers alive when cycles are timed, fewest first. */
const live = liveText.split(",").map(Number);
const most = live.at(-1) ?? 0;
const stateFolder = join(root, ".tasks/task_manager");
// What users start, with Node's compile cache.
const entry = fileURLToPath(new URL("../../bin/tasks.js", import.meta.url));
makeTree(root, TASKS).forEach((path, index) => {
  writeFileSync(join(root, path), taskText(index, "ready"));
});
// A supervisor reads the settings itself.
const worker = { command: ["sleep", "600"] };
writeFileSync(join(root, "tasks/config.yaml"), JSON.stringify({ worker }));
// Trust is stored in the tree being measured, not in the user's own folders.
const home = join(root, ".tasks/home");
process.env["TASKS_HOME"] = home;
await trustRepository(root);
git("init", "--quiet", "--initial-branch=main");
git("add", "--all");
git("commit", "--quiet", "--message=Tree");
mkdirSync(stateFolder, { recursive: true });

const log = { info() {}, warn: console.error, error: console.error };
const config = configSchema.parse({
  worker,
  dispatch: { workers_per_host: most, workers_per_owner: most },
});
const store = await openSqliteStore({ file: join(stateFolder, "store.sqlite"), nowMs: Date.now });
const workers = createWorkers({
  root,
  entry,
  nodeArguments: process.execArgv,
  environment: process.env,
  folder: root,
});
// The same places that the supervisors look at.
const slots = createWorkerSlots({
  stateFolder: userFolders({ TASKS_HOME: home }).state,
  root,
  see: probeProcess,
  nowMs: systemClock.wallMs,
});
const worktrees = createWorktrees({ root, base: null, env: process.env });
const runs = {
  clock: systemClock,
  store,
  workers,
  slots,
  worktrees,
  runFiles: createRunFiles({
    stateFolder,
    program: { node: process.execPath, nodeArguments: process.execArgv, entry },
    nowMs: Date.now,
  }),
  reader: createTreeReader({ root }),
  committed: createCommittedFiles({ root, env: process.env, run: runCommand }),
  programs: createPrograms({ root, env: process.env }),
  credentials: { stamp: () => null },
  runCommand,
  log,
  config,
  environment: process.env,
  root,
  untrusted: () => [],
  newSession: () => "session",
  newRunId: () => randomUUID() as RunId,
};
/** Worktrees that git was asked about to the end. */
const inspected = new Set<string>();
const runProbe = createRunProbe({
  root,
  stateFolder,
  workers,
  worktrees: { inspect },
  clock: systemClock,
  log,
  lookCloserMs: 300_000,
});
const watch = createTreeWatch({ root, stateFolder, mode: "auto" });
const holder = { ...workers.self(), url: null };
const looked = { input: NOTHING_ASKED, state: NEVER_SYNCED };
const heartbeat = createHeartbeat({
  pullRequests: { current: async () => looked },
  barred: () => ({}),
  startSettings: () => startSettingsOf({ config, untrusted: [] }),
  clock: systemClock,
  store,
  files: createTreeFiles({ root }),
  watch,
  git: createGit({ root }),
  runProbe,
  log,
  config,
  holder,
  repositoryName: "bench",
});
const claim = await store.claimLease({ holder, termMs: 600_000, nowMs: Date.now() });
const right = { epoch: claim.lease.epoch, confirm: async () => true };

watch.start(() => {});
await cycle();
const cycleMs: Record<number, number> = {};
const processorMs: Record<number, number> = {};
const startMs: Record<number, number> = {};
try {
  for (const count of live) {
    const before = await store.readOpenRuns();
    const startedMs = performance.now();
    await start(count - before.length);
    startMs[count] = (performance.now() - startedMs) / (count - before.length);
    await untilInspected(count);
    if (count === live[0]) await timeCycles(WARM_UP_CYCLES);
    const timed = await timeCycles(CYCLES);
    cycleMs[count] = median(timed.map(({ wallMs }) => wallMs));
    processorMs[count] = median(timed.map((each) => each.processorMs));
  }
} finally {
  watch.stop();
  runProbe.stop();
  await endAll(await store.readOpenRuns());
  await store.close();
}
console.log(JSON.stringify({ startMs, cycleMs, processorMs }));

/** Kicks off so many more tasks and starts them, four at a time as the runner does. */
async function start(count: number): Promise<void> {
  const { rows } = await store.readRows(0);
  const open = new Set((await store.readOpenRuns()).map(({ key }) => key));
  const free = rows.filter(({ group, key }) => group === "ready" && !open.has(key)).slice(0, count);
  const queued = await kickoff(
    runs,
    free.map(({ key }) => key),
    { by: "bench", note: null },
  );
  const waiting = queued.flatMap((answer) => (answer.kind === "queued" ? [answer.run] : []));
  const dispatch = (await store.readPublished())?.header.dispatch;
  if (dispatch === undefined) throw new Error("nothing was published");
  const started = await startQueued(runs, waiting, { rows, dispatch, signal: new AbortController().signal });
  const failed = started.find(({ kind }) => kind !== "started");
  if (waiting.length !== count || failed !== undefined)
    throw new Error(`not all were started: ${JSON.stringify(failed ?? queued.at(-1))}`);
}

type Timed = { readonly wallMs: number; readonly processorMs: number };

async function timeCycles(count: number): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (let at = 0; at < count; at += 1) timed.push(await cycle());
  return timed;
}

/** Processor time is this process's alone: what supervisors and workers do beside it is not in it. */
async function cycle(): Promise<Timed> {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const outcome = await heartbeat.cycle(new Set(["cycle_timer"]), right);
  if (outcome.kind === "failed") throw new Error(outcome.detail);
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - startedMs, processorMs: (user + system) / 1000 };
}

async function inspect(...asked: Parameters<typeof worktrees.inspect>) {
  const facts = await worktrees.inspect(...asked);
  inspected.add(asked[0]);
  return facts;
}

/** Git looks at each new worktree once, beside the cycles: it is done before they are timed. */
async function untilInspected(count: number): Promise<void> {
  const untilMs = performance.now() + GIT_DONE_WITHIN_MS;
  while (inspected.size < count) {
    if (performance.now() > untilMs) throw new Error(`git looked at ${inspected.size} of ${count} worktrees`);
    await cycle();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Supervisors exit once their workers are gone. */
async function endAll(open: readonly Run[]): Promise<void> {
  for (const run of open) await workers.endRemains(run);
  const untilMs = performance.now() + 20_000;
  const isLeft = async () => (await store.readOpenRuns()).some(({ state }) => state === "running");
  while ((await isLeft()) && performance.now() < untilMs)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

function git(...args: readonly string[]): void {
  const identity = [
    "-c",
    "user.name=Bench",
    "-c",
    "user.email=bench@example.com",
    "-c",
    "commit.gpgSign=false",
  ];
  execFileSync("git", [...identity, ...args], { cwd: root, stdio: "ignore" });
}

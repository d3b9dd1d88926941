// A process that uses the store until it is killed or done: `node store-child.ts <what> <file> <name>`.

import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { isLive } from "../../src/core/contract/run.ts";
import { giveUp } from "../../src/core/run/run-transitions.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { StoreError } from "../../src/ports/store/store-error.ts";
import { acted, must, queued, runId, taken } from "../contract/store-run-samples.ts";
import {
  attestation,
  header,
  holder,
  publication,
  record,
  row,
  TERM_MS,
  taskFile,
} from "../contract/store-samples.ts";

const [what = "", file = "", name = ""] = process.argv.slice(2);

/** Every publication says the same number in its header and in each of its rows. */
async function publishForever(store: Store): Promise<void> {
  const { lease } = await store.claimLease({ holder: holder(name), termMs: TERM_MS, nowMs: Date.now() });
  const start = (await store.readPublished())?.seq ?? 0;
  for (let number = start + 1; ; number += 1) {
    const changedRows = Array.from({ length: 60 }, (_, index) => row(`task-${index}`, number));
    await store.publish(
      publication(lease.epoch, {
        header: header(String(number)),
        changedRows,
        attestation: attestation(number),
      }),
    );
    await store.writeIndex({ changed: [record(taskFile(`task-${number % 60}`, number), number)], gone: [] });
    if (number === start + 1) process.stdout.write("+");
  }
}

/** Takes and releases the lease again and again; prints the epochs it was given. */
async function contend(store: Store): Promise<void> {
  const epochs: number[] = [];
  for (let round = 0; epochs.length < 40 && round < 10_000; round += 1) {
    const nowMs = Date.now();
    const claim = await store.claimLease({ holder: holder(name), termMs: TERM_MS, nowMs });
    if (claim.kind === "refused") continue;
    epochs.push(claim.lease.epoch);
    await store.releaseLease({ epoch: claim.lease.epoch });
  }
  process.stdout.write(JSON.stringify(epochs));
}

/** What several processes start between them: few enough for each to meet the others at every one. */
const TASKS = 50;
/** Of all of them together. */
const LIMITS = { host: "desk", perHost: 3, perOwner: 1_000 };

/** Claims and takes the same runs as the others, ending each at once; prints what it got, and the most it saw alive. */
async function dispatch(store: Store): Promise<void> {
  const claimed: string[] = [];
  const took: string[] = [];
  let mostAlive = 0;
  for (let task = 0; task < TASKS; task += 1) {
    const key = `task-${task}`;
    const run = queued(key, { id: runId(`${key}-of-${name}`) });
    const { kind } = await store.insertRun({ run, action: acted("kickoff", key) });
    if (kind === "inserted") claimed.push(key);
  }
  for (;;) {
    const open = await store.readOpenRuns();
    mostAlive = Math.max(mostAlive, open.filter(isLive).length);
    const waiting = open.filter(({ state }) => state === "queued");
    if (waiting.length === 0) break;
    // The first is what all of them want; the limit is met by those that go for another.
    const run = waiting[took.length % Math.min(waiting.length, 2)];
    if (run === undefined) continue;
    const result = await store.replaceRun({
      run: taken(run),
      limits: LIMITS,
      action: acted("claim", run.key),
    });
    if (result.kind !== "replaced") continue;
    took.push(run.key);
    await store.readOpenRuns().then((now) => {
      mostAlive = Math.max(mostAlive, now.filter(isLive).length);
    });
    await store.replaceRun({ run: must(giveUp(result.run, { detail: "over", nowMs: Date.now() })) });
  }
  process.stdout.write(JSON.stringify({ claimed, took, mostAlive }));
}

/** Reports on a run forever; each report and what the feed says of it hold the same number. */
async function reportForever(store: Store): Promise<void> {
  const key = "reported";
  await store.insertRun({ run: queued(key), action: acted("kickoff", key, { note: "1" }) });
  let run = await store.readOpenRun(key);
  for (let count = 0; run !== null; count += 1) {
    const action = acted("continue", key, { note: String(run.revision + 1) });
    const result = await store.replaceRun({ run, action });
    if (result.kind === "replaced") run = result.run;
    if (count === 3) process.stdout.write("+");
  }
}

/** Fills the store until the disk is full, then says what was stored and how it failed. */
async function fill(store: Store): Promise<void> {
  const { lease } = await store.claimLease({ holder: holder(name), termMs: TERM_MS, nowMs: Date.now() });
  let published = 0;
  try {
    for (; published < 10_000; published += 1) {
      await store.publish(publication(lease.epoch, { changedRows: [row(`task-${published}`)] }));
    }
  } catch (error) {
    const failure = error instanceof StoreError ? { kind: error.kind, reason: error.reason } : String(error);
    const readable = (await store.readRows(0)).rows.length;
    process.stdout.write(JSON.stringify({ published, readable, failure }));
  }
}

/** Answers each refresh request as soon as the store reports it, forever. */
async function answerForever(store: Store): Promise<void> {
  const answer = async () => {
    const id = await store.pendingRefresh();
    if (id !== null) await store.answerRefresh({ id });
  };
  store.onChange(() => void answer());
  await answer();
  process.stdout.write("+");
  setInterval(() => {}, 60_000);
  await new Promise(() => {});
}

const store = await openSqliteStore({ file, nowMs: Date.now });
if (what === "answer") await answerForever(store);
if (what === "publish") await publishForever(store);
if (what === "contend") await contend(store);
if (what === "fill") await fill(store);
if (what === "dispatch") await dispatch(store);
if (what === "report") await reportForever(store);
await store.close();

// A process that uses the store until it is killed or done: `node store-child.ts <what> <file> <name>`.

import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { Store } from "../../src/ports/store.ts";
import { StoreError } from "../../src/ports/store-error.ts";
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
async function publishForEver(store: Store): Promise<void> {
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

const store = await openSqliteStore({ file, nowMs: Date.now });
if (what === "publish") await publishForEver(store);
if (what === "contend") await contend(store);
if (what === "fill") await fill(store);
await store.close();

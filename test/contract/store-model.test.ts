// R14: random operations on the SQLite store give what the memory store gives, in every order. fast-check prints the seed
// and the shortest failing sequence. `npm run test:long` makes more sequences.

import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { Run } from "../../src/core/contract/run.ts";
import {
  begin,
  closeRun,
  end,
  lose,
  type RunChange,
  requeue,
  take,
} from "../../src/core/run/run-transitions.ts";
import type { Publication, Store, TransitionQuery } from "../../src/ports/store/store.ts";
import { CYCLES_KEEP_MS, RUNS_KEEP_MS } from "../../src/ports/store/store-limits.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { rounds } from "../support/rounds.ts";
import { acknowledgement, acted, byHand, identity, queued, runId } from "./store-run-samples.ts";
import {
  attestation,
  header,
  holder,
  moved,
  path,
  raised,
  record,
  row,
  TERM_MS,
  taskFile,
} from "./store-samples.ts";

const RUNS = rounds({ short: 250, full: 10_000 });
/** At one millisecond past 1970 a new database starts counting epochs from 1, as the memory store does. */
const START_MS = 1;

const KEYS = ["a", "b", "infra/a", "infra/b", "web/a"];
const GROUPS = ["ready", "active", "done"] as const;

const key = fc.constantFrom(...KEYS);
const mark = fc.nat({ max: 5 });
/** Steps of the clock, backwards too. */
const step = fc.constantFrom(0, 1, TERM_MS / 3, TERM_MS, 3_600_000, -3_600_000, CYCLES_KEEP_MS, RUNS_KEEP_MS);
/** Which epoch an operation names, counted back from the newest. */
const epochsBack = fc.constantFrom(0, 0, 0, 0, 1, 2, -1);
const group = fc.constantFrom(...GROUPS);
const change = fc.oneof(
  fc.record({ kind: fc.constant("moved" as const), key, from: group, to: fc.option(group) }),
  fc.record({ kind: fc.constant("raised" as const), key, group: fc.option(group) }),
);

/** What may become of a run, by the transitions; those that its state forbids leave it as it is. */
const RUN_CHANGES: Readonly<Record<string, (run: Run, nowMs: number) => RunChange>> = {
  take: (run, nowMs) => take({ ...run, notBeforeMs: null }, { dispatcher: identity("d", "desk"), nowMs }),
  takeElsewhere: (run, nowMs) =>
    take({ ...run, notBeforeMs: null }, { dispatcher: identity("d", "build-2"), nowMs }),
  begin: (run, nowMs) => begin(run, { supervisor: identity("s", run.host ?? "desk"), nowMs }),
  end: (run, nowMs) => end(run, { end: { kind: "exited", code: run.epoch % 2 }, nowMs }),
  lose: (run, nowMs) => lose(run, { detail: "gone", nowMs }),
  requeue: (run, nowMs) => requeue(run, { notBeforeMs: nowMs + 1, because: "retry", nowMs }),
  close: (run, nowMs) => closeRun(run, { as: "delivered", by: "dave", atMs: nowMs, why: "merged" }),
};

const rare = fc.oneof(
  fc.record({ do: fc.constant("claim" as const), who: fc.constantFrom("a", "b", "c"), step }),
  fc.record({ do: fc.constant("renew" as const), epochsBack, step }),
  fc.record({ do: fc.constant("release" as const), epochsBack }),
  fc.record({ do: fc.constant("request" as const) }),
  fc.record({ do: fc.constant("answer" as const), id: fc.nat({ max: 6 }) }),
  fc.record({ do: fc.constant("attest" as const), epochsBack, mark }),
  fc.record({ do: fc.constant("cycle" as const), step, mark }),
  fc.record({
    do: fc.constant("index" as const),
    changed: fc.array(fc.record({ key, mark }), { maxLength: 4 }),
    gone: fc.array(key, { maxLength: 3 }),
  }),
  fc.record({
    do: fc.constant("dates" as const),
    dates: fc.array(fc.record({ key, mark }), { maxLength: 2 }),
  }),
  fc.record({ do: fc.constant("prune" as const) }),
  fc.record({ do: fc.constant("reopen" as const) }),
);

/** Which run an operation means: the open one of a task, or a run of any age by its place among all. */
const whichRun = fc.oneof(
  fc.record({ of: fc.constant("task" as const), key }),
  fc.record({ of: fc.constant("all" as const), place: fc.nat({ max: 4 }) }),
);
const limits = fc.record({
  host: fc.constantFrom("desk", "build-2"),
  perHost: fc.nat({ max: 2 }),
  perOwner: fc.nat({ max: 2 }),
});
const runs = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("insert" as const),
      key,
      owner: fc.constantFrom("dave", "ann", null),
      byHand: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("change" as const),
      which: whichRun,
      how: fc.constantFrom(...Object.keys(RUN_CHANGES)),
      // How many revisions old is what the writer read.
      behind: fc.constantFrom(0, 0, 0, 0, 1),
      limits: fc.option(limits, { nil: undefined }),
      tells: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant("pause" as const), by: fc.constantFrom("dave", null) }),
  fc.record({
    do: fc.constant("acknowledge" as const),
    key,
    code: fc.constantFrom("worker_idle", "needs_answer"),
    until: fc.constantFrom(null, 0, TERM_MS),
  }),
  fc.record({
    do: fc.constant("withdraw" as const),
    key,
    code: fc.constantFrom("worker_idle", "needs_answer"),
  }),
);

const publish = fc.record({
  do: fc.constant("publish" as const),
  epochsBack,
  rows: fc.array(fc.record({ key, mark }), { maxLength: 4 }),
  gone: fc.array(key, { maxLength: 3 }),
  changes: fc.array(change, { maxLength: 3 }),
  mark,
});

const read = fc.record({
  do: fc.constant("read" as const),
  afterSeq: fc.nat({ max: 8 }),
  key,
  limit: fc.integer({ min: 1, max: 5 }),
  query: fc.record(
    {
      beforeId: fc.nat({ max: 8 }),
      sinceMs: fc.constantFrom(START_MS, START_MS + TERM_MS),
      key,
      group,
      owner: fc.constant("dave"),
    },
    { requiredKeys: [] },
  ),
});

/** Mostly publishing and reading: what one publication leaves shows only in what later ones make of it. */
const operation = fc.oneof(
  { weight: 4, arbitrary: publish },
  { weight: 2, arbitrary: read },
  { weight: 6, arbitrary: rare },
  { weight: 10, arbitrary: runs },
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

/** Both stores get the same: time, and the epoch that was newest before the operation. */
type Now = { readonly nowMs: number; readonly newestEpoch: number };

async function perform(store: Store, what: Operation, { nowMs, newestEpoch }: Now): Promise<unknown> {
  switch (what.do) {
    case "claim":
      return store.claimLease({ holder: holder(what.who), termMs: TERM_MS, nowMs });
    case "renew":
      return store.renewLease({ epoch: newestEpoch - what.epochsBack, termMs: TERM_MS, nowMs });
    case "release":
      return store.releaseLease({ epoch: newestEpoch - what.epochsBack });
    case "request":
      return store.requestRefresh({ nowMs });
    case "answer":
      return store.answerRefresh({ id: what.id });
    case "publish":
      return store.publish(toPublication(what, { nowMs, newestEpoch }));
    case "attest":
      return store.attest({ epoch: newestEpoch - what.epochsBack, attestation: attestation(what.mark) });
    case "cycle":
      return store.recordCycle({
        startedAtMs: nowMs,
        endedAtMs: what.mark === 0 ? null : nowMs + what.mark,
        cause: `cause ${what.mark}`,
        outcome: "attested",
        reason: null,
        detail: null,
        tasks: what.mark,
      });
    case "index":
      return store.writeIndex({
        changed: what.changed.map((file) =>
          record(taskFile(file.key.replace("/", "-"), file.mark), file.mark),
        ),
        gone: what.gone.map((gone) => path(`tasks/workstreams/infra/tasks/${gone.replace("/", "-")}.md`)),
      });
    case "dates":
      return store.writeCommitDates({
        head: `head${what.dates.length}`,
        datesMs: new Map(what.dates.map((date) => [path(date.key), date.mark])),
        addedMs: new Map(what.dates.map((date) => [path(date.key), date.mark - 1])),
      });
    case "insert":
    case "change":
    case "pause":
    case "acknowledge":
    case "withdraw":
      return countingChanges(store, () => performOnRuns(store, what, nowMs));
    case "prune":
      return countingChanges(store, () => store.prune(nowMs));
    case "reopen":
      return undefined;
    case "read":
      return readEverything(store, what);
  }
}

/** With what the operation gave, whether the version grew; by how much is the adapter's affair. */
async function countingChanges(store: Store, work: () => Promise<unknown>): Promise<unknown> {
  const before = await store.readRunsVersion();
  const result = await work();
  return { result, changed: (await store.readRunsVersion()) > before };
}

type RunOperation = Extract<Operation, { do: "insert" | "change" | "pause" | "acknowledge" | "withdraw" }>;

async function performOnRuns(store: Store, what: RunOperation, nowMs: number): Promise<unknown> {
  switch (what.do) {
    case "insert": {
      const { length } = await store.readRuns({ limit: 1_000 });
      const id = runId(`run-${what.key}-${nowMs}-${length}`);
      const run = { ...(what.byHand ? byHand(what.key) : queued(what.key)), id, owner: what.owner };
      return store.insertRun({ run, action: acted("kickoff", what.key, { atMs: nowMs }) });
    }
    case "change":
      return changeRun(store, what, nowMs);
    case "pause": {
      const pause = what.by === null ? null : { by: what.by, atMs: nowMs, note: null };
      return store.writePause({ pause, action: acted(pause === null ? "resume" : "pause", "") });
    }
    case "acknowledge": {
      const untilMs = what.until === null ? null : nowMs + what.until;
      return store.writeAcknowledgement({
        acknowledgement: acknowledgement(what.key, { code: what.code, atMs: nowMs, untilMs }),
        action: acted("acknowledge", what.key),
      });
    }
    case "withdraw": {
      const action = acted("withdraw_acknowledgement", what.key);
      return store.dropAcknowledgement({ key: what.key, code: what.code, action });
    }
  }
}

async function changeRun(
  store: Store,
  { which, how, behind, limits: within, tells }: Extract<Operation, { do: "change" }>,
  nowMs: number,
): Promise<unknown> {
  const all = await store.readRuns({ limit: 1_000 });
  const run = which.of === "task" ? await store.readOpenRun(which.key) : all[which.place];
  if (!run) return null;
  const change = RUN_CHANGES[how]!(run, nowMs);
  const changed = change.kind === "changed" ? change.run : run;
  return store.replaceRun({
    run: { ...changed, revision: changed.revision - behind },
    ...(within === undefined ? {} : { limits: within }),
    ...(tells ? { action: acted("stop", run.key, { atMs: nowMs }) } : {}),
  });
}

function toPublication(
  what: Extract<Operation, { do: "publish" }>,
  { nowMs, newestEpoch }: Now,
): Publication {
  return {
    epoch: newestEpoch - what.epochsBack,
    header: header(`Infra ${what.mark}`),
    changedRows: [...new Map(what.rows.map((each) => [each.key, row(each.key, each.mark)])).values()],
    goneKeys: what.gone,
    transitions: what.changes.map((each) =>
      each.kind === "moved"
        ? moved(each.key, { atMs: nowMs, from: each.from, to: each.to })
        : raised(each.key, { atMs: nowMs, group: each.group }),
    ),
    attestation: attestation(what.mark),
    nowMs,
  };
}

async function readEverything(
  store: Store,
  { afterSeq, key: asked, limit, query }: { afterSeq: number; key: string; limit: number; query: object },
) {
  const changes = await store.readRows(afterSeq);
  const runsOfTask = await store.readRuns({ key: asked, limit });
  const beforeId = runsOfTask.at(-1)?.id ?? runId("none");
  return {
    openRun: await store.readOpenRun(asked),
    openRuns: await store.readOpenRuns(),
    runs: await store.readRuns({ limit }),
    runsOfTask,
    runsBefore: await store.readRuns({ limit, beforeId }),
    run: await store.readRun(beforeId),
    pause: await store.readPause(),
    acknowledgements: await store.readAcknowledgements(),
    lease: await store.readLease(),
    pending: await store.pendingRefresh(),
    published: await store.readPublished(),
    rows: changes.rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    goneKeys: changes.goneKeys.toSorted(),
    complete: changes.complete,
    row: await store.readRow(asked),
    bySlug: await store.readRowsBySlug(asked),
    cycles: await store.readCycles(limit),
    transitions: await store.readTransitions({ ...query, limit } as TransitionQuery),
    index: (await store.readIndex()).toSorted((a, b) => (a.stamp.path < b.stamp.path ? -1 : 1)),
    dates: await store.readCommitDates(),
  };
}

const READ_ALL: Operation = { do: "read", afterSeq: 0, key: "a", limit: 5, query: {} };

let folder: string;
let opened = 0;
beforeAll(async () => {
  // Where there is a file system in memory: thousands of databases, each made durable when closed, wear out a disk.
  folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "tasks-model-"));
  await (await openSqliteStore({ file: join(folder, "empty"), nowMs: () => START_MS })).close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function check(operations: readonly Operation[]): Promise<void> {
  opened += 1;
  const file = join(folder, `store-${opened}`);
  copyFileSync(join(folder, "empty"), file);
  const open = () => openSqliteStore({ file, nowMs: () => START_MS });
  const model = createMemoryStore();
  let store = await open();
  let nowMs = START_MS;
  let newestEpoch = 0;
  try {
    const first: Operation = { do: "claim", who: "a", step: 0 };
    for (const what of [first, ...operations, READ_ALL]) {
      if ("step" in what) nowMs = Math.max(START_MS, nowMs + what.step);
      if (what.do === "reopen") {
        await store.close();
        store = await open();
      }
      const expected = await perform(model, what, { nowMs, newestEpoch });
      expect(await perform(store, what, { nowMs, newestEpoch })).toEqual(expected);
      if (what.do === "claim") newestEpoch = (expected as { lease: { epoch: number } }).lease.epoch;
    }
  } finally {
    await store.close();
    rmSync(file, { force: true });
  }
}

it(
  `R14: ${RUNS} random sequences of operations do the same to the SQLite store as to the model`,
  { timeout: 600_000 },
  () =>
    fc.assert(fc.asyncProperty(fc.array(operation, { maxLength: 40, size: "max" }), check), {
      numRuns: RUNS,
    }),
);

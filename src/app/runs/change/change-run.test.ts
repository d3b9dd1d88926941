import { expect, test } from "vitest";
import { createMemoryStore } from "../../../../test/memory/memory-store.ts";
import type { ActionChange } from "../../../core/contract/activity.ts";
import type { ProcessIdentity, Run, RunId } from "../../../core/contract/run.ts";
import { begin, queueRun, recordReport, take } from "../../../core/run/run-transitions.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { type ChangeableRuns, changeRun } from "./change-run.ts";

const ID = "run-1" as RunId;
const DISPATCHER: ProcessIdentity = { id: "linux:a:1:1", host: "desk", pid: 1 };
const ACT = { by: "dave", atMs: 1_000 };
const LIMITS = { host: "desk", perHost: 8, perOwner: 8 };
const kickoff: ActionChange = {
  kind: "acted",
  action: "kickoff",
  key: "a",
  title: "A",
  owner: "dave",
  by: "dave",
  note: null,
  atMs: 1_000,
  group: null,
};

const queued = queueRun({ id: ID, key: "a", owner: "dave", act: ACT, note: null });
const takeNow = (run: Run) => take(run, { dispatcher: DISPATCHER, nowMs: 2_000 });

type Replacing = Parameters<RunStore["replaceRun"]>[0];

/** The memory store with this run in it; `answers` come before its own. */
async function storeWith(run: Run | null, answers: ("conflict" | "held")[] = []) {
  const memory = createMemoryStore();
  if (run !== null) await memory.insertRun({ run, action: kickoff });
  const writes: Replacing[] = [];
  const store: ChangeableRuns = {
    readRun: memory.readRun,
    replaceRun: async (input) => {
      writes.push(input);
      const answer = answers.shift();
      if (answer === "held") return { kind: "held", by: "pause" };
      // Another process was quicker: the stored run has changed.
      if (answer === "conflict") {
        const now = await memory.readRun(ID);
        if (now !== null) await memory.replaceRun({ run: now });
      }
      return await memory.replaceRun(input);
    },
  };
  return {
    store,
    writes,
    stored: () => memory.readRun(ID),
    actions: () => memory.readTransitions({ limit: 10 }),
  };
}

test("a change is applied to what is stored and written with its action and limits", async () => {
  const { store, writes, stored, actions } = await storeWith(queued);
  const outcome = await changeRun(store, {
    id: ID,
    epoch: 1,
    change: takeNow,
    action: kickoff,
    limits: LIMITS,
  });
  expect(outcome).toMatchObject({ kind: "changed", run: { state: "dispatching", epoch: 2, revision: 2 } });
  expect(writes).toEqual([
    {
      run: expect.objectContaining({ state: "dispatching" }),
      action: kickoff,
      limits: LIMITS,
    },
  ]);
  expect((await stored())?.state).toBe("dispatching");
  expect(await actions()).toHaveLength(2);
});

test("without action and limits none are passed on", async () => {
  const { store, writes } = await storeWith(queued);
  await changeRun(store, { id: ID, epoch: null, change: takeNow });
  expect(Object.keys(writes[0] ?? {})).toEqual(["run"]);
});

test("a superseded process changes nothing", async () => {
  const { store, writes } = await storeWith({ ...queued, epoch: 3, state: "running" });
  const change = (run: Run) => recordReport(run, { text: "late", atMs: 5_000 });
  expect(await changeRun(store, { id: ID, epoch: 2, change })).toMatchObject({
    kind: "refused",
    superseded: true,
    run: { epoch: 3 },
  });
  expect(writes).toEqual([]);
  // A person means the run as it is.
  expect(await changeRun(store, { id: ID, epoch: null, change })).toMatchObject({ kind: "changed" });
});

test("a transition that refuses is passed on with its sentence", async () => {
  const { store, writes } = await storeWith(queued);
  const change = (run: Run) => begin(run, { supervisor: DISPATCHER, nowMs: 2_000 });
  expect(await changeRun(store, { id: ID, epoch: 1, change })).toEqual({
    kind: "refused",
    superseded: false,
    why: "it is not being started, and this one is queued",
    run: { ...queued, portBlock: 0 },
  });
  expect(writes).toEqual([]);
});

test("a lost race is run again on what is stored then", async () => {
  const { store, writes } = await storeWith(queued, ["conflict", "conflict"]);
  expect(await changeRun(store, { id: ID, epoch: 1, change: takeNow })).toMatchObject({
    kind: "changed",
    run: { revision: 4 },
  });
  expect(writes.map(({ run }) => run.revision)).toEqual([1, 2, 3]);
});

test("one that is lost again and again is a busy store", async () => {
  const { store } = await storeWith(
    queued,
    Array.from({ length: 50 }, () => "conflict" as const),
  );
  const failure = await changeRun(store, { id: ID, epoch: 1, change: takeNow }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StoreError);
  expect(failure).toMatchObject({ kind: "busy" });
});

test("held by limits, and a run that is not there", async () => {
  const request = { id: ID, epoch: 1, change: takeNow };
  const paused = await storeWith(queued, ["held"]);
  expect(await changeRun(paused.store, request)).toEqual({ kind: "held", by: "pause" });
  expect(await changeRun((await storeWith(null)).store, request)).toEqual({ kind: "missing" });
});

import { expect, test } from "vitest";
import type { ProcessIdentity, Run, RunId } from "../../core/run/run.ts";
import { begin, queueRun, report, take } from "../../core/run/transitions.ts";
import type { ActionChange } from "../../core/snapshot/transition.ts";
import type { RunReplacement, RunStore } from "../../ports/run-store.ts";
import { StoreError } from "../../ports/store-error.ts";
import { changeRun } from "./change-run.ts";

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

/** The two calls that a change makes; `answers` come before the store's own. */
function fakeStore(stored: Run | null, answers: ("conflict" | "held" | "replaced")[] = []) {
  const writes: Replacing[] = [];
  let current = stored;
  const store = {
    readRun: async () => current,
    replaceRun: async (input: Replacing): Promise<RunReplacement> => {
      writes.push(input);
      const answer = answers.shift() ?? "replaced";
      if (answer === "held") return { kind: "held", by: "pause" };
      // Somebody else was quicker: what is stored has moved on.
      if (answer === "conflict" || input.run.revision !== current?.revision) {
        if (current !== null) current = { ...current, revision: current.revision + 1 };
        return { kind: "conflict" };
      }
      current = { ...input.run, revision: input.run.revision + 1 };
      return { kind: "replaced", run: current };
    },
  } as unknown as RunStore;
  return { store, writes, stored: () => current };
}

test("a change is applied to what is stored and written with its action and limits", async () => {
  const { store, writes, stored } = fakeStore(queued);
  const outcome = await changeRun(store, {
    id: ID,
    epoch: 1,
    change: takeNow,
    action: (run) => ({ ...kickoff, note: `attempt ${run.attempt}` }),
    limits: LIMITS,
  });
  expect(outcome).toMatchObject({ kind: "changed", run: { state: "dispatching", epoch: 2, revision: 2 } });
  expect(writes).toEqual([
    {
      run: expect.objectContaining({ state: "dispatching" }),
      action: { ...kickoff, note: "attempt 1" },
      limits: LIMITS,
    },
  ]);
  expect(stored()?.state).toBe("dispatching");
});

test("without action and limits none are passed on", async () => {
  const { store, writes } = fakeStore(queued);
  await changeRun(store, { id: ID, epoch: null, change: takeNow });
  expect(Object.keys(writes[0] ?? {})).toEqual(["run"]);
});

test("whoever was superseded changes nothing", async () => {
  const { store, writes } = fakeStore({ ...queued, epoch: 3, state: "running" });
  const change = (run: Run) => report(run, { text: "late", atMs: 5_000 });
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
  const { store, writes } = fakeStore(queued);
  const change = (run: Run) => begin(run, { supervisor: DISPATCHER, nowMs: 2_000 });
  expect(await changeRun(store, { id: ID, epoch: 1, change })).toEqual({
    kind: "refused",
    superseded: false,
    why: "it is not being started, and this one is queued",
    run: queued,
  });
  expect(writes).toEqual([]);
});

test("a lost race is run again on what is stored then", async () => {
  const { store, writes } = fakeStore(queued, ["conflict", "conflict"]);
  expect(await changeRun(store, { id: ID, epoch: 1, change: takeNow })).toMatchObject({
    kind: "changed",
    run: { revision: 4 },
  });
  expect(writes.map(({ run }) => run.revision)).toEqual([1, 2, 3]);
});

test("one that is lost again and again is a busy store", async () => {
  const { store } = fakeStore(
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
  expect(await changeRun(fakeStore(queued, ["held"]).store, { id: ID, epoch: 1, change: takeNow })).toEqual({
    kind: "held",
    by: "pause",
  });
  expect(await changeRun(fakeStore(null).store, { id: ID, epoch: 1, change: takeNow })).toEqual({
    kind: "missing",
  });
});

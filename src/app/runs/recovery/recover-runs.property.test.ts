// The recovery, whatever the runs are like: a dry run changes nothing and names exactly what is then done, and doing it
// a second time does nothing more. fast-check prints the seed and the shortest failing case.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryClock, type MemoryClock } from "../../../../test/memory/memory-clock.ts";
import { rounds } from "../../../../test/support/rounds.ts";
import { createRunsTestWorld, type RunsTestWorld } from "../../../../test/support/runs-world.ts";
import type { ProcessIdentity, Run, RunId } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import type { Presence } from "../../../core/run/observation.ts";
import {
  addFollowUp,
  begin,
  claimByHand,
  end,
  giveUp,
  lose,
  queueRun,
  type RunChange,
  recordAnswer,
  recordOutcome,
  recordQuestion,
  requestStop,
  requeue,
  take,
} from "../../../core/run/run-transitions.ts";
import { HOUR_MS } from "../../../core/values/durations.ts";
import type { Remains } from "../../../ports/runs/workers.ts";
import { actionOf } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
import { type Recovery, type RecoveryRequest, recoverRuns } from "./recover-runs.ts";

const CASES = rounds({ short: 3_000, full: 10_000 });
const KEYS = ["a", "b", "c"] as const;
const START_MS = Date.parse("2026-03-24T12:00:00.000Z");
const PROCESSES = ["desk:1", "desk:2", "desk:3", "build:1"] as const;

const identity = (id: string): ProcessIdentity => ({ id, host: id.split(":")[0] ?? id, pid: 7 });

type Moment = { readonly by: ProcessIdentity; readonly nowMs: number };

/** What may have happened to a run; what its state forbids has not. */
const EVENTS: Readonly<Record<string, (run: Run, moment: Moment) => RunChange>> = {
  take: (run, { by, nowMs }) => take(run, { dispatcher: by, nowMs }),
  begin: (run, { by, nowMs }) => begin(run, { supervisor: by, nowMs }),
  endWell: (run, { nowMs }) => end(run, { end: { kind: "exited", code: 0 }, nowMs }),
  endBadly: (run, { nowMs }) => end(run, { end: { kind: "signalled", signal: "SIGKILL" }, nowMs }),
  giveUp: (run, { nowMs }) => giveUp(run, { detail: "no git", nowMs }),
  lose: (run, { nowMs }) => lose(run, { detail: "gone", nowMs }),
  retry: (run, { nowMs }) => requeue(run, { notBeforeMs: nowMs + 10, because: "retry", nowMs }),
  done: (run, { nowMs }) => recordOutcome(run, { kind: "done", note: "", atMs: nowMs }),
  failed: (run, { nowMs }) => recordOutcome(run, { kind: "failed", note: "", atMs: nowMs }),
  ask: (run, { nowMs }) => recordQuestion(run, { text: "Which?", choices: [], atMs: nowMs }),
  answer: (run, { nowMs }) => recordAnswer(run, { by: "dave", atMs: nowMs, text: "eu" }),
  followUp: (run, { nowMs }) => addFollowUp(run, { by: "dave", atMs: nowMs, text: "more" }),
  stop: (run, { nowMs }) => requestStop(run, { by: "dave", atMs: nowMs, kind: "stop", note: null }),
  interrupt: (run, { nowMs }) => requestStop(run, { by: "dave", atMs: nowMs, kind: "interrupt", note: null }),
};

const presence = fc.constantFrom<Presence>("alive", "gone", "gone", "unknown");
const caseArbitrary = fc.record({
  runs: fc.record(
    Object.fromEntries(
      KEYS.map((key) => [
        key,
        fc.record({
          kind: fc.constantFrom("none", "queued", "queued", "queued", "by_hand"),
          // Most runs get somewhere: random events alone seldom come in an order that a run allows.
          isTaken: fc.boolean(),
          isStarted: fc.boolean(),
          events: fc.array(
            fc.record({
              name: fc.constantFrom(...Object.keys(EVENTS)),
              by: fc.constantFrom(...PROCESSES),
              stepMs: fc.constantFrom(0, 1, 20, HOUR_MS, -HOUR_MS),
            }),
            { maxLength: 10 },
          ),
          status: fc.constantFrom("ready", "in_progress", "completed", "cancelled", null),
        }),
      ]),
    ),
  ),
  isTreeRead: fc.constantFrom(true, true, true, false),
  presences: fc.record(Object.fromEntries(PROCESSES.map((name) => [name, presence]))),
  remains: fc.constantFrom<Remains>("nothing", "ended", "left", "unknown"),
  /** Keys whose start this process is at; null where it starts nothing itself. */
  starting: fc.option(fc.subarray([...KEYS])),
});
type Case = typeof caseArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

test("invariant 13: a dry recovery names what a real one does, and a second one finds nothing to do", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(caseArbitrary, async (given) => {
      const { world, request } = await arrange(given);
      const before = await stateOf(world);
      const runs = await world.runs.store.readOpenRuns();
      const dry = await recoverRuns(world.runs, { ...request, dryRun: true });
      expect(await stateOf(world)).toEqual(before);
      expect(world.played.endedRemains).toEqual([]);

      const real = await recoverRuns(world.runs, request);
      expectNamed(dry, real);
      expectSurelyGone(runs, real, given);
      for (const { what } of real.done) seen.add(what);
      const after = await stateOf(world);
      if (real.done.every(({ what }) => what === "left")) expect(after).toEqual(before);

      const again = await recoverRuns(world.runs, request);
      expect(again.done).toEqual(real.done.filter(({ what }) => what === "left"));
      expect(await stateOf(world)).toEqual(after);
      await expectAgreement(world, given, request);
    }),
    { numRuns: CASES },
  );
  expect([...seen].sort()).toEqual(["closed", "left", "lost", "requeued"]);
});

/** A dry run ends nothing, so it takes for granted that what is left of a worker can be ended. */
function expectNamed(dry: Recovery, real: Recovery): void {
  const left = new Set(real.done.filter(({ what }) => what === "left").map(({ run }) => run));
  const expected = dry.done
    .filter(({ run, what }) => !left.has(run) || what === "lost")
    .map((step) => (left.has(step.run) ? { ...step, what: "left" } : step));
  const names = ({ key, run, what }: Omit<Recovery["done"][number], "why" | "what"> & { what: string }) =>
    `${key} ${run} ${what}`;
  expect(real.done.map(names)).toEqual(expected.map(names));
  for (const [at, step] of expected.entries()) expect(real.done[at]?.why.startsWith(step.why)).toBe(true);
}

/** Who cannot be seen is not gone: only what was surely let go of is lost. */
function expectSurelyGone(runs: readonly Run[], real: Recovery, given: Case): void {
  for (const { run: id, key } of real.done.filter(({ what }) => what === "lost" || what === "left")) {
    const run = runs.find((one) => one.id === id);
    const holder = run?.holder?.id ?? "";
    const isForgotten =
      run?.state === "dispatching" &&
      holder === PROCESSES[0] &&
      given.starting?.some((one) => one === key) === false;
    expect(given.presences[holder] === "gone" || isForgotten).toBe(true);
  }
}

/** Whose holder is surely gone is not live any more, and whose holder may be there is as it was. */
async function expectAgreement(world: RunsTestWorld, given: Case, request: RecoveryRequest): Promise<void> {
  for (const run of await world.runs.store.readOpenRuns()) {
    const isOver = request.rows?.get(run.key)?.status;
    const isLive = run.state === "dispatching" || run.state === "running";
    if (isLive && run.holder !== null && (given.remains === "nothing" || given.remains === "ended"))
      expect(given.presences[run.holder.id]).not.toBe("gone");
    if (isOver === "completed" || isOver === "cancelled")
      expect(run).toMatchObject({ kind: "supervised", state: expect.stringMatching(/dispatching|running/) });
  }
}

async function arrange(given: Case): Promise<{ world: RunsTestWorld; request: RecoveryRequest }> {
  const clock = createMemoryClock(START_MS);
  const world = createRunsTestWorld({ clock, self: identity(PROCESSES[0]) });
  for (const [name, presence] of Object.entries(given.presences)) world.played.presence.set(name, presence);
  world.played.remains = given.remains;
  const rows = new Map<string, TaskRow>();
  for (const [key, run] of Object.entries(given.runs)) {
    await arrangeRun(world, clock, key, run);
    if (run.status !== null) rows.set(key, { key, title: key, owner: "dave", status: run.status } as TaskRow);
  }
  const starting = given.starting === null ? {} : { starting: new Set(given.starting.map(runIdOf)) };
  const request = { rows: given.isTreeRead ? rows : null, dryRun: false };
  return { world, request: { ...request, ...starting } };
}

const runIdOf = (key: string) => `run-${key}` as RunId;

async function arrangeRun(
  { runs: { store } }: RunsTestWorld,
  clock: MemoryClock,
  key: string,
  { kind, isTaken, isStarted, events }: Case["runs"][string],
): Promise<void> {
  if (kind === "none") return;
  const act = { by: "dave", atMs: clock.wallMs() };
  const wanted = { id: runIdOf(key), key, owner: "dave", act, note: null };
  const place = { worktree: null, branch: null, baseCommit: null, taskHash: null };
  const run =
    kind === "queued"
      ? queueRun(wanted)
      : claimByHand({ ...wanted, ...place, workerName: "mia", host: "desk" });
  const label = { key, title: key, owner: "dave" };
  await store.insertRun({ run, action: actionOf("kickoff", label, { ...act, note: null }) });
  const first = [...(isTaken ? ["take"] : []), ...(isTaken && isStarted ? ["begin"] : [])];
  const given = [...first.map((name) => ({ name, by: PROCESSES[1], stepMs: 1 })), ...events];
  for (const { name, by, stepMs } of given) {
    clock.advance(Math.max(0, stepMs));
    if (stepMs < 0) clock.stepWall(stepMs);
    const moment = { by: identity(by), nowMs: clock.wallMs() };
    await changeRun(store, { id: run.id, epoch: null, change: (now) => EVENTS[name]!(now, moment) });
  }
}

async function stateOf({ runs: { store } }: RunsTestWorld): Promise<unknown> {
  return {
    version: await store.readRunsVersion(),
    runs: await store.readRuns({ limit: 100 }),
    feed: await store.readTransitions({ limit: 100 }),
  };
}

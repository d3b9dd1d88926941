// The store's contract for runs, the pause and acknowledgements: every adapter keeps every one of these promises.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Run, RunId } from "../../src/core/contract/run.ts";
import { end, lose, requeue } from "../../src/core/run/run-transitions.ts";
import type { StartLimits } from "../../src/ports/store/run-store.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { ACKNOWLEDGEMENTS_KEEP_MS, RUNS_KEEP_MS } from "../../src/ports/store/store-limits.ts";
import { type OpenedStore, STORE_ADAPTERS } from "./store-adapters.ts";
import {
  acknowledgement,
  acted,
  byHand,
  closed,
  fullRun,
  must,
  queued,
  runId,
  startedRun,
  taken,
} from "./store-run-samples.ts";
import { holder, publication, row, T0_MS, TERM_MS } from "./store-samples.ts";

const LIMITS: StartLimits = { host: "desk", perHost: 2, perOwner: 2 };
const PAUSE = { by: "dave", atMs: T0_MS, note: "deploying" };

describe.each(STORE_ADAPTERS)("contract of runs, $name", ({ open }) => {
  let opened: OpenedStore;
  let store: Store;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.cleanUp());

  /** Inserts the run and returns it as stored; fails the test when refused. */
  async function insert(run: Run, into = store): Promise<Run> {
    const result = await into.insertRun({ run, action: acted("kickoff", run.key) });
    if (result.kind !== "inserted") throw new Error(`${run.key} has an open run already.`);
    return result.run;
  }

  /** Replaces the run and returns it as stored; fails the test when refused. */
  async function replace(run: Run): Promise<Run> {
    const result = await store.replaceRun({ run });
    if (result.kind !== "replaced") throw new Error(`${run.id} was not replaced: ${result.kind}.`);
    return result.run;
  }

  const insertAll = async (...runs: readonly Run[]) => {
    const stored: Run[] = [];
    for (const run of runs) stored.push(await insert(run));
    return stored;
  };
  /** A live run of another task. */
  const insertLive = async (run: Run, host?: string) => await replace(taken(await insert(run), host));
  const start = (run: Run, limits = LIMITS) => store.replaceRun({ run: taken(run), limits });
  const actions = async () =>
    (await store.readTransitions({ limit: 100 })).map((entry) => entry.kind === "acted" && entry.action);

  /** What `work` does to the version: whether it grew, and whether it is another. */
  async function grows(work: () => Promise<unknown>): Promise<boolean> {
    const before = await store.readRunsVersion();
    await work();
    const after = await store.readRunsVersion();
    expect(after).toBeGreaterThanOrEqual(before);
    return after > before;
  }

  describe("W22: what a person stopped", () => {
    const STOPPED = { key: "a", by: "mia", atMs: T0_MS, note: "wrong branch" };
    const automatic = (run: Run) =>
      store.insertRun({ run, action: acted("kickoff", run.key), automatic: true });
    const stop = async (run: Run) =>
      await store.replaceRun({ run: closed(run), stopped: STOPPED, action: acted("stop", run.key) });

    it("is written with the run's change, and not started automatically after it", async () => {
      const run = await insert(queued("a"));
      expect(await grows(() => stop(run))).toBe(true);
      expect(await store.readStoppedTasks()).toEqual([STOPPED]);
      const again = queued("a", { id: runId("again") });
      expect(await grows(() => automatic(again))).toBe(false);
      expect(await automatic(again)).toEqual({ kind: "stopped", by: "mia" });
      expect(await automatic(queued("b"))).toMatchObject({ kind: "inserted" });
    });

    it("is not written where the change is not", async () => {
      const run = await insert(queued("a"));
      await replace(run);
      expect(await stop(run)).toEqual({ kind: "conflict" });
      expect(await store.readStoppedTasks()).toEqual([]);
    });

    it("is so until a person asks for it again", async () => {
      await stop(await insert(queued("a")));
      await insert(queued("a", { id: runId("again") }));
      expect(await store.readStoppedTasks()).toEqual([]);
    });

    it("is so until its run is started again", async () => {
      const run = await insert(queued("a"));
      await store.replaceRun({ run, stopped: STOPPED });
      expect(await start({ ...run, revision: run.revision + 1 })).toMatchObject({ kind: "replaced" });
      expect(await store.readStoppedTasks()).toEqual([]);
    });
  });

  describe("claiming a task", () => {
    it("there is nothing at first", async () => {
      expect(await store.readRun(runId("x"))).toBeNull();
      expect(await store.readOpenRun("x")).toBeNull();
      expect(await store.readOpenRuns()).toEqual([]);
      expect(await store.readRuns({ limit: 10 })).toEqual([]);
      expect(await store.readPause()).toBeNull();
      expect(await store.readAcknowledgements()).toEqual([]);
    });

    it("a new run gets revision 1 and a block of ports, and is found by its id, its task and among the open", async () => {
      const run = queued("infra/a");
      const expected = { ...run, revision: 1, portBlock: 0 };
      const given = { ...run, revision: 7, portBlock: 4 };
      expect(await store.insertRun({ run: given, action: acted("kickoff") })).toEqual({
        kind: "inserted",
        run: expected,
      });
      expect(await store.readRun(run.id)).toEqual(expected);
      expect(await store.readOpenRun("infra/a")).toEqual(expected);
      expect(await store.readOpenRuns()).toEqual([expected]);
      expect(await store.readRuns({ key: "infra/a", limit: 10 })).toEqual([expected]);
    });

    it("a task has one open run: a second is refused, says which, and leaves no trace", async () => {
      const first = await insert(queued("a"));
      const second = queued("a", { id: runId("another") });
      const refuse = async () => {
        const result = await store.insertRun({ run: second, action: acted("claim") });
        expect(result).toEqual({ kind: "refused", open: first });
      };
      expect(await grows(refuse)).toBe(false);
      expect(await store.readRun(second.id)).toBeNull();
      expect(await actions()).toEqual(["kickoff"]);
    });

    it.each([
      ["queued", (run: Run) => run],
      ["dispatching", (run: Run) => taken(run)],
      ["running", (run: Run) => startedRun(taken(run))],
      ["interrupted", (run: Run) => must(lose(taken(run), { detail: "gone", nowMs: T0_MS }))],
    ])("a run that is %s keeps others from its task", async (state, change) => {
      const run = await replace(change(await insert(queued("a"))));
      expect(run.state).toBe(state);
      expect(
        await store.insertRun({ run: queued("a", { id: runId("x") }), action: acted("kickoff") }),
      ).toMatchObject({ kind: "refused", open: { id: run.id } });
    });

    it("a task whose run is closed can have another, and keeps both", async () => {
      const first = await replace(closed(await insert(queued("a"))));
      const second = await insert(queued("a", { id: runId("another") }));
      expect(await store.readOpenRun("a")).toEqual(second);
      expect(await store.readOpenRuns()).toEqual([second]);
      expect(await store.readRuns({ key: "a", limit: 10 })).toEqual([second, first]);
    });

    it("blocks of ports are each run's own, the lowest that is free, and free again once a run is closed", async () => {
      const runs = await insertAll(queued("a"), queued("b"), byHand("c"), queued("d"));
      expect(runs.map(({ portBlock }) => portBlock)).toEqual([0, 1, 2, 3]);
      await replace(closed(runs[1]!));
      await replace(closed(runs[0]!));
      await replace(startedRun(taken(runs[3]!)));
      const [e, f, g] = await insertAll(queued("e"), queued("f"), queued("g"));
      expect([e, f, g].map((run) => run?.portBlock)).toEqual([0, 1, 4]);
    });
  });

  describe("changing a run", () => {
    it("everything a run can say is read back, and its revision is one more", async () => {
      const run = fullRun(startedRun(taken(await insert(queued("a")))));
      expect(Object.entries(run).filter(([, value]) => value === null)).toEqual([]);
      const expected = { ...run, revision: 2 };
      expect(await store.replaceRun({ run })).toEqual({ kind: "replaced", run: expected });
      expect(await store.readRun(run.id)).toEqual(expected);
    });

    it("what was read before another change is a conflict, and leaves no trace", async () => {
      const read = await insert(queued("a"));
      const changed = await replace(taken(read));
      const conflict = async () => {
        const result = await store.replaceRun({ run: closed(read), action: acted("close") });
        expect(result).toEqual({ kind: "conflict" });
      };
      expect(await grows(conflict)).toBe(false);
      expect(await store.readRun(read.id)).toEqual(changed);
      expect(await actions()).toEqual(["kickoff"]);
      expect(await store.replaceRun({ run: { ...changed, revision: 3 } })).toEqual({ kind: "conflict" });
    });

    it("a run that is not there is a conflict, with limits too", async () => {
      expect(await store.replaceRun({ run: taken(queued("a")) })).toEqual({ kind: "conflict" });
      expect(await start(queued("a"))).toEqual({ kind: "conflict" });
    });

    it("a dispatcher that slept while its run was handed on comes too late", async () => {
      const late = await replace(taken(await insert(queued("a"))));
      const lost = await replace(must(lose(late, { detail: "silent", nowMs: T0_MS })));
      const again = await replace(must(requeue(lost, { notBeforeMs: null, because: "retry", nowMs: T0_MS })));
      const handedOn = await replace(taken(again));
      expect(handedOn.epoch).toBeGreaterThan(late.epoch);
      expect(await store.replaceRun({ run: startedRun(late) })).toEqual({ kind: "conflict" });
      expect(await store.readRun(late.id)).toEqual(handedOn);
    });
  });

  describe("limits of a start", () => {
    it("a run starts while host and owner have fewer live ones, and is held by the host when not", async () => {
      const [a, b, c] = await insertAll(
        queued("a"),
        queued("b", { owner: "ann" }),
        queued("c", { owner: null }),
      );
      expect(await start(a!)).toMatchObject({ kind: "replaced", run: { state: "dispatching", revision: 2 } });
      expect(await start(b!)).toMatchObject({ kind: "replaced" });
      expect(await start(c!)).toEqual({ kind: "held", by: "host" });
      expect(await store.readRun(c!.id)).toEqual(c);
    });

    it("an owner's live runs count on whatever host, others' do not", async () => {
      await insertLive(queued("a"), "build-2");
      await insertLive(queued("b"), "build-3");
      await insertLive(queued("c", { owner: "ann" }), "build-2");
      const [d, e] = await insertAll(queued("d"), queued("e", { owner: "ann" }));
      expect(await start(d!)).toEqual({ kind: "held", by: "owner" });
      expect(await start(e!)).toMatchObject({ kind: "replaced" });
    });

    it("tasks without an owner count together, and for no one else", async () => {
      await insertLive(queued("a", { owner: null }), "build-2");
      await insertLive(queued("b", { owner: null }), "build-2");
      const [c, d] = await insertAll(queued("c", { owner: null }), queued("d"));
      expect(await start(c!)).toEqual({ kind: "held", by: "owner" });
      expect(await start(d!)).toMatchObject({ kind: "replaced" });
    });

    it("neither what is queued, ended, closed or done by hand counts, nor the run itself", async () => {
      await insertAll(queued("waits"), byHand("by-hand"));
      const ended = await insertLive(queued("ended"));
      await replace(must(end(startedRun(ended), { end: { kind: "exited", code: 0 }, nowMs: T0_MS })));
      await replace(closed(await insert(queued("closed"))));
      const self = await insertLive(queued("self"));
      const limits = { host: "desk", perHost: 1, perOwner: 1 };
      expect(await store.replaceRun({ run: startedRun(self), limits })).toMatchObject({ kind: "replaced" });
    });

    it("a running one counts like one that is being started", async () => {
      await replace(startedRun(await insertLive(queued("a"))));
      const next = await insert(queued("b"));
      expect(await start(next, { ...LIMITS, perHost: 1 })).toEqual({ kind: "held", by: "host" });
      expect(await start(next, { ...LIMITS, perOwner: 1 })).toEqual({ kind: "held", by: "owner" });
    });

    it("a limit of none starts none, and without limits nothing is held", async () => {
      const run = await insert(queued("a"));
      expect(await start(run, { ...LIMITS, perHost: 0 })).toEqual({ kind: "held", by: "host" });
      expect(await start(run, { ...LIMITS, perOwner: 0 })).toEqual({ kind: "held", by: "owner" });
      await store.writePause({ pause: PAUSE, action: acted("pause", "") });
      expect(await store.replaceRun({ run: taken(run) })).toMatchObject({ kind: "replaced" });
    });

    it("a pause holds every start until it is taken back, and is named before host and owner", async () => {
      const run = await insert(queued("a"));
      await store.writePause({ pause: PAUSE, action: acted("pause", "") });
      expect(await start(run)).toEqual({ kind: "held", by: "pause" });
      const none = { host: "desk", perHost: 0, perOwner: 0 };
      expect(await start(run, none)).toEqual({ kind: "held", by: "pause" });
      await store.writePause({ pause: null, action: acted("resume", "") });
      expect(await start(run, none)).toEqual({ kind: "held", by: "host" });
      expect(await start(run)).toMatchObject({ kind: "replaced" });
    });

    it("a run that changed meanwhile is a conflict, also where it would be held", async () => {
      const read = await insert(queued("a"));
      await replace(closed(read));
      await store.writePause({ pause: PAUSE, action: acted("pause", "") });
      expect(await start(read)).toEqual({ kind: "conflict" });
    });

    it("a start that is held leaves no trace", async () => {
      const run = await insert(queued("a"));
      const action = acted("kickoff");
      const limits = { ...LIMITS, perHost: 0 };
      expect(await grows(() => store.replaceRun({ run: taken(run), limits, action }))).toBe(false);
      expect(await actions()).toHaveLength(1);
    });
  });

  describe("two dispatchers", () => {
    const ROUNDS = 200;
    let other: Store;
    beforeEach(async () => {
      other = opened.reopen === null ? store : await opened.reopen();
    });

    it("two dispatchers at once never both claim a task, nor both take its run", async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const key = `task-${round}`;
        const claims = await Promise.all(
          [store, other].map((each, at) => {
            const run = queued(key, { id: runId(`${key}-${at}`) });
            return each.insertRun({ run, action: acted("kickoff", key) });
          }),
        );
        expect(claims.map(({ kind }) => kind).sort()).toEqual(["inserted", "refused"]);
        const run = (await store.readOpenRun(key))!;
        const starts = await Promise.all(
          [other, store].map((each) => each.replaceRun({ run: taken(run), limits: LIMITS })),
        );
        expect(starts.map(({ kind }) => kind).sort()).toEqual(["conflict", "replaced"]);
        await replace(must(lose((await store.readRun(run.id))!, { detail: "over", nowMs: T0_MS })));
      }
      expect(await store.readOpenRuns()).toHaveLength(ROUNDS);
    });

    it("two dispatchers at once never together start more than host or owner may have", async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const runs = await insertAll(queued(`a-${round}`), queued(`b-${round}`));
        const limits = round % 2 === 0 ? { ...LIMITS, perHost: 1 } : { ...LIMITS, perOwner: 1 };
        const starts = await Promise.all(
          runs.map((run, at) => (at === 0 ? store : other).replaceRun({ run: taken(run), limits })),
        );
        expect(starts.map(({ kind }) => kind).sort()).toEqual(["held", "replaced"]);
        for (const { id } of runs) {
          const run = (await store.readRun(id))!;
          const isLive = run.state === "dispatching";
          await replace(closed(isLive ? must(lose(run, { detail: "over", nowMs: T0_MS })) : run));
        }
      }
    });
  });

  describe("reading runs", () => {
    it("open ones in the order they were queued, all of them newest first and page by page", async () => {
      // Of one moment, as when several tasks are named at once.
      const [a, b, c, d] = await insertAll(queued("a"), queued("b"), queued("c"), queued("d"));
      const b2 = await replace(closed(b!));
      const a2 = await replace(taken(a!));
      expect(await store.readOpenRuns()).toEqual([a2, c, d]);
      expect(await store.readRuns({ limit: 2 })).toEqual([d, c]);
      expect(await store.readRuns({ limit: 2, beforeId: c!.id })).toEqual([b2, a2]);
      expect(await store.readRuns({ limit: 2, beforeId: a!.id })).toEqual([]);
      expect(await store.readRuns({ limit: 2, beforeId: runId("never there") })).toEqual([]);
      expect(await store.readRuns({ limit: 2, key: "c", beforeId: d!.id })).toEqual([c]);
      expect(await store.readRuns({ limit: 2, key: "none" })).toEqual([]);
    });
  });

  describe("the version", () => {
    it("grows with every change of runs, pause and acknowledgements, and with nothing else", async () => {
      const insertOne = async () => void (await insert(queued("a")));
      expect(await grows(insertOne)).toBe(true);
      const run = (await store.readOpenRun("a"))!;
      expect(await grows(() => store.replaceRun({ run: taken(run) }))).toBe(true);
      const pause = (to: typeof PAUSE | null) => () =>
        store.writePause({ pause: to, action: acted("pause", "") });
      expect(await grows(pause(PAUSE))).toBe(true);
      expect(await grows(pause(null))).toBe(true);
      expect(await grows(pause(null))).toBe(false);
      const acknowledge = () =>
        store.writeAcknowledgement({ acknowledgement: acknowledgement("a"), action: acted("acknowledge") });
      expect(await grows(acknowledge)).toBe(true);
      const drop = () => {
        const action = acted("withdraw_acknowledgement");
        return store.dropAcknowledgement({ key: "a", code: "worker_idle", action });
      };
      expect(await grows(drop)).toBe(true);
      expect(await grows(drop)).toBe(false);
      expect(await grows(() => store.prune(T0_MS))).toBe(false);
      const publish = async () => {
        const { lease } = await store.claimLease({ holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
        await store.publish(publication(lease.epoch, { changedRows: [row("a")] }));
      };
      expect(await grows(publish)).toBe(false);
    });
  });

  describe("the pause", () => {
    it("is the newest written, with who, when and note, until it is taken back", async () => {
      await store.writePause({ pause: PAUSE, action: acted("pause", "", { note: "deploying" }) });
      expect(await store.readPause()).toEqual(PAUSE);
      const longer = { by: "ann", atMs: T0_MS + 1, note: null };
      await store.writePause({ pause: longer, action: acted("pause", "") });
      expect(await store.readPause()).toEqual(longer);
      for (let time = 0; time < 2; time += 1)
        await store.writePause({ pause: null, action: acted("resume", "") });
      expect(await store.readPause()).toBeNull();
      expect(await actions()).toEqual(["resume", "pause", "pause"]);
    });
  });

  describe("K9: kinds of workers on hold", () => {
    const hold = (kind: string, unparsed: number) => ({
      kind,
      version: "2.4.1",
      program: "claude",
      stamp: null,
      key: "a",
      run: "r" as RunId,
      events: 100,
      unparsed,
      line: '{"type":"new"}',
      why: 'unknown type "new"',
      atMs: T0_MS,
    });

    it("one for each kind, the newest, until it is lifted; each is a change", async () => {
      expect(await store.readKindHolds()).toEqual([]);
      await store.writeKindHold(hold("codex", 30));
      await store.writeKindHold(hold("claude", 20));
      const version = await store.readRunsVersion();
      await store.writeKindHold(hold("codex", 50));
      expect(await store.readRunsVersion()).toBeGreaterThan(version);
      expect(await store.readKindHolds()).toEqual([hold("claude", 20), hold("codex", 50)]);
      await store.dropKindHold("claude");
      const later = await store.readRunsVersion();
      await store.dropKindHold("claude");
      expect(await store.readRunsVersion()).toBe(later);
      expect(await store.readKindHolds()).toEqual([hold("codex", 50)]);
    });
  });

  describe("acknowledgements", () => {
    const write = (...args: Parameters<typeof acknowledgement>) =>
      store.writeAcknowledgement({
        acknowledgement: acknowledgement(...args),
        action: acted("acknowledge", args[0]),
      });

    it("are read in order of key and code, and one replaces that of the same key and code", async () => {
      await write("b");
      await write("a", { code: "worker_idle" });
      await write("a", { code: "needs_answer", kind: "snoozed", untilMs: null, note: null });
      await write("\u{1f600}");
      await write("\uffee");
      await write("b", { times: 2, by: "ann" });
      expect(await store.readAcknowledgements()).toEqual([
        acknowledgement("a", { code: "needs_answer", kind: "snoozed", untilMs: null, note: null }),
        acknowledgement("a", { code: "worker_idle" }),
        acknowledgement("b", { times: 2, by: "ann" }),
        acknowledgement("\u{1f600}"),
        acknowledgement("\uffee"),
      ]);
    });

    it("are taken back one by one; one that is not there is no error and no entry", async () => {
      await write("a");
      await write("b");
      const action = acted("withdraw_acknowledgement");
      await store.dropAcknowledgement({ key: "a", code: "needs_answer", action });
      await store.dropAcknowledgement({ key: "a", code: "worker_idle", action });
      await store.dropAcknowledgement({ key: "a", code: "worker_idle", action });
      expect(await store.readAcknowledgements()).toEqual([acknowledgement("b")]);
      expect(await actions()).toEqual(["withdraw_acknowledgement", "acknowledge", "acknowledge"]);
    });
  });

  describe("actions", () => {
    it("are transitions of the newest snapshot, in no group, found by task and owner", async () => {
      const run = await insert(queued("a"));
      const { lease } = await store.claimLease({ holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
      await store.publish(publication(lease.epoch));
      await store.publish(publication(lease.epoch));
      const stop = acted("stop", "a", { note: "wrong branch", owner: null, atMs: T0_MS + 1 });
      await store.replaceRun({ run: closed(run), action: stop });
      const entries = [
        { ...stop, id: 2, seq: 2 },
        { ...acted("kickoff"), id: 1, seq: 0 },
      ];
      expect(await store.readTransitions({ limit: 10 })).toEqual(entries);
      expect(await store.readTransitions({ limit: 10, key: "a" })).toEqual(entries);
      expect(await store.readTransitions({ limit: 10, owner: "dave" })).toEqual(entries.slice(1));
      expect(await store.readTransitions({ limit: 10, group: "ready" })).toEqual([]);
    });
  });

  describe("pruning", () => {
    it("closed runs go past their keep time, open ones and acknowledgements in force stay", async () => {
      const [old, kept, open, ...rest] = await insertAll(queued("a"), queued("b"), queued("c"));
      expect(rest).toEqual([]);
      await replace(closed(old!, T0_MS - 1));
      const keptRun = await replace(closed(kept!, T0_MS));
      const acknowledge = (key: string, untilMs: number | null) =>
        store.writeAcknowledgement({
          acknowledgement: acknowledgement(key, { untilMs }),
          action: acted("acknowledge", key),
        });
      await acknowledge("past", T0_MS - 1);
      await acknowledge("for-good", null);
      await acknowledge("recent", T0_MS);
      expect(RUNS_KEEP_MS).toBe(ACKNOWLEDGEMENTS_KEEP_MS);
      expect(await grows(() => store.prune(T0_MS + RUNS_KEEP_MS))).toBe(true);
      expect(await store.readRuns({ limit: 10 })).toEqual([open, keptRun]);
      expect((await store.readAcknowledgements()).map(({ key }) => key)).toEqual(["for-good", "recent"]);
      expect(await grows(() => store.prune(T0_MS + RUNS_KEEP_MS))).toBe(false);
    });
  });

  it("what was written is there for another handle, and after closing", async () => {
    if (opened.reopen === null) return;
    const run = await replace(fullRun(startedRun(taken(await insert(queued("a"))))));
    await store.writePause({ pause: PAUSE, action: acted("pause", "") });
    await store.writeAcknowledgement({ acknowledgement: acknowledgement("a"), action: acted("acknowledge") });
    const version = await store.readRunsVersion();
    const other = await opened.reopen();
    expect(await other.readRunsVersion()).toBe(version);
    expect(await other.readRun(run.id)).toEqual(run);
    await other.close();
    await store.close();
    const later = await opened.reopen();
    expect(later.notices).toEqual([]);
    expect(await later.readOpenRuns()).toEqual([run]);
    expect(await later.readPause()).toEqual(PAUSE);
    expect(await later.readAcknowledgements()).toEqual([acknowledgement("a")]);
    expect(await later.readRunsVersion()).toBe(version);
    expect(await later.readTransitions({ limit: 10 })).toHaveLength(3);
  });
});

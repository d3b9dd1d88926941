// R14: several dispatchers, supervisors, recoveries and people at one task, in every order in which their reads and
// writes can meet; some of them die half-way, and their workers live on. fast-check chooses the order and prints it.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryClock } from "../../../../test/memory/memory-clock.ts";
import { rounds } from "../../../../test/support/rounds.ts";
import { createRunsTestWorld, type RunsTestWorld } from "../../../../test/support/runs-world.ts";
import { isLive, type ProcessIdentity, type Run, type RunId } from "../../../core/contract/run.ts";
import {
  addFollowUp,
  begin,
  end,
  giveUp,
  nameWorker,
  prepare,
  queueRun,
  type RunChange,
  recordOutcome,
  recordReport,
  take,
} from "../../../core/run/run-transitions.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import { actionOf } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
import { insertRun } from "../change/insert-run.ts";
import { recoverRuns } from "./recover-runs.ts";

const ORDERS = rounds({ short: 4_000, full: 20_000 });
const LABEL = { key: "a", title: "a", owner: null };
const GROUND = {
  worktree: ".worktrees/a",
  branch: "task/a",
  baseCommit: null,
  taskHash: null,
  uncommitted: false,
  workerName: "agent",
  agent: null,
  session: null,
};

/** Where a process dies, so that nothing more is heard of it; null: not at all. */
const death = fc.constantFrom("taken", "launched", "started", "named", null, null);
const actor = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      who: fc.constant("dispatcher" as const),
      death,
      supervisors: fc.constantFrom(1, 1, 2),
    }),
  },
  fc.record({ who: fc.constant("recovery" as const) }),
  fc.record({ who: fc.constant("person" as const) }),
  fc.record({ who: fc.constant("kickoff" as const) }),
);
type Actor = typeof actor extends fc.Arbitrary<infer Value> ? Value : never;

test("R14: in whatever order reads and writes meet, there is one worker at most and none is left behind", async () => {
  const seen = { started: 0, refused: 0, lost: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(actor, { minLength: 4, maxLength: 12 }),
      async (order, actors) => {
        const race = new Race(order, seen);
        await race.queue();
        await order.waitFor(Promise.all(actors.map((one, at) => race.act(one, at))));
        await race.settle();
      },
    ),
    { numRuns: ORDERS },
  );
  expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
});

class Race {
  readonly #order: fc.Scheduler;
  readonly #seen: { started: number; refused: number; lost: number };
  readonly #world: RunsTestWorld;
  readonly #store: RunStore;
  /** Live workers, by their run. */
  readonly #workers = new Map<RunId, number>();
  readonly #written = new Map<RunId, Run>();

  constructor(order: fc.Scheduler, seen: { started: number; refused: number; lost: number }) {
    this.#order = order;
    this.#seen = seen;
    this.#world = createRunsTestWorld({ clock: createMemoryClock(), self: identity("recovery") });
    this.#store = this.#watched();
    Object.assign(this.#world.runs, { store: this.#store });
    Object.assign(this.#world.runs.workers, {
      endRemains: async ({ id, epoch }: Run) => {
        await this.#gate("remains");
        const found = this.#workers.get(id);
        if (found === undefined || found > epoch) return "nothing";
        this.#workers.delete(id);
        return "ended";
      },
    });
  }

  /** The store, with a moment before each call in which others may come first; each write is checked. */
  #watched(): RunStore {
    const { store } = this.#world.runs;
    return {
      ...store,
      readRun: async (id) => {
        await this.#gate("read");
        return await store.readRun(id);
      },
      readOpenRun: async (key) => {
        await this.#gate("read open");
        return await store.readOpenRun(key);
      },
      readOpenRuns: async () => {
        await this.#gate("read all");
        return await store.readOpenRuns();
      },
      replaceRun: async (input) => {
        await this.#gate("write");
        const written = await store.replaceRun(input);
        if (written.kind === "replaced") this.#check(written.run);
        return written;
      },
      insertRun: async (input) => {
        await this.#gate("insert");
        const inserted = await store.insertRun(input);
        if (inserted.kind === "inserted") this.#check(inserted.run);
        return inserted;
      },
    };
  }

  #gate(label: string): Promise<void> {
    return this.#order.schedule(Promise.resolve(), label);
  }

  /** One open run, and of each run one change after the other. */
  #check(run: Run): void {
    const before = this.#written.get(run.id);
    this.#written.set(run.id, run);
    const open = [...this.#written.values()].filter(({ state }) => state !== "closed");
    expect(open.length).toBeLessThanOrEqual(1);
    if (before === undefined) return;
    expect(before.state).not.toBe("closed");
    expect(run.revision).toBe(before.revision + 1);
    const isHandedOn = run.state !== before.state && (run.state === "dispatching" || run.state === "closed");
    expect(run.epoch - before.epoch).toBeGreaterThanOrEqual(isHandedOn ? 1 : 0);
    expect(run.epoch - before.epoch).toBeLessThanOrEqual(1);
  }

  async queue(): Promise<void> {
    const act = { by: "dave", atMs: 0 };
    const run = queueRun({ id: "run-0" as RunId, key: "a", owner: null, act, note: null });
    const action = actionOf("kickoff", LABEL, { ...act, note: null });
    const inserted = await this.#world.world.store.insertRun({ run, action });
    if (inserted.kind === "inserted") this.#check(inserted.run);
  }

  async act(one: Actor, at: number): Promise<void> {
    switch (one.who) {
      case "dispatcher":
        return await this.#dispatch(one, at);
      case "recovery": {
        // As in the cycles of a runner.
        for (let cycle = 1; cycle <= 3; cycle += 1) {
          const { done } = await recoverRuns(this.#world.runs, { rows: null, dryRun: false });
          if (done.some(({ what }) => what === "lost")) this.#seen.lost += 1;
        }
        return;
      }
      case "person": {
        const run = await this.#store.readOpenRun("a");
        const given = { by: "mia", atMs: 0, text: `more ${at}` };
        if (run !== null)
          await changeRun(this.#store, { id: run.id, epoch: null, change: (now) => addFollowUp(now, given) });
        return;
      }
      case "kickoff": {
        const seen = await this.#store.readOpenRun("a");
        const act = { by: "zoe", atMs: 0 };
        const run = queueRun({ id: `run-${at + 1}` as RunId, key: "a", owner: null, act, note: null });
        const supersedes = seen !== null && !isLive(seen) && seen.state !== "queued" ? seen : null;
        await insertRun(this.#world.runs.store, run, { row: LABEL, action: "kickoff", supersedes });
      }
    }
  }

  async #dispatch({ death, supervisors }: Extract<Actor, { who: "dispatcher" }>, at: number): Promise<void> {
    const queued = await this.#store.readOpenRun("a");
    if (queued === null) return;
    const self = identity(`dispatcher-${at}`);
    const { id } = queued;
    const taken = await changeRun(this.#store, {
      id,
      epoch: queued.epoch,
      change: (run) => take({ ...run, notBeforeMs: null }, { dispatcher: self, nowMs: 0 }),
    });
    if (taken.kind !== "changed") return;
    const own = { id, epoch: taken.run.epoch };
    if (death === "taken") return this.#die(self);
    if (!(await this.#write(own, (run) => prepare(run, GROUND)))) return;
    const launched = Array.from({ length: supervisors }, (_, number) =>
      this.#supervise(own, identity(`supervisor-${at}-${number}`), death),
    );
    if (death === "launched") this.#die(self);
    // Impatient: it gives up a start that may begin in the same moment.
    else await this.#write(own, (run) => giveUp(run, { detail: "too slow", nowMs: 0 }));
    await Promise.all(launched);
  }

  async #supervise(own: Own, self: ProcessIdentity, death: string | null): Promise<void> {
    if (!(await this.#write(own, (run) => begin(run, { supervisor: self, nowMs: 0 })))) {
      this.#seen.refused += 1;
      return;
    }
    this.#seen.started += 1;
    expect(this.#workers.has(own.id)).toBe(false);
    this.#workers.set(own.id, own.epoch);
    if (death === "started") return this.#die(self);
    await this.#write(own, (run) => nameWorker(run, { worker: identity("worker") }));
    if (death === "named") return this.#die(self);
    await this.#write(own, (run) => recordReport(run, { text: "half way", atMs: 0 }));
    await this.#write(own, (run) => recordOutcome(run, { kind: "done", note: "", atMs: 0 }));
    if (this.#workers.get(own.id) === own.epoch) this.#workers.delete(own.id);
    const exit = { kind: "exited", code: 0 } as const;
    expect(await this.#write(own, (run) => end(run, { end: exit, nowMs: 0 }))).toBe(true);
  }

  #die({ id }: ProcessIdentity): void {
    this.#world.played.presence.set(id, "gone");
  }

  async #write({ id, epoch }: Own, change: (run: Run) => RunChange): Promise<boolean> {
    const outcome = await changeRun(this.#store, { id, epoch, change });
    if (outcome.kind === "changed") expect(outcome.run.epoch).toBe(epoch);
    return outcome.kind === "changed";
  }

  /** Once all are done or dead, one recovery leaves no worker and no run without a holder. */
  async settle(): Promise<void> {
    await this.#order.waitFor(recoverRuns(this.#world.runs, { rows: null, dryRun: false }));
    expect([...this.#workers]).toEqual([]);
    const open = await this.#world.world.store.readOpenRuns();
    expect(open.filter(isLive)).toEqual([]);
  }
}

type Own = { readonly id: RunId; readonly epoch: number };

function identity(id: string): ProcessIdentity {
  return { id, host: "desk", pid: 7 };
}

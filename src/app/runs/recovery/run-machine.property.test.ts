// R14, N33: any sequence of what dispatchers, supervisors, workers, the recovery and people do, late and superseded ones
// among them, and with clocks that are set back, against a simple model (test/support/run-model.ts). After each step the
// store holds what the model says. fast-check prints the seed and the shortest failing sequence.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STORE_ADAPTERS } from "../../../../test/contract/store-adapters.ts";
import { rounds } from "../../../../test/support/rounds.ts";
import {
  MODEL_EVENTS,
  type ModelEvent,
  type ModelEventName,
  type ModelRun,
  modelOf,
  newModelRun,
} from "../../../../test/support/run-model.ts";
import { hasEnded, isLive, type ProcessIdentity, type Run, type RunId } from "../../../core/contract/run.ts";
import { endHold, FOR_AN_ANSWER, hold, holdFor } from "../../../core/run/held/hold.ts";
import * as transitions from "../../../core/run/run-transitions.ts";
import { messagesForStart, type RunChange } from "../../../core/run/run-transitions.ts";
import { HOUR_MS } from "../../../core/values/durations.ts";
import type { Store } from "../../../ports/store/store.ts";
import { actionOf } from "../change/action-of.ts";
import { type ChangeOutcome, changeRun } from "../change/change-run.ts";
import { insertRun } from "../change/insert-run.ts";

/** The SQLite store is held to the memory store elsewhere, and takes its time. */
const SEQUENCES: Readonly<Record<string, number>> = {
  memory: rounds({ short: 2_500, full: 10_000 }),
  sqlite: rounds({ short: 60, full: 600 }),
};
const STEPS = { minLength: 20, maxLength: 60, size: "max" } as const;
const START_MS = Date.parse("2026-03-24T12:00:00.000Z");
const RETRY_MS = 10_000;
const KEYS = ["a", "b", "c"] as const;
const OWNERS = { a: "dave", b: "dave", c: null } as const;
const HOSTS = ["desk", "build"] as const;
const LIMITS = { perHost: 2, perOwner: 1 } as const;

type Facts = {
  readonly nowMs: number;
  readonly process: ProcessIdentity;
  readonly text: string;
  readonly number: number;
};

const GROUND = {
  worktree: ".worktrees/a",
  branch: "task/a",
  baseCommit: null,
  taskHash: "1",
  uncommitted: false,
  workerName: "agent",
  agent: null,
  session: null,
} as const;

const KILLED = { end: { kind: "signalled", signal: "SIGKILL" } } as const;
const ACCOUNT = { kind: "account", name: "claude@desk" } as const;
const LIMIT = { cause: "limit", scope: ACCOUNT, why: "limit", untilMs: null } as const;

/** Each event of the model, as the program does it. */
const EVENTS: Readonly<Record<ModelEventName, (run: Run, facts: Facts) => RunChange>> = {
  take: (run, { process, nowMs }) => transitions.take(run, { dispatcher: process, nowMs }),
  prepare: (run) => transitions.prepare(run, GROUND),
  begin: (run, { process, nowMs }) =>
    transitions.begin(run, { supervisor: { ...process, host: run.host ?? process.host }, nowMs }),
  nameWorker: (run, { process }) => transitions.nameWorker(run, { worker: process }),
  giveUp: (run, { nowMs }) => transitions.giveUp(run, { detail: "no git", nowMs }),
  endWell: (run, { nowMs }) => transitions.end(run, { end: { kind: "exited", code: 0 }, nowMs }),
  endBadly: (run, { nowMs }) =>
    transitions.end(run, { end: { kind: "signalled", signal: "SIGKILL" }, nowMs }),
  lose: (run, { nowMs }) => transitions.lose(run, { detail: "gone", nowMs }),
  loseWithHost: (run, { nowMs }) =>
    transitions.lose(run, { detail: "gone", spared: { kind: "restarted" }, nowMs }),
  holdForLimit: (run, { nowMs }) => hold(run, { ...KILLED, ...holdFor(LIMIT, nowMs), nowMs }),
  holdForAnswer: (run, { nowMs }) => hold(run, { ...KILLED, ...FOR_AN_ANSWER, nowMs }),
  endHold: (run) => endHold(run, {}),
  retry: (run, { nowMs }) =>
    transitions.requeue(run, { notBeforeMs: nowMs + RETRY_MS, because: "retry", nowMs }),
  continue: (run, { nowMs }) => transitions.requeue(run, { notBeforeMs: null, because: "person", nowMs }),
  close: (run, { nowMs }) =>
    transitions.closeRun(run, { by: "dave", atMs: nowMs, as: "abandoned", why: "not needed" }),
  release: (run, { nowMs }) => transitions.closeClaim(run, { by: "dave", atMs: nowMs, why: "given back" }),
  report: (run, { nowMs }) => transitions.recordReport(run, { text: "half way", atMs: nowMs }),
  wait: (run, { nowMs }) => transitions.declareWait(run, { on: "CI", untilMs: nowMs + HOUR_MS, atMs: nowMs }),
  finishDone: (run, { nowMs }) => transitions.recordOutcome(run, { kind: "done", note: "", atMs: nowMs }),
  finishFailed: (run, { nowMs }) => transitions.recordOutcome(run, { kind: "failed", note: "", atMs: nowMs }),
  ask: (run, { text, nowMs }) => transitions.recordQuestion(run, { text, choices: [], atMs: nowMs }),
  answer: (run, { nowMs }) => transitions.recordAnswer(run, { by: "dave", atMs: nowMs, text: "eu" }),
  deliver: (run, { number }) => transitions.deliverAnswer(run, { number }),
  followUp: (run, { text, nowMs }) => transitions.addFollowUp(run, { by: "dave", atMs: nowMs, text }),
  stop: (run, { nowMs }) =>
    transitions.requestStop(run, { by: "dave", atMs: nowMs, kind: "stop", note: null }),
  interrupt: (run, { nowMs }) =>
    transitions.requestStop(run, { by: "dave", atMs: nowMs, kind: "interrupt", note: null }),
};

/** People mean the run as it is; everyone else belongs to one hand-over of it. */
const BY_PEOPLE: ReadonlySet<ModelEventName> = new Set<ModelEventName>([
  "close",
  "release",
  "answer",
  "followUp",
  "stop",
  "interrupt",
]);
/** What ends a run for good is drawn seldom and what gets it further often, or few would ever have a worker. */
const TIMES: Partial<Record<ModelEventName, number>> = {
  ...{ take: 12, begin: 6, endWell: 4, endBadly: 4, retry: 6, ask: 6, answer: 12 },
  ...{ holdForLimit: 4, endHold: 4, close: 1, release: 1, prepare: 1, nameWorker: 1, report: 1, wait: 1 },
};
const NAMES = (Object.keys(EVENTS) as ModelEventName[]).flatMap((name) =>
  Array.from({ length: TIMES[name] ?? 3 }, () => name),
);

const key = fc.constantFrom(...KEYS);
const stepMs = fc.constantFrom(0, 0, 1, RETRY_MS, HOUR_MS, -1, -HOUR_MS);
const operation = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("event" as const),
      /** One of those that the run's state allows, or of all: random ones alone would get few runs anywhere. */
      isAllowed: fc.constantFrom(true, true, false),
      pick: fc.nat({ max: 999 }),
      /** Which run, counted back from the newest. */
      runsBack: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
      /** Which hand-over the writer belongs to, counted back from the newest. */
      epochsBack: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, -1),
      host: fc.constantFrom(...HOSTS),
      stepMs,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("insert" as const),
      key,
      kind: fc.constantFrom("supervised" as const, "supervised" as const, "by_hand" as const),
      /** Whether the inserting process knows the task's run as it is now, or as it last read it. */
      isFresh: fc.boolean(),
      stepMs,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("look" as const), key, stepMs }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("pause" as const),
      isPaused: fc.constantFrom(true, false, false, false),
      stepMs,
    }),
  },
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

const reached = new Map<string, number>();

/** A test of a machine that never moves proves nothing: each event was done, and was refused. */
function expectAllReached(): void {
  const wanted = Object.keys(EVENTS).flatMap((name) => [`${name} changed`, `${name} refused`]);
  const held = ["pause", "host", "owner"].map((by) => `take held by ${by}`);
  expect([...wanted, ...held].filter((what) => !reached.has(what))).toEqual([]);
}

describe.each(STORE_ADAPTERS)("runs in the store: $name", ({ name, open }) => {
  test("R14, N33: after any steps of anyone each run is what the model says, and has one worker at most", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, STEPS), async (operations) => {
        const { store, cleanUp } = await open();
        try {
          const machine = new Machine(store);
          for (const one of operations) {
            await machine.step(one);
            await machine.check();
          }
        } finally {
          await cleanUp();
        }
      }),
      { numRuns: SEQUENCES[name] ?? 0 },
    );
    if (name === "memory") expectAllReached();
  }, 1_200_000);
});

class Machine {
  readonly #store: Store;
  #nowMs = START_MS;
  #said = 0;
  #isPaused = false;
  /** In the order in which they were inserted. */
  readonly #models = new Map<RunId, ModelRun>();
  /** When it was queued, and when it is due. */
  readonly #dues = new Map<RunId, { readonly sinceMs: number; readonly dueMs: number }>();
  /** Open runs, as they were last read. */
  readonly #seen = new Map<string, Run>();
  /** What prompts tell, as they were written when their runs were taken. */
  readonly #prompts = new Map<RunId, readonly string[]>();
  /** Live workers, with the epoch that each was started under. */
  readonly #workers: { readonly id: RunId; readonly epoch: number }[] = [];
  readonly #delivered: string[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  async step(one: Operation): Promise<void> {
    this.#nowMs += one.stepMs;
    switch (one.do) {
      case "event":
        return await this.#happen(one);
      case "insert":
        return await this.#insert(one);
      case "look":
        return await this.#look(one.key);
      case "pause": {
        const act = { by: "dave", atMs: this.#nowMs, note: null };
        this.#isPaused = one.isPaused;
        const action = actionOf("pause", labelOf(""), act);
        await this.#store.writePause({ pause: one.isPaused ? act : null, action });
      }
    }
  }

  async #look(key: string): Promise<void> {
    const open = await this.#store.readOpenRun(key);
    if (open !== null) this.#seen.set(key, open);
  }

  async #insert({ key, kind, isFresh }: Extract<Operation, { do: "insert" }>): Promise<void> {
    if (isFresh) await this.#look(key);
    const open = await this.#store.readOpenRun(key);
    const seen = this.#seen.get(key) ?? null;
    const supersedes = seen !== null && hasEnded(seen) ? seen : null;
    const id = `run-${this.#models.size + 1}` as RunId;
    const wanted = { id, key, owner: ownerOf(key), act: { by: "mia", atMs: this.#nowMs }, note: null };
    const place = { worktree: null, branch: null, baseCommit: null, taskHash: null };
    const run =
      kind === "supervised"
        ? transitions.queueRun(wanted)
        : transitions.claimByHand({ ...wanted, ...place, workerName: "mia", host: "desk" });
    const inserted = await insertRun(this.#store, run, { row: labelOf(key), action: "kickoff", supersedes });

    const isAsSeen = open?.id === supersedes?.id && open?.epoch === supersedes?.epoch;
    if (open !== null && isAsSeen && open.state === supersedes?.state)
      this.#change(open.id, MODEL_EVENTS.close);
    const isFree = [...this.#models.values()].every((other) => other.key !== key || other.state === "closed");
    expect(inserted.kind).toBe(isFree ? "inserted" : "refused");
    if (!isFree) return;
    const host = kind === "by_hand" ? "desk" : null;
    this.#models.set(id, newModelRun(key, ownerOf(key), kind, this.#freeBlock(), host));
    this.#dues.set(id, { sinceMs: this.#nowMs, dueMs: Number.NEGATIVE_INFINITY });
  }

  async #happen(event: Extract<Operation, { do: "event" }>): Promise<void> {
    const { runsBack, epochsBack, host } = event;
    const id = [...this.#models.keys()].at(-1 - (runsBack % Math.max(1, this.#models.size)));
    const model = id === undefined ? undefined : this.#models.get(id);
    if (id === undefined || model === undefined) return;
    const name = nameOf(event, model);
    const epoch = BY_PEOPLE.has(name) ? null : model.epoch - epochsBack;
    const text = name === "ask" ? `Which, ${this.#said % 2}?` : `said ${this.#said}`;
    if (name === "followUp" || name === "ask") this.#said += 1;
    // The order that the recovery keeps: what is left of a dead worker is ended before its run is lost.
    if ((name === "lose" || name === "loseWithHost") && epoch === model.epoch) this.#endWorkers(id, epoch);
    const identity = { id: `${host}:${name}`, host, pid: 7 };
    const facts = { nowMs: this.#nowMs, process: identity, text, number: model.question?.number ?? 1 };
    const outcome = await changeRun(this.#store, {
      id,
      epoch,
      change: (run) => EVENTS[name](run, facts),
      ...(name === "take" && { limits: { host, ...LIMITS } }),
    });

    const isSuperseded = epoch !== null && epoch !== model.epoch;
    const isDue = this.#isDue(id);
    const changes = isSuperseded ? null : MODEL_EVENTS[name](model, { host, text, isDue });
    const hold = changes !== null && name === "take" ? this.#holdOf(id, host) : null;
    const expected = hold !== null ? `held by ${hold}` : changes === null ? "refused" : "changed";
    expect(`${name} ${inWords(outcome)}`).toBe(`${name} ${expected}`);
    if (outcome.kind === "refused") expect(outcome.superseded).toBe(isSuperseded);
    reached.set(`${name} ${expected}`, (reached.get(`${name} ${expected}`) ?? 0) + 1);
    if (outcome.kind !== "changed") return;
    this.#change(id, MODEL_EVENTS[name], { host, text, isDue });
    this.#note(name, id, model, outcome.run);
  }

  /** What a change means to those outside of the store. */
  #note(name: ModelEventName, id: RunId, before: ModelRun, run: Run): void {
    switch (name) {
      case "take":
        this.#prompts.set(
          id,
          messagesForStart(run).followUps.map(({ text }) => text),
        );
        break;
      case "begin": {
        const prompt = this.#prompts.get(id) ?? [];
        expect(before.followUps.filter((text) => !modelOf(run).followUps.includes(text))).toEqual(prompt);
        this.#delivered.push(...prompt);
        this.#workers.push({ id, epoch: run.epoch });
        break;
      }
      case "endWell":
      case "endBadly":
        this.#endWorkers(id, run.epoch);
        break;
      case "holdForLimit":
        this.#endWorkers(id, run.epoch);
        this.#dues.set(id, { sinceMs: this.#nowMs, dueMs: Number.NEGATIVE_INFINITY });
        break;
      case "holdForAnswer":
        this.#endWorkers(id, run.epoch);
        break;
      case "retry":
        this.#dues.set(id, { sinceMs: this.#nowMs, dueMs: this.#nowMs + RETRY_MS });
        break;
      case "continue":
        this.#dues.set(id, { sinceMs: this.#nowMs, dueMs: Number.NEGATIVE_INFINITY });
    }
  }

  async check(): Promise<void> {
    const stored = await this.#store.readRuns({ limit: 1_000 });
    const asModel = ([, { prompt: _, ...rest }]: readonly [RunId, ModelRun]) => rest;
    expect(stored.toReversed().map(modelOf)).toEqual([...this.#models].map(asModel));

    const open = stored.filter(({ state }) => state !== "closed");
    expectDistinct(open.map(({ key }) => key));
    expectDistinct(open.map(({ portBlock }) => portBlock));
    expectDistinct(this.#workers.map(({ id }) => id));
    for (const { id, epoch } of this.#workers)
      expect(stored.find((run) => run.id === id)).toMatchObject({ state: "running", epoch });
    expectDistinct([
      ...this.#delivered,
      ...stored.flatMap(({ followUps }) => followUps.map(({ text }) => text)),
    ]);
  }

  #change(id: RunId, event: ModelEvent, facts = { host: "", text: "", isDue: true }): void {
    const model = this.#models.get(id);
    const changes = model === undefined ? null : event(model, facts);
    if (model === undefined || changes === null) throw new Error(`The model has no such change of ${id}.`);
    this.#models.set(id, { ...model, ...changes, revision: model.revision + 1 });
  }

  #endWorkers(id: RunId, newestEpoch: number): void {
    const left = this.#workers.filter((worker) => worker.id !== id || worker.epoch > newestEpoch);
    this.#workers.splice(0, Number.POSITIVE_INFINITY, ...left);
  }

  #isDue(id: RunId): boolean {
    const due = this.#dues.get(id);
    return due === undefined || this.#nowMs >= due.dueMs || this.#nowMs < due.sinceMs;
  }

  #holdOf(id: RunId, host: string): "pause" | "host" | "owner" | null {
    if (this.#isPaused) return "pause";
    const others = [...this.#models].filter(
      ([other, model]) => other !== id && model.kind === "supervised" && isLive(model),
    );
    const owner = this.#models.get(id)?.owner ?? null;
    if (others.filter(([, model]) => model.host === host).length >= LIMITS.perHost) return "host";
    return others.some(([, model]) => model.owner === owner) ? "owner" : null;
  }

  #freeBlock(): number {
    const taken = new Set([...this.#models.values()].map(({ block }) => block));
    let block = 0;
    while (taken.has(block)) block += 1;
    return block;
  }
}

function nameOf({ isAllowed, pick }: { isAllowed: boolean; pick: number }, model: ModelRun): ModelEventName {
  const facts = { host: "", text: "", isDue: true };
  const allowed = NAMES.filter((name) => MODEL_EVENTS[name](model, facts) !== null);
  const names = isAllowed && allowed.length > 0 ? allowed : NAMES;
  return names[pick % names.length] ?? "take";
}

function inWords(outcome: ChangeOutcome): string {
  return outcome.kind === "held" ? `held by ${outcome.by}` : outcome.kind;
}

function expectDistinct(values: readonly unknown[]): void {
  expect(new Set(values).size, `${values.join(", ")} are distinct`).toBe(values.length);
}

function ownerOf(key: string): string | null {
  return OWNERS[key as keyof typeof OWNERS];
}

function labelOf(key: string) {
  return { key, title: key, owner: null };
}

// Dispatchers, supervisors, workers and people around one store, as a play: each keeps what it once was told and acts on
// it much later, dies, or wakes up when everything has changed. Every write goes through changeRun, to the store and to
// the model, which have to agree on whether it is taken and on what the run is then.

import { expect } from "vitest";
import { createMemoryStore } from "../../src/adapters/memory/memory-store.ts";
import { actionOf } from "../../src/app/runs/action-of.ts";
import { changeRun } from "../../src/app/runs/change-run.ts";
import type { ProcessIdentity, Run, RunId } from "../../src/core/run/run.ts";
import type { RunChange } from "../../src/core/run/transitions.ts";
import * as transitions from "../../src/core/run/transitions.ts";
import {
  applyWrite,
  isLiveModel,
  type ModelRun,
  mayWrite,
  newModelRun,
  type Say,
  type Write,
} from "./run-model.ts";

export const HOST = "desk";
const LIMITS = { host: HOST, perHost: 3, perOwner: 2 };
export const ownerOf = (key: string) => (key < "c" ? "dave" : "ann");

/** What somebody was told when they got the run: they go on believing it. */
type Token = { readonly run: RunId; readonly epoch: number };
type Supervisor = Token & {
  readonly id: string;
  isAlive: boolean;
  stage: "launched" | "begun" | "working" | "over";
};
type Worker = Token & { readonly key: string; isAlive: boolean };

/** `held` by a limit or a pause. */
export type Verdict = "changed" | "refused" | "held" | "nothing to do";

export class Play {
  readonly store = createMemoryStore();
  readonly models = new Map<RunId, ModelRun>();
  readonly starts: Token[] = [];
  readonly supervisors: Supervisor[] = [];
  readonly workers: Worker[] = [];
  readonly losses: (Token & { readonly holder: string })[] = [];
  nowMs = 1_000_000;
  isPaused = false;
  #named = 0;
  readonly #dead = new Set<string>();
  readonly #dispatchers = ["d0", "d1"];
  /** As stored when it was last looked at. */
  #before = new Map<RunId, Run>();

  name(kind: string): string {
    this.#named += 1;
    return `${kind}${this.#named}`;
  }

  openIds(): readonly RunId[] {
    return [...this.models].filter(([, { state }]) => state !== "closed").map(([id]) => id);
  }

  async insert(key: string, isByHand: boolean): Promise<Verdict> {
    const id = this.name("run-") as RunId;
    const act = { by: "dave", atMs: this.nowMs };
    const facts = { id, key, owner: ownerOf(key), act, note: null };
    const place = {
      worktree: null,
      branch: null,
      baseCommit: null,
      taskHash: null,
      workerName: null,
      host: HOST,
    };
    const run = isByHand ? transitions.claimByHand({ ...facts, ...place }) : transitions.queueRun(facts);
    const isFree = this.openIds().every((open) => this.models.get(open)?.key !== key);
    const blocks = new Set([...this.models.values()].map(({ block }) => block));
    const action = actionOf("kickoff", { key, title: key, owner: null }, { ...act, note: null });
    const inserted = await this.store.insertRun({ run, action });
    expect(inserted.kind).toBe(isFree ? "inserted" : "refused");
    if (inserted.kind === "refused") return "refused";
    let lowest = 0;
    while (blocks.has(lowest)) lowest += 1;
    this.models.set(id, newModelRun(key, isByHand ? "by_hand" : "supervised", lowest, this.nowMs));
    return "changed";
  }

  /** Writes to both, and holds them to the same answer. `epoch: null` is a person's. */
  async write(id: RunId, epoch: number | null, write: Write): Promise<Verdict> {
    const model = this.#model(id);
    const before = await this.store.readRun(id);
    const isStale = epoch !== null && epoch !== model.epoch;
    const verdict = isStale || !mayWrite(model, write, this.nowMs) ? "refused" : this.#holds(model, write);
    const outcome = await changeRun(this.store, {
      id,
      epoch,
      change: (run) => this.#change(run, write),
      ...(write.do === "take" ? { limits: LIMITS } : {}),
    });
    expect([write.do, outcome.kind]).toEqual([write.do, verdict]);
    if (outcome.kind === "refused") expect(outcome.superseded).toBe(isStale);
    if (verdict === "changed") applyWrite(model, write, this.nowMs);
    else expect(await this.store.readRun(id)).toBe(before);
    return verdict;
  }

  #model(id: RunId): ModelRun {
    const model = this.models.get(id);
    if (model === undefined) throw new Error(`The model has no run ${id}.`);
    return model;
  }

  #holds(model: ModelRun, write: Write): "changed" | "held" {
    if (write.do !== "take") return "changed";
    const live = [...this.models.values()].filter((run) => run !== model && isLiveModel(run));
    const ofOwner = live.filter(({ key }) => ownerOf(key) === ownerOf(model.key));
    const isFull = live.length >= LIMITS.perHost || ofOwner.length >= LIMITS.perOwner;
    return this.isPaused || isFull ? "held" : "changed";
  }

  #change(run: Run, write: Write): RunChange {
    const { nowMs } = this;
    const act = { by: "ann", atMs: nowMs };
    switch (write.do) {
      case "take":
        return transitions.take(run, { dispatcher: identity(write.holder), nowMs });
      case "begin":
        return transitions.begin(run, { supervisor: identity(write.holder), nowMs });
      case "name":
        return transitions.nameWorker(run, { worker: identity("worker") });
      case "giveUp":
        return transitions.giveUp(run, { detail: "no such program", nowMs });
      case "end":
        return transitions.end(run, { end: { kind: "exited", code: write.code }, nowMs });
      case "lose":
        return run.holder?.id === write.holder
          ? transitions.lose(run, { detail: "gone", nowMs })
          : { kind: "refused", why: "somebody else holds it now" };
      case "requeue":
        return transitions.requeue(run, { notBeforeMs: write.dueMs, because: write.because, nowMs });
      case "close":
        return transitions.close(run, { ...act, as: "abandoned", why: "not needed" });
      case "release":
        return transitions.release(run, { ...act, why: "given back" });
      case "wish":
        return transitions.wishEnd(run, { ...act, kind: write.kind, note: null });
      case "tell":
        return transitions.addFollowUp(run, { ...act, text: write.text });
      case "answer":
        return transitions.answer(run, { ...act, text: "eu" });
      case "say":
        return said(run, write.what, nowMs);
    }
  }

  // What processes do.

  dispatcher(which: number): string {
    return this.#dispatchers[which % this.#dispatchers.length] ?? "d0";
  }

  /** Another one is started in its place. */
  crashDispatcher(which: number): void {
    this.#dead.add(this.dispatcher(which));
    this.#dispatchers[which % this.#dispatchers.length] = this.name("d");
  }

  crashSupervisor(supervisor: Supervisor): void {
    supervisor.isAlive = false;
    this.#dead.add(supervisor.id);
  }

  isDead(holder: string): boolean {
    return this.#dead.has(holder);
  }

  /** Ends what a dead supervisor left: everything of the run up to that epoch, nothing of a later one. */
  endRemains({ run, epoch }: Token): void {
    for (const worker of this.workers) {
      if (worker.run === run && worker.epoch <= epoch) worker.isAlive = false;
    }
  }

  // What must be true at any moment.

  async check(): Promise<void> {
    const stored = await this.store.readRuns({ limit: 1_000 });
    const open = stored.filter(({ state }) => state !== "closed");
    expect(new Set(open.map(({ key }) => key)).size, "one open run per task").toBe(open.length);
    expect(new Set(open.map(({ portBlock }) => portBlock)).size, "a block of ports each").toBe(open.length);
    expect(open.map(({ portBlock }) => portBlock)).not.toContain(null);
    const alive = this.workers.filter(({ isAlive }) => isAlive);
    expect(new Set(alive.map(({ key }) => key)).size, "one worker per task").toBe(alive.length);
    for (const run of stored) {
      this.#checkGrowth(run, this.#before.get(run.id));
      expect(viewOf(run)).toEqual(viewOfModel(this.#model(run.id)));
    }
    this.#before = new Map(stored.map((run) => [run.id, run]));
  }

  #checkGrowth(run: Run, before: Run | undefined): void {
    if (before === undefined || before === run) return;
    expect(before.state, "a closed run never changes").not.toBe("closed");
    expect(run.revision).toBeGreaterThan(before.revision);
    expect(run.epoch).toBeGreaterThanOrEqual(before.epoch);
    expect(run.attempt).toBeGreaterThanOrEqual(before.attempt);
  }
}

const identity = (id: string): ProcessIdentity => ({ id, host: HOST, pid: 1 });

function said(run: Run, what: Say, atMs: number): RunChange {
  switch (what) {
    case "report":
      return transitions.report(run, { text: "half way", atMs });
    case "wait":
      return transitions.declareWait(run, { on: "CI", untilMs: atMs + 1, atMs });
    case "done":
    case "blocked":
    case "failed":
      return transitions.finish(run, { kind: what, note: "", atMs });
    case "ask A":
    case "ask B":
      return transitions.ask(run, { text: what, choices: [], atMs });
    case "deliver":
      return transitions.deliverAnswer(run, { number: run.question?.number ?? 0 });
  }
}

/** What the model knows too. */
function viewOf(run: Run) {
  const { key, kind, state, sinceMs, epoch, revision, attempt, question } = run;
  return {
    ...{ key, kind, state, sinceMs, epoch, revision, attempt },
    dueMs: run.notBeforeMs,
    block: run.portBlock,
    failures: run.failuresInRow,
    holder: run.holder?.id ?? null,
    outcome: run.outcome?.kind ?? null,
    wish: run.wish?.kind ?? null,
    question: question === null ? "none" : answerState(question.answer),
    followUps: run.followUps.map(({ text }) => text),
  };
}

function answerState(answer: NonNullable<Run["question"]>["answer"]) {
  if (answer === null) return "open";
  return answer.delivered ? "delivered" : "answered";
}

function viewOfModel({ told, later, questionText, isAnswerTold, ...rest }: ModelRun) {
  return { ...rest, followUps: [...told, ...later] };
}

// What look-ups know of pull requests, and its place in the store: read when another process may have written it, written
// after each round, and kept for the next round where it could not be written.

import type { Config } from "../../config/schema.ts";
import type { PullRequest } from "../../core/contract/pull-request.ts";
import {
  branchPatterns,
  type PullRequestsInput,
  startBranchOf,
} from "../../core/pull-request/pull-requests-input.ts";
import {
  isSameStatus,
  NEVER_SYNCED,
  type PullRequestSyncState,
  reportedStatus,
} from "../../core/pull-request/sync-state.ts";
import { sameValue } from "../../core/values/same-value.ts";
import type { PullRequestStore } from "../../ports/store/pull-request-store.ts";
import type { SyncedPullRequests } from "../cycle/cycle-context.ts";

export type SyncMemoryContext = {
  readonly store: PullRequestStore;
  readonly config: Pick<Config, "github" | "delivery" | "worktree">;
};

export class SyncMemory {
  readonly #world: SyncMemoryContext;
  readonly #known = new Map<number, PullRequest>();
  /** What of it the store does not have yet. */
  readonly #unwritten = new Map<number, PullRequest>();
  readonly #patterns: PullRequestsInput["patterns"];
  #state = NEVER_SYNCED;
  /** As the store has it. */
  #toldStanding = NEVER_SYNCED.standing;
  #input: PullRequestsInput | null = null;
  #version = -1;

  constructor(world: SyncMemoryContext) {
    this.#world = world;
    this.#patterns = branchPatterns(world.config.github.branches);
  }

  get known(): ReadonlyMap<number, PullRequest> {
    return this.#known;
  }

  get patterns(): PullRequestsInput["patterns"] {
    return this.#patterns;
  }

  get state(): PullRequestSyncState {
    return this.#state;
  }

  /** Not written until `keep` is called. */
  setState(state: PullRequestSyncState): void {
    this.#state = state;
  }

  /** Throws what the store throws. */
  async current(): Promise<SyncedPullRequests> {
    const version = await this.#world.store.readPullRequestsVersion();
    if (this.#input === null || version !== this.#version) await this.#restore(version);
    return { input: this.#input ?? this.#assemble(new Map()), state: this.#state };
  }

  /** Another process may have looked meanwhile: what the store has is newer. */
  forget(): void {
    this.#version = -1;
  }

  /** Facts of another repository say nothing about this one. False when we may not write any more. */
  async reset(epoch: number): Promise<boolean> {
    const gone = [...this.#known.keys()];
    const input = { epoch, state: NEVER_SYNCED, changed: [], gone };
    if (!(await this.#world.store.writePullRequests(input))) return false;
    this.#known.clear();
    this.#unwritten.clear();
    this.#state = NEVER_SYNCED;
    return true;
  }

  learn(changed: readonly PullRequest[]): void {
    for (const one of changed) {
      this.#known.set(one.number, one);
      this.#unwritten.set(one.number, one);
    }
  }

  drop(numbers: readonly number[]): void {
    for (const number of numbers) {
      this.#known.delete(number);
      this.#unwritten.delete(number);
    }
  }

  /**
   * Writes what is new, and takes out what is `gone`. True when something is not as it was; false when somebody else may
   * write by now.
   */
  async keep(epoch: number, gone: readonly number[]): Promise<boolean> {
    const state = this.#state;
    const changed = [...this.#unwritten.values()];
    if (!(await this.#world.store.writePullRequests({ epoch, state, changed, gone }))) return false;
    const standing = reportedStatus(state);
    const isTold = isSameStatus(this.#toldStanding, standing);
    this.#unwritten.clear();
    this.#toldStanding = standing;
    return changed.length > 0 || gone.length > 0 || !isTold;
  }

  async #restore(version: number): Promise<void> {
    const { state, known, care } = await this.#world.store.readPullRequests();
    this.#known.clear();
    this.#unwritten.clear();
    for (const one of known) this.#known.set(one.number, one);
    this.#state = state ?? NEVER_SYNCED;
    this.#toldStanding = reportedStatus(this.#state);
    this.#version = version;
    const next = this.#assemble(new Map(care.map((record) => [record.number, record])));
    this.#input = this.#input !== null && isSame(this.#input, next) ? this.#input : next;
  }

  #assemble(care: PullRequestsInput["deliveryRecords"]): PullRequestsInput {
    return {
      repository: this.#state.repository,
      known: [...this.#known.values()],
      deliveryRecords: care,
      patterns: this.#patterns,
      startBranch: startBranchOf(this.#world.config.worktree.base),
      delivery: this.#world.config.delivery,
    };
  }
}

function isSame(a: PullRequestsInput, b: PullRequestsInput): boolean {
  return (
    a.repository === b.repository &&
    sameValue(a.known, b.known) &&
    sameValue([...a.deliveryRecords.values()], [...b.deliveryRecords.values()])
  );
}

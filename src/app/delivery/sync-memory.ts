// The known pull requests, in memory and in the store: read again when another process may have written, written after each
// sync, and kept for the next one if the write fails.

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
  readonly #context: SyncMemoryContext;
  readonly #known = new Map<number, PullRequest>();
  /** Known ones that are not stored yet. */
  readonly #unwritten = new Map<number, PullRequest>();
  readonly patterns: PullRequestsInput["patterns"];
  /** `keep` writes it. */
  state: PullRequestSyncState = NEVER_SYNCED;
  /** As stored. */
  #reportedStatus = NEVER_SYNCED.standing;
  #input: PullRequestsInput | null = null;
  #version = -1;

  constructor(context: SyncMemoryContext) {
    this.#context = context;
    this.patterns = branchPatterns(context.config.github.branches);
  }

  get known(): ReadonlyMap<number, PullRequest> {
    return this.#known;
  }

  /** Throws what the store throws. */
  async current(): Promise<SyncedPullRequests> {
    const version = await this.#context.store.readPullRequestsVersion();
    if (this.#input === null || version !== this.#version) await this.#restore(version);
    return { input: this.#input ?? this.#assemble(new Map()), state: this.state };
  }

  /** Another process may have synced: the store is read again. */
  forget(): void {
    this.#version = -1;
  }

  /** For another repository. False when this process may no longer write. */
  async reset(epoch: number): Promise<boolean> {
    const gone = [...this.#known.keys()];
    const input = { epoch, state: NEVER_SYNCED, changed: [], gone };
    if (!(await this.#context.store.writePullRequests(input))) return false;
    this.#known.clear();
    this.#unwritten.clear();
    this.state = NEVER_SYNCED;
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

  /** Writes what is new and deletes `gone`. True when something changed; false too when this process may no longer write. */
  async keep(epoch: number, gone: readonly number[]): Promise<boolean> {
    const state = this.state;
    const changed = [...this.#unwritten.values()];
    if (!(await this.#context.store.writePullRequests({ epoch, state, changed, gone }))) return false;
    const status = reportedStatus(state);
    const isReported = isSameStatus(this.#reportedStatus, status);
    this.#unwritten.clear();
    this.#reportedStatus = status;
    return changed.length > 0 || gone.length > 0 || !isReported;
  }

  async #restore(version: number): Promise<void> {
    const { state, known, care } = await this.#context.store.readPullRequests();
    this.#known.clear();
    this.#unwritten.clear();
    for (const one of known) this.#known.set(one.number, one);
    this.state = state ?? NEVER_SYNCED;
    this.#reportedStatus = reportedStatus(this.state);
    this.#version = version;
    const next = this.#assemble(new Map(care.map((record) => [record.number, record])));
    this.#input = this.#input !== null && isSame(this.#input, next) ? this.#input : next;
  }

  #assemble(care: PullRequestsInput["deliveryRecords"]): PullRequestsInput {
    return {
      repository: this.state.repository,
      known: [...this.#known.values()],
      deliveryRecords: care,
      patterns: this.patterns,
      startBranch: startBranchOf(this.#context.config.worktree.base),
      delivery: this.#context.config.delivery,
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

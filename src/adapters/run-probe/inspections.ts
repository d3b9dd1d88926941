// Asks git about worktrees in the background, one at a time and each at most once a minute, so that neither a cycle nor
// a person's git ever waits for it.

import { MINUTE_MS } from "../../core/values/durations.ts";
import type { WorktreeInspection, Worktrees } from "../../ports/git/worktrees.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import { type Moment, noLaterThan, timeOfChange } from "./moment.ts";

export type Inspection = Pick<
  WorktreeInspection,
  "changedFiles" | "commits" | "ownBranchCommits" | "head" | "editedAtMs" | "diff"
> & {
  readonly lookedAtMs: number;
  /** When an inspection last differed from the one before. */
  readonly changedAtMs: number | null;
};

export type InspectionRequest = {
  readonly id: string;
  readonly slug: string;
  /** As the run has it: a worktree of that slug elsewhere does not count. */
  readonly worktree: string;
  /** How often HEAD or the index has moved: inspected again when that changed. */
  readonly moves: number;
  /** Nothing else moves: inspected again in any case. */
  readonly isStill: boolean;
  /** The worker has ended: a person is about to look at the result. */
  readonly isOver: boolean;
};

type Parts = { readonly worktrees: Pick<Worktrees, "inspect">; readonly clock: Clock; readonly log: Log };

type Memory = {
  readonly askedMonotonicMs: number;
  readonly moves: number;
  readonly inspection: Inspection | null;
};

/** Between two inspections of a worktree: git checks every file each time. */
const INTERVAL_MS = MINUTE_MS;
/** Once its worker has ended, it only changes when a person works in it. */
const INTERVAL_WHEN_OVER_MS = 5_000;

export class Inspections {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  readonly #memories = new Map<string, Memory>();
  #requests: readonly InspectionRequest[] = [];
  #isAsking = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The last result; null before there is one. */
  latest(id: string, moment: Moment): Inspection | null {
    const inspection = this.#memories.get(id)?.inspection ?? null;
    if (inspection === null) return null;
    const changedAtMs = noLaterThan(inspection.changedAtMs, moment);
    return { ...inspection, changedAtMs, lookedAtMs: noLaterThan(inspection.lookedAtMs, moment) };
  }

  /** Replaces earlier requests. Results for runs that are not among them are forgotten. */
  request(requests: readonly InspectionRequest[]): void {
    this.#requests = requests;
    const ids = new Set(requests.map(({ id }) => id));
    for (const id of this.#memories.keys()) if (!ids.has(id)) this.#memories.delete(id);
    if (!this.#isAsking) void this.#askWhileDue();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #askWhileDue(): Promise<void> {
    this.#isAsking = true;
    for (let due = this.#nextDue(); due !== null; due = this.#nextDue()) await this.#ask(due);
    this.#isAsking = false;
  }

  /** The one whose last inspection is oldest. */
  #nextDue(): InspectionRequest | null {
    if (this.#stopping.signal.aborted) return null;
    const askedMs = ({ id }: InspectionRequest) => this.#memories.get(id)?.askedMonotonicMs ?? -Infinity;
    const nowMs = this.#parts.clock.monotonicMs();
    const due = this.#requests.filter((request) => {
      const intervalMs = request.isOver ? INTERVAL_WHEN_OVER_MS : INTERVAL_MS;
      if (nowMs - askedMs(request) < intervalMs) return false;
      return request.isStill || request.moves !== this.#memories.get(request.id)?.moves;
    });
    return due.sort((a, b) => askedMs(a) - askedMs(b))[0] ?? null;
  }

  async #ask({ id, slug, worktree, moves }: InspectionRequest): Promise<void> {
    const { worktrees, clock, log } = this.#parts;
    const before = this.#memories.get(id)?.inspection ?? null;
    const asked: Memory = { askedMonotonicMs: clock.monotonicMs(), moves, inspection: before };
    this.#memories.set(id, asked);
    try {
      const facts = await worktrees.inspect(slug, this.#stopping.signal);
      const isMeant = facts !== null && facts.worktree === worktree && this.#memories.get(id) === asked;
      if (isMeant) this.#memories.set(id, { ...asked, inspection: inspected(facts, before, clock.wallMs()) });
    } catch (error) {
      if (!this.#stopping.signal.aborted) log.warn({ error, slug }, "a worktree could not be inspected");
    }
  }
}

function inspected(facts: WorktreeInspection, before: Inspection | null, nowMs: number): Inspection | null {
  const { changedFiles, commits, ownBranchCommits, head, editedAtMs, diff } = facts;
  // Git failed: the last result is kept, with its time.
  if (changedFiles === null && commits === null) return before;
  const changedAtMs = whenChanged(facts, before, nowMs) ?? before?.changedAtMs ?? null;
  return { changedFiles, commits, ownBranchCommits, head, editedAtMs, diff, lookedAtMs: nowMs, changedAtMs };
}

/** Null if nothing changed. An edit has its own time, even in the first inspection. */
function whenChanged(facts: WorktreeInspection, before: Inspection | null, nowMs: number): number | null {
  const { changedFiles, commits, head, editedAtMs } = facts;
  if (editedAtMs !== null && editedAtMs !== before?.editedAtMs)
    return timeOfChange(editedAtMs, before?.lookedAtMs ?? 0, { wallMs: nowMs });
  if (before === null) return null;
  const isOther =
    differs(changedFiles, before.changedFiles) ||
    differs(commits, before.commits) ||
    differs(head, before.head);
  return isOther ? nowMs : null;
}

/** Null: git could not say. */
function differs<Value>(now: Value | null, before: Value | null): boolean {
  return now !== null && before !== null && now !== before;
}

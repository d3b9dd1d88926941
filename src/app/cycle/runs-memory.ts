// What the heartbeat keeps of runs between cycles. All of it can be dropped: the store has the runs, and the probe
// finds its persistent traces again.

import type { Acknowledgement } from "../../core/contract/acknowledgement.ts";
import type { Run } from "../../core/contract/run.ts";
import type { Room } from "../../core/hold/room.ts";
import type { AccountWindow, ScopedPause } from "../../core/records/scoped-pause.ts";
import type { ClocksAt } from "../../core/records/sleep.ts";
import type { Sleep } from "../../core/records/slot-time.ts";
import type { LostTime } from "../../core/run/judge-progress.ts";
import type { RunsInput } from "../../core/run/run-facts.ts";
import type { KindHold, Pause, StoppedTask } from "../../ports/store/run-store.ts";

export type RunsMemory = {
  /** Of the store when the following were read; null: never. */
  version: number | null;
  runs: readonly Run[];
  pause: Pause | null;
  stopped: readonly StoppedTask[];
  kindHolds: readonly KindHold[];
  acknowledgements: readonly Acknowledgement[];
  pauses: readonly ScopedPause[];
  windows: readonly AccountWindow[];
  /** By run: what its worktree uses. */
  diskMb: ReadonlyMap<string, number>;
  /** As it was shown last; null: never measured. */
  room: Room | null;
  /** What the runs of the local day have used; `usd` null: unknown. Null: never read, or not needed. */
  today: { readonly dayMs: number; readonly usd: number | null; readonly readAtMs: number } | null;
  /** What the last cycle was built from. */
  input: RunsInput | null;
  lastLook: ClocksAt | null;
  /** Since the oldest open run was queued, of any host; oldest first. */
  sleeps: readonly Sleep[];
  /** Times that passed only on the clock, beside these sleeps; oldest first. */
  lostTimes: readonly LostTime[];
  /** Until when silence tells nothing, and why. */
  grace: {
    readonly why: string;
    readonly untilMs: number;
    /** Null for a runner that just took over. */
    readonly jumpedAtMs: number | null;
  } | null;
};

export function createRunsMemory(): RunsMemory {
  return {
    version: null,
    runs: [],
    pause: null,
    stopped: [],
    kindHolds: [],
    acknowledgements: [],
    pauses: [],
    windows: [],
    diskMb: new Map(),
    room: null,
    today: null,
    input: null,
    lastLook: null,
    sleeps: [],
    lostTimes: [],
    grace: null,
  };
}

// A transition is one entry of the activity feed: a change between two snapshots, with its reason.

import type { SignalCode } from "./signal.ts";
import type { Group } from "./snapshot.ts";

type Common = {
  readonly atMs: number;
  readonly key: string;
  readonly title: string;
  readonly owner: string | null;
};

/** What somebody did by hand: through a command or a button. */
export const ACTIONS = [
  "kickoff",
  "stop",
  "continue",
  "answer",
  "claim",
  "release",
  "close",
  "rebase",
  "pause",
  "resume",
  "acknowledge",
  "snooze",
  "withdraw_acknowledgement",
] as const;
export type Action = (typeof ACTIONS)[number];

/** `key` is empty for what concerns no one task (a pause). */
export type ActionChange = Common & {
  readonly kind: "acted";
  readonly action: Action;
  readonly by: string;
  /** Why, or what was said; null when nothing was. */
  readonly note: string | null;
  /** Actions belong to no group. */
  readonly group: null;
};

/** What `diff` finds. `moved` with `from: null` is a task that appeared; `to: null` one that is gone. */
export type ActivityChange =
  | ActionChange
  | (Common & {
      readonly kind: "moved";
      readonly from: Group | null;
      readonly to: Group | null;
      readonly reason: string;
    })
  | (Common & {
      readonly kind: "signal_raised" | "signal_cleared";
      readonly code: SignalCode;
      readonly tier: 1 | 2;
      readonly sentence: string;
      /** The task's group after the change; null when the task is gone. */
      readonly group: Group | null;
    });

/** A stored transition: `id` grows by one per transition and is stable; `seq` is the snapshot that brought it. */
export type ActivityEvent = ActivityChange & { readonly id: number; readonly seq: number };

// The activity feed: changes between two snapshots, and people's actions, each with its reason.

import type { SignalCode } from "./signal.ts";
import type { Group } from "./snapshot.ts";

type Common = {
  readonly atMs: number;
  readonly key: string;
  readonly title: string;
  readonly owner: string | null;
};

/** What people do through a command or a button. */
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

/** `key` is empty for actions without a task (a pause). */
export type ActionChange = Common & {
  readonly kind: "acted";
  readonly action: Action;
  readonly by: string;
  /** The reason or message, if any. */
  readonly note: string | null;
  readonly group: null;
};

/** `moved` with `from: null` is a new task; with `to: null`, one that is gone. */
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
      /** The task's group after the change; null if the task is gone. */
      readonly group: Group | null;
    });

/** A stored transition: `id` grows by one per transition and is stable; `seq` is the snapshot that brought it. */
export type ActivityEvent = ActivityChange & { readonly id: number; readonly seq: number };

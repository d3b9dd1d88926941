// A transition is one entry of the activity feed: a change between two snapshots, with its reason.

import type { SignalCode } from "../signal/signal.ts";
import type { Group } from "./schema.ts";

type Common = {
  readonly atMs: number;
  readonly key: string;
  readonly title: string;
  readonly owner: string | null;
};

/** What `diff` finds. `moved` with `from: null` is a task that appeared; `to: null` one that is gone. */
export type TransitionChange =
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
export type Transition = TransitionChange & { readonly id: number; readonly seq: number };

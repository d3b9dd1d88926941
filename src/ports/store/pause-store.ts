// Pauses of accounts, hosts and set-ups, and what is known of usage windows. Part of the store (store.ts).

import type { ActionChange } from "../../core/contract/activity.ts";
import type { AccountWindow, PauseScope, ScopedPause } from "../../core/records/scoped-pause.ts";

export type PauseStore = {
  /** By scope: its kind, then its name. */
  readScopedPauses(): Promise<readonly ScopedPause[]>;
  /**
   * Compare-and-set: false when the stored one has another revision than `pause.revision` (0: there is none). Counts as a
   * change of runs.
   */
  writeScopedPause(input: { readonly pause: ScopedPause; readonly action?: ActionChange }): Promise<boolean>;
  /** False when its revision is another one. */
  dropScopedPause(input: {
    readonly scope: PauseScope;
    readonly revision: number;
    readonly action?: ActionChange;
  }): Promise<boolean>;

  /** By account and window. */
  readAccountWindows(): Promise<readonly AccountWindow[]>;
  /** Replaces that of the same account and window unless that one is newer. Counts as a change of runs. */
  writeAccountWindow(window: AccountWindow): Promise<void>;
};

// Pauses and usage windows as the snapshot shows them.

import type { Run } from "../contract/run.ts";
import type { Dispatch, PauseView } from "../contract/run-view.ts";
import { isByHand } from "../pause/pause-by-hand.ts";
import { pauseWords } from "../pause/pause-words.ts";
import type { AccountWindow, ScopedPause } from "../records/scoped-pause.ts";
import { isoTime, isoTimeOrNull } from "../text/iso-time.ts";

export type PausesInput = {
  readonly pauses: readonly ScopedPause[];
  readonly windows: readonly AccountWindow[];
  /** The open runs. */
  readonly runs: readonly Run[];
  /** By worker. */
  readonly accounts: Readonly<Record<string, string>>;
};

/** Without who waits for each: the rows say that (waiting-tasks.ts). */
export function viewPauses({ pauses, runs, accounts }: Omit<PausesInput, "windows">): Dispatch["pauses"] {
  return pauses.flatMap((pause) => {
    const { phase, scope } = pause;
    if (phase === "suspected") return [];
    const view: PauseView = {
      scope: { ...scope },
      cause: pause.cause,
      why: pause.why,
      sentence: pauseWords(pause),
      since: isoTime(pause.sinceMs),
      until: isoTimeOrNull(pause.untilMs),
      next_probe: isoTimeOrNull(pause.nextProbeMs),
      by_hand: isByHand(pause),
      phase,
      probe: runs.find(({ id }) => id === pause.probe)?.key ?? null,
      starts: pause.starts.length,
      ...{ waiting: 0, waiting_tasks: [] },
      workers: scope.kind === "account" ? namesOf(accounts, scope.name) : [],
      window: pause.window,
    };
    return [view];
  });
}

function namesOf(accounts: PausesInput["accounts"], account: string): string[] {
  return Object.entries(accounts).flatMap(([name, of]) => (of === account ? [name] : []));
}

export function viewWindows({ windows }: Pick<PausesInput, "windows">): Dispatch["windows"] {
  return windows.map(({ account, window, usedPercent, resetsAtMs, atMs }) => ({
    account,
    window,
    used_percent: usedPercent,
    resets_at: isoTimeOrNull(resetsAtMs),
    at: isoTime(atMs),
  }));
}

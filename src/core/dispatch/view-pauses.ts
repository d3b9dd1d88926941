// Pauses and usage windows as the snapshot shows them.

import type { WorkerSettings } from "../agent/contract/agent-kind.ts";
import { accountOf } from "../agent/workers/account.ts";
import type { Run } from "../contract/run.ts";
import type { Dispatch, PauseView } from "../contract/run-view.ts";
import { pauseSentence } from "../pause/pause-words.ts";
import { isHeldBy } from "../pause/start-through.ts";
import type { AccountWindow, ScopedPause } from "../records/scoped-pause.ts";
import { isoTime, isoTimeOrNull } from "../text/iso-time.ts";

export type PausesInput = {
  readonly pauses: readonly ScopedPause[];
  readonly windows: readonly AccountWindow[];
  /** The open runs. */
  readonly runs: readonly Run[];
  readonly workers: readonly WorkerSettings[];
  readonly host: string;
};

export function viewPauses({ pauses, runs, workers, host }: PausesInput): Dispatch["pauses"] {
  return pauses.flatMap((pause) => {
    const { phase, scope } = pause;
    if (phase === "suspected") return [];
    const waiting = runs.filter((run) => isHeldBy(run, scope)).length;
    const view: PauseView = {
      scope: { ...scope },
      cause: pause.cause,
      why: pause.why,
      sentence: pauseSentence(pause, waiting),
      since: isoTime(pause.sinceMs),
      until: isoTimeOrNull(pause.untilMs),
      next_probe: isoTimeOrNull(pause.nextProbeMs),
      phase,
      probe: runs.find(({ id }) => id === pause.probe)?.key ?? null,
      starts: pause.starts.length,
      waiting,
      workers: scope.kind === "account" ? namesOf(workers, scope.name, host) : [],
      window: pause.window,
    };
    return [view];
  });
}

function namesOf(workers: readonly WorkerSettings[], account: string, host: string): string[] {
  return workers.filter((worker) => accountOf(worker, host) === account).map(({ name }) => name);
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

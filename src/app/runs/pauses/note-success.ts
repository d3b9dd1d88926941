// What ends a pause: an agent whose model answers, and a set-up that succeeds.

import type { RunId } from "../../../core/contract/run.ts";
import { answered } from "../../../core/pause/ease-pause.ts";
import { concernsSetUp } from "../../../core/pause/start-through.ts";
import type { AccountWindow, ScopedPause } from "../../../core/records/scoped-pause.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { PauseStore } from "../../../ports/store/pause-store.ts";
import { type ChangeablePauses, changePause } from "./change-pause.ts";

type Place = { readonly account: string; readonly host: string };

/** The model of this run's agent has answered. One read while nothing is paused. */
export async function noteModelAnswered(
  store: ChangeablePauses,
  { run, account, host }: Place & { readonly run: RunId },
): Promise<void> {
  await noteAnswer(store, run, ({ scope }) =>
    scope.kind === "account" ? scope.name === account : scope.kind === "host" && scope.name === host,
  );
}

/** The run's set-up has succeeded. */
export async function noteSetUpDone(store: ChangeablePauses, run: RunId, host: string): Promise<void> {
  await noteAnswer(
    store,
    run,
    ({ scope }) => scope.kind === "setup" && concernsSetUp(scope.name, host, null),
  );
}

async function noteAnswer(
  store: ChangeablePauses,
  run: RunId,
  isMeant: (pause: ScopedPause) => boolean,
): Promise<void> {
  for (const pause of (await store.readScopedPauses()).filter(isMeant))
    await changePause(store, pause.scope, (before) => before && answered(before, run));
}

/** Each write wakes the runner, and agents repeat what they said with each answer. */
const SAME_FOR_MS = MINUTE_MS;

/** What an agent says of a usage window. The same again within a minute is not written. */
export async function noteWindow(
  store: Pick<PauseStore, "readAccountWindows" | "writeAccountWindow">,
  window: AccountWindow,
): Promise<void> {
  const known = (await store.readAccountWindows()).find(
    ({ account, window: name }) => account === window.account && name === window.window,
  );
  const isSame = known?.usedPercent === window.usedPercent && known.resetsAtMs === window.resetsAtMs;
  if (!isSame || window.atMs - known.atMs >= SAME_FOR_MS) await store.writeAccountWindow(window);
}

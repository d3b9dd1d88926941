// Long work shows its progress on a terminal (C4); short work and pipes stay silent.

import type { LiveSnapshot } from "../../app/server/live-snapshot.ts";
import { type CycleProgress, describeProgress } from "../../core/contract/cycle-progress.ts";
import type { Output } from "./output.ts";

/** Work this short needs no progress. */
const QUIET_MS = 1_000;
const TICK_MS = 1_000;

export type ReportProgress = (progress: CycleProgress) => void;

/** Runs `work`; after a second a line on stderr shows what is being done, how far it is and for how long. */
export async function withProgress<T>(
  output: Output,
  doing: string,
  work: (tell: ReportProgress) => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  let newest = "";
  const tick = () => {
    const passedS = Math.round((performance.now() - startedMs) / 1000);
    output.progress(`${doing}${newest}, ${passedS} s ...`);
  };
  let timer = setTimeout(function next() {
    tick();
    timer = setTimeout(next, TICK_MS);
  }, QUIET_MS);
  try {
    return await work((progress) => {
      newest = `: ${describeProgress(progress)}`;
    });
  } finally {
    clearTimeout(timer);
    output.progress(null);
  }
}

/** Shows how far a server's long updates are, until the returned function is called. */
export function followProgress(
  output: Output,
  live: Pick<LiveSnapshot, "subscribe" | "freshness">,
): () => void {
  let isShown = false;
  const show = (progress: CycleProgress | null) => {
    if (progress !== null) output.progress(`Updating: ${describeProgress(progress)} ...`);
    else if (isShown) output.progress(null);
    isShown = progress !== null;
  };
  const unsubscribe = live.subscribe(() => show(live.freshness().progress));
  return () => {
    unsubscribe();
    show(null);
  };
}

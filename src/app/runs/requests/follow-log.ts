// Follows a worker's output, across rotations of its log, until the run has ended and everything was read.

import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { sleep } from "../../wait/sleep.ts";
import type { RunsContext } from "../change/runs-context.ts";

/** People read along, and checking the end of a local file is cheap. */
const POLL_MS = 200;
/** What a chatty worker prints between two reads. */
const LINES_AT_ONCE = 5_000;

export type LogFollower = {
  /** `isCut`: lines before these were dropped or not asked for. */
  readonly onLines: (lines: readonly string[], isCut: boolean) => void;
  readonly signal: AbortSignal;
};

type FollowContext = Pick<RunsContext, "store" | "runFiles">;

/** The run when its output is over or `signal` aborts; null when the run is gone. */
export async function followLog(
  { store, runFiles }: FollowContext,
  { id, lines }: { readonly id: RunId; readonly lines: number },
  { onLines, signal }: LogFollower,
): Promise<Run | null> {
  let afterByte: number | null = null;
  for (;;) {
    // Read before the output: once the run has ended, the last output is there.
    const run = await store.readRun(id);
    const options = afterByte === null ? { lines } : { lines: LINES_AT_ONCE, afterByte };
    const tail = await runFiles.readLog(id, options);
    if (tail !== null) {
      if (tail.lines.length > 0) onLines(tail.lines, tail.cut);
      const mayHaveMore = tail.endByte !== afterByte && tail.lines.length > 0;
      afterByte = tail.endByte;
      if (mayHaveMore && !signal.aborted) continue;
    }
    if (run === null || !isLive(run) || signal.aborted) return run;
    await sleep(POLL_MS, signal);
  }
}

// A worker's output as it comes, across the rotation of its log, until the run has ended and all of it was read.

import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { sleep } from "../../wait/sleep.ts";
import type { RunsContext } from "../change/runs-context.ts";

/** People read along; the log is a local file, and a look at its end is cheap. */
const LOOK_MS = 200;
/** Lines read at a time: what a chatty worker says between two looks. */
const LINES_AT_ONCE = 5_000;

export type LogFollower = {
  /** Lines as they come; `isCut` when some before them were dropped or not asked for. */
  readonly onLines: (lines: readonly string[], isCut: boolean) => void;
  readonly signal: AbortSignal;
};

type FollowContext = Pick<RunsContext, "store" | "runFiles">;

/** The run as it is when its output is over, or nobody wants more of it; null when it is gone. */
export async function followLog(
  { store, runFiles }: FollowContext,
  { id, lines }: { readonly id: RunId; readonly lines: number },
  { onLines, signal }: LogFollower,
): Promise<Run | null> {
  let afterByte: number | null = null;
  for (;;) {
    // Looked at before the output: what a worker said last is there once it has ended.
    const run = await store.readRun(id);
    const options = afterByte === null ? { lines } : { lines: LINES_AT_ONCE, afterByte };
    const tail = await runFiles.readLog(id, options);
    if (tail !== null) {
      if (tail.lines.length > 0) onLines(tail.lines, tail.cut);
      if (tail.endByte !== afterByte && tail.lines.length > 0) {
        afterByte = tail.endByte;
        // There may be more of it already.
        if (!signal.aborted) continue;
      }
      afterByte = tail.endByte;
    }
    if (run === null || !isLive(run) || signal.aborted) return run;
    await sleep(LOOK_MS, signal);
  }
}

// Follows what a worker leaves, its output or its events, across rotations of the file, until the run has ended and
// everything was read.

import type { TimedEvent } from "../../../core/agent/contract/agent-event.ts";
import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { sleep } from "../../wait/sleep.ts";
import type { RunsContext } from "../change/runs-context.ts";

/** People read along, and checking the end of a local file is cheap. */
const POLL_MS = 200;
/** What a chatty worker leaves between two reads. */
const ITEMS_AT_ONCE = 5_000;

export type Follower<Item> = {
  /** `isCut`: items before these were dropped or not asked for. */
  readonly onItems: (items: readonly Item[], isCut: boolean) => void;
  readonly signal: AbortSignal;
};

type FollowContext = Pick<RunsContext, "store" | "runFiles">;
type Start = { readonly id: RunId; readonly last: number };
type Part<Item> = { readonly items: readonly Item[]; readonly cut: boolean; readonly endByte: number };
type Read<Item> = (last: number, afterByte: number | null) => Promise<Part<Item> | null>;

/** Lines of output. The run when its output is over or `signal` aborts; null when the run is gone. */
export async function followLog(
  context: FollowContext,
  start: Start,
  follower: Follower<string>,
): Promise<Run | null> {
  return await follow(context, start, follower, async (lines, afterByte) => {
    const tail = await context.runFiles.readLog(start.id, { lines, ...from(afterByte) });
    return tail && { ...tail, items: tail.lines };
  });
}

/** Events of its agent; ends as `followLog` does. */
export async function followEvents(
  context: FollowContext,
  start: Start,
  follower: Follower<TimedEvent>,
): Promise<Run | null> {
  return await follow(context, start, follower, async (last, afterByte) => {
    const tail = await context.runFiles.readEvents(start.id, { last, ...from(afterByte) });
    return tail && { ...tail, items: tail.events };
  });
}

/** Waits until a live worker has left anything; whether there are events. */
export async function awaitEvents(
  { store, runFiles }: FollowContext,
  id: RunId,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const run = await store.readRun(id);
    if ((await runFiles.readEvents(id, { last: 1 })) !== null) return true;
    if ((await runFiles.readLog(id, { lines: 1 })) !== null) return false;
    if (run === null || !isLive(run) || signal.aborted) return false;
    await sleep(POLL_MS, signal);
  }
}

const from = (afterByte: number | null) => (afterByte === null ? {} : { afterByte });

async function follow<Item>(
  { store }: FollowContext,
  { id, last }: Start,
  { onItems, signal }: Follower<Item>,
  read: Read<Item>,
): Promise<Run | null> {
  let afterByte: number | null = null;
  for (;;) {
    // Read before the file: once the run has ended, the last of it is there.
    const run = await store.readRun(id);
    const part = await read(afterByte === null ? last : ITEMS_AT_ONCE, afterByte);
    if (part !== null) {
      if (part.items.length > 0) onItems(part.items, part.cut);
      const mayHaveMore = part.endByte !== afterByte && part.items.length > 0;
      afterByte = part.endByte;
      if (mayHaveMore && !signal.aborted) continue;
    }
    if (run === null || !isLive(run) || signal.aborted) return run;
    await sleep(POLL_MS, signal);
  }
}

// When the disk is nearly full, folders that can be made again (worktree.disposable) go from the worktrees of ended runs, the
// closed ones first, until there is room for starts. A run that is live, queued, asking or taken over keeps its own, and so
// does a worktree in which a process works. Each removal is an entry of the activity feed.

import { hasEnded, type Run } from "../../../core/contract/run.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { changed } from "../../../core/run/run-transitions.ts";
import { fileSize } from "../../../core/text/file-size.ts";
import { listed, namedProcesses } from "../../../core/text/listed.ts";
import { actionOf, labelOf } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { type ListedWorktree, listWorktrees } from "./list-worktrees.ts";

type ReliefContext = Pick<RunsContext, "store" | "worktrees" | "workers" | "clock" | "log">;

export type Relieved = { readonly slug: string; readonly folders: readonly string[]; readonly bytes: number };

/** Who the feed says it was. */
export const RELIEF = "room";

/** Stops once `neededBytes` are free; null: frees all that it may. */
export async function relievePressure(
  context: ReliefContext,
  { neededBytes, signal }: { readonly neededBytes: number | null; readonly signal: AbortSignal },
): Promise<readonly Relieved[]> {
  const relieved: Relieved[] = [];
  let freedBytes = 0;
  for (const worktree of await candidates(context, signal)) {
    if (signal.aborted || (neededBytes !== null && freedBytes >= neededBytes)) break;
    const freed = await relieveOne(context, worktree, signal);
    if (freed === null) continue;
    freedBytes += freed.bytes;
    relieved.push(freed);
  }
  return relieved;
}

/** Of closed runs first, then those that have waited longest. */
async function candidates(context: ReliefContext, signal: AbortSignal): Promise<readonly ListedWorktree[]> {
  const found = await listWorktrees(context, { measure: false, signal });
  const usable = found.filter(({ run, lastRun, processes }) => {
    return lastRun !== null && whyKept(run) === null && processes.length === 0;
  });
  const order = ({ run, lastRun }: ListedWorktree) => [run === null ? 0 : 1, lastRun?.sinceMs ?? 0] as const;
  return usable.toSorted((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1]);
}

/** `open`: the open run of its task. */
function whyKept(open: Run | null): string | null {
  if (open === null) return null;
  if (!hasEnded(open) || open.state !== "exited") return "its run continues";
  if (open.kind === "by_hand" || open.takenOver !== null) return "a person works in it";
  return openQuestion(open) === null ? null : "its run waits for an answer";
}

async function relieveOne(
  context: ReliefContext,
  { slug, worktree, lastRun }: ListedWorktree,
  signal: AbortSignal,
): Promise<Relieved | null> {
  const { store, worktrees, workers, log } = context;
  const freed = await worktrees.freeDisposable(slug, {
    signal,
    // A run may have started since the list was made.
    whyKept: async () => {
      const working = workers.workingIn([worktree]).get(worktree) ?? [];
      const kept = whyKept(await store.readOpenRun(slug));
      return kept ?? (working.length === 0 ? null : `${namedProcesses(working)} works in it`);
    },
  });
  if (freed.kind === "refused") log.info({ worktree, why: freed.why }, "folders that can be made again stay");
  if (freed.kind === "refused" || freed.folders.length === 0) return null;
  const { folders, bytes } = freed;
  const note = `there was no room: removed ${listed(folders)} (${fileSize(bytes)}) from its worktree; they can be made again`;
  log.info({ worktree, folders, bytes }, "folders that can be made again were removed");
  if (lastRun !== null) await noteRelief(context, lastRun, note);
  return { slug, folders, bytes };
}

async function noteRelief({ store, clock }: ReliefContext, run: Run, note: string): Promise<void> {
  const act = { by: RELIEF, atMs: clock.wallMs(), note };
  const action = actionOf("release", await labelOf(store, run), act);
  await changeRun(store, { id: run.id, epoch: null, change: changed, action });
}

// Who waits for each pause: runs that an attempt left to it, and what is in the queue and would start with it. Only the rows
// know that, so the snapshot's header adds it (core/snapshot/build-header.ts).

import type { Dispatch, PauseView } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { waitSentence } from "../pause/pause-words.ts";
import { isSameScope } from "../records/scoped-pause.ts";
import { concernsTask } from "./pauses-in-plan.ts";
import { inOrder } from "./queue-order.ts";
import { isCandidate, whyBarred, whyBlocked } from "./why-not-started.ts";

/** As many as a page or a terminal shows; the number is of all. */
const NAMED_MAX = 20;

/** `rows`: of the whole repository. */
export function withWaiting(dispatch: Dispatch, rows: Iterable<TaskRow>): Dispatch {
  if (dispatch.pauses.length === 0) return dispatch;
  const queue = queueOf(rows, dispatch);
  return { ...dispatch, pauses: dispatch.pauses.map((pause) => waitedFor(pause, queue, dispatch)) };
}

/** The same tasks as rows, in the queue's order: all that a pause counts. */
export function waitingFor(
  pause: PauseView,
  rows: Iterable<TaskRow>,
  dispatch: Dispatch,
): readonly TaskRow[] {
  return queueOf(rows, dispatch).filter((row) => waitsFor(row, pause, dispatch));
}

function queueOf(rows: Iterable<TaskRow>, dispatch: Dispatch): readonly TaskRow[] {
  return [...rows].filter((row) => isCandidate(row) && mayStart(row, dispatch)).sort(inOrder);
}

/** A held run waits for its pause whatever else it waits for. */
function mayStart(row: TaskRow, dispatch: Dispatch): boolean {
  return isHeld(row) || (whyBarred(row, dispatch) === null && whyBlocked(row, dispatch) === null);
}

const isHeld = ({ run }: TaskRow) => run?.state === "queued" && run.held !== null && run.held.scope !== null;

function waitsFor(row: TaskRow, pause: PauseView, dispatch: Dispatch): boolean {
  return isSameScope(row.run?.held?.scope ?? null, pause.scope) || concernsTask(pause, row, dispatch);
}

function waitedFor(pause: PauseView, queue: readonly TaskRow[], dispatch: Dispatch): PauseView {
  const waiting = queue.filter((row) => waitsFor(row, pause, dispatch));
  return {
    ...pause,
    sentence: waitSentence(pause.sentence, waiting.length),
    waiting: waiting.length,
    waiting_tasks: waiting.slice(0, NAMED_MAX).map(({ key }) => key),
  };
}

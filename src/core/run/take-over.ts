// A person takes over a worker's session: the worker is stopped, and the run stays in the person's name until it is handed
// back, finished or closed. Meanwhile nothing retries, resumes or replaces it. A supervisor or runner of the version before
// knows only the stop, and leaves the run as it is too.

import { type Act, hasEnded, isLive, type ProcessIdentity } from "../contract/run.ts";
import { inSentence } from "../text/listed.ts";
import {
  addFollowUp,
  changed,
  type RunTransition,
  refused,
  requestStop,
  requeue,
} from "./run-transitions.ts";

export type TakeOver = Act & {
  /** The process that has the session open. */
  readonly holder: ProcessIdentity;
  /** The process that held it before has let go, or is gone. */
  readonly isFree: boolean;
};

/** Holds a run that has ended or is queued; a live one is asked to stop as well, and is held from now on. */
export const takeOver: RunTransition<TakeOver> = (run, { by, atMs, holder, isFree }) => {
  if (run.state === "closed") return refused("it is closed");
  if (run.kind === "by_hand") return refused("it was claimed by hand");
  if (run.takenOver !== null && !isFree) return refused(`${inSentence(run.takenOver.by)} has it open`);
  const takenOver = { by, atMs, holder };
  const stopRequest = { by, atMs, kind: "stop", note: "taken over" } as const;
  if (!isLive(run)) {
    // A queued one would be started otherwise.
    const isQueued = run.state === "queued";
    const kept = isQueued ? ({ state: "interrupted", sinceMs: atMs, notBeforeMs: null } as const) : {};
    return changed({ ...run, ...kept, held: null, stopRequest, takenOver });
  }
  const stopped = requestStop(run, stopRequest);
  return stopped.kind === "refused" ? stopped : changed({ ...stopped.run, takenOver });
};

/** The session is closed, and the run stays in the person's name. */
export const keepTakenOver: RunTransition<Act> = (run) =>
  run.takenOver === null
    ? refused(NOT_TAKEN)
    : changed({ ...run, takenOver: { ...run.takenOver, holder: null } });

/** taken over -> queued: the next attempt continues in the same session, with these words. */
export const handBack: RunTransition<Act & { readonly text: string }> = (run, message) => {
  if (run.takenOver === null) return refused(NOT_TAKEN);
  if (!hasEnded(run)) return refused("its worker has not ended");
  const messaged = addFollowUp({ ...run, takenOver: null }, message);
  if (messaged.kind === "refused") return messaged;
  return requeue(messaged.run, { notBeforeMs: null, because: "person", nowMs: message.atMs });
};

/** taken over -> exited: the person has done the work. */
export const finishTakenOver: RunTransition<Act & { readonly note: string }> = (run, { atMs, note }) => {
  if (run.takenOver === null) return refused(NOT_TAKEN);
  if (!hasEnded(run)) return refused("its worker has not ended");
  return changed({
    ...run,
    state: "exited",
    sinceMs: atMs,
    outcome: { kind: "done", note, atMs },
    takenOver: null,
    stopRequest: null,
    failuresInRow: 0,
    wait: null,
  });
};

const NOT_TAKEN = "no one has taken it over";

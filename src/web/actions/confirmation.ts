// What is asked before something is ended (U5): exactly which runs, so that the yes holds for those and no others. The
// store is asked, not the snapshot: between the two a run may have gone on.

import { type Refusal, refusal } from "../../core/contract/refusal.ts";
import { hasEnded, isLive, type Run } from "../../core/contract/run.ts";

export type Confirmation = {
  /** The action and all that it ends: what the confirm token is bound to. */
  readonly subject: string;
  readonly kind: "stop" | "withdraw" | "close" | "interrupt" | "stop_all";
  /** What would be ended. */
  readonly runs: readonly Run[];
  /** What the yes sends along beside its tokens. */
  readonly fields: Readonly<Record<string, string>>;
};

export type Asked = { readonly kind: "ask"; readonly confirmation: Confirmation } | Refusal;

/** For a stop of one run; null when there is no such run. */
export function askToStop(run: Run | null, note: string): Asked {
  const barred = whyNotEnded(run);
  if (run === null || barred !== null) return barred ?? GONE;
  const kind = isLive(run) ? "stop" : hasEnded(run) ? "close" : "withdraw";
  const fields = { ...seenFields(run), note };
  return { kind: "ask", confirmation: { subject: stopSubject(run), kind, runs: [run], fields } };
}

/** For a follow-up that does not wait until the worker has ended by itself. */
export function askToInterrupt(run: Run | null, prompt: string): Asked {
  const barred = whyNotEnded(run);
  if (run === null || barred !== null) return barred ?? GONE;
  const fields = { ...seenFields(run), prompt, interrupt: "1" };
  return {
    kind: "ask",
    confirmation: { subject: interruptSubject(run), kind: "interrupt", runs: [run], fields },
  };
}

/** For a stop of all workers there are now. */
export function askToStopAll(open: readonly Run[], note: string): Asked {
  const runs = open.filter((run) => isLive(run) && run.kind === "supervised");
  if (runs.length === 0) return refusal("No worker is at work.", "There is nothing to stop.");
  const fields = { runs: runs.map(({ id, epoch }) => `${id}@${epoch}`).join(" "), note };
  return {
    kind: "ask",
    confirmation: { subject: stopAllSubject(fields.runs), kind: "stop_all", runs, fields },
  };
}

type Seen = Pick<Run, "id" | "epoch">;

export const stopSubject = ({ id, epoch }: Seen): string => `stop ${id}@${epoch}`;
export const interruptSubject = ({ id, epoch }: Seen): string => `interrupt ${id}@${epoch}`;
export const stopAllSubject = (runs: string): string => `stop-all ${runs}`;

function seenFields({ id, epoch }: Seen): { readonly run: string; readonly epoch: string } {
  return { run: id, epoch: String(epoch) };
}

function whyNotEnded(run: Run | null): Refusal | null {
  if (run === null) return GONE;
  if (run.state === "closed") return refusal("This run is over already.", "There is nothing to stop.");
  if (run.kind === "supervised") return null;
  return refusal(
    `${run.workerName ?? run.queued.by} works on ${run.key} by hand, and is never ended from here.`,
    `\`tasks release ${run.key}\` gives the claim back.`,
  );
}

const GONE = refusal("There is no such run.", "Load the page again to see what there is.");

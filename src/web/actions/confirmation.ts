// What needs confirmation before it ends a run (U5). A confirmation names exact runs and is valid for no others. The
// store is read, not the snapshot, because a run may have changed in between.

import type { ActionResult } from "../../app/runs/requests/run-actions.ts";
import { type Refusal, refusal } from "../../core/contract/refusal.ts";
import { hasEnded, isLive, type Run } from "../../core/contract/run.ts";

export type Confirmation = {
  /** The action and everything it ends; the confirm token is bound to it. */
  readonly subject: string;
  readonly kind: "stop" | "withdraw" | "close" | "interrupt" | "stop_all";
  /** The runs it would end. */
  readonly runs: readonly Run[];
  /** Form fields to send with the confirmation. */
  readonly fields: Readonly<Record<string, string>>;
};

export type Asked = { readonly kind: "ask"; readonly confirmation: Confirmation } | Refusal;

/** What became of a submitted form. */
export type Performed =
  | ActionResult
  | Asked
  /** The form itself is invalid. */
  | { readonly kind: "incomplete"; readonly field: string; readonly expected: string };

/** To stop one run; the run is null if it does not exist. */
export function askToStop(run: Run | null, note: string): Asked {
  const barred = whyNotEnded(run);
  if (run === null || barred !== null) return barred ?? GONE;
  const kind = isLive(run) ? "stop" : hasEnded(run) ? "close" : "withdraw";
  const fields = { ...seenFields(run), note };
  return { kind: "ask", confirmation: { subject: stopSubject(run), kind, runs: [run], fields } };
}

/** To deliver a message now instead of when the worker's turn ends. */
export function askToInterrupt(run: Run | null, prompt: string): Asked {
  const barred = whyNotEnded(run);
  if (run === null || barred !== null) return barred ?? GONE;
  const fields = { ...seenFields(run), prompt, interrupt: "1" };
  return {
    kind: "ask",
    confirmation: { subject: interruptSubject(run), kind: "interrupt", runs: [run], fields },
  };
}

/** To stop all current workers. */
export function askToStopAll(open: readonly Run[], note: string): Asked {
  const runs = open.filter((run) => isLive(run) && run.kind === "supervised");
  if (runs.length === 0) return refusal("No worker is running.", "There is nothing to stop.");
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
  if (run.state === "closed") return refusal("This run has already ended.", "There is nothing to stop.");
  if (run.kind === "supervised") return null;
  return refusal(
    `${run.workerName ?? run.queued.by} is working on ${run.key} by hand, so it cannot be stopped from here.`,
    `\`tasks release ${run.key}\` releases the claim.`,
  );
}

const GONE = refusal("There is no such run.", "Reload the page to see the current runs.");

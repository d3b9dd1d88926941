// Undo: each action returns what restores the state before it. It is refused once something has been built on the action.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import { closeRun } from "../../../core/run/run-transitions.ts";
import { retractAnswer, retractMessage, type SentMessage } from "../../../core/run/take-back.ts";
import type { Pause } from "../../../ports/store/run-store.ts";
import { type Decision, type ProposedTask, undecideProposal } from "../../tasks/decide-proposal.ts";
import type { EditContext } from "../../tasks/edit-task.ts";
import { actionOf, NO_TASK } from "../change/action-of.ts";
import { changeByPerson } from "../change/change-by-person.ts";
import type { RunsContext } from "../change/runs-context.ts";
import type { AcknowledgementStep } from "./acknowledge.ts";

export type UndoStep =
  | {
      readonly kind: "acknowledgements";
      readonly key: string;
      readonly steps: readonly AcknowledgementStep[];
    }
  | { readonly kind: "pause"; readonly before: Pause | null; readonly after: Pause | null }
  | { readonly kind: "kickoff"; readonly run: RunId }
  | { readonly kind: "proposal"; readonly task: ProposedTask; readonly decision: Decision }
  | { readonly kind: "answer" | "message"; readonly before: Run; readonly said: SentMessage };

type RunUndoContext = Pick<RunsContext, "clock" | "store">;
type UndoContext = RunUndoContext & EditContext;
export type Undone = { readonly kind: "undone" } | Refusal;

const UNDONE: Undone = { kind: "undone" };

export async function undoAction(context: UndoContext, step: UndoStep, by: string): Promise<Undone> {
  switch (step.kind) {
    case "acknowledgements":
      return await undoAcknowledgements(context, step, by);
    case "pause":
      return await undoPause(context, step, by);
    case "proposal": {
      const undone = await undecideProposal(context, step.task, step.decision);
      return undone.kind === "refused" ? CHANGED_SINCE : UNDONE;
    }
    case "kickoff":
      return await undoKickoff(context, step.run, by);
    case "answer":
    case "message":
      return await undoMessage(context, step, by);
  }
}

/** All of them or none; none if one has been changed since. */
async function undoAcknowledgements(
  { clock, store }: RunUndoContext,
  { key, steps }: Extract<UndoStep, { kind: "acknowledgements" }>,
  by: string,
): Promise<Undone> {
  const known = await store.readAcknowledgements();
  const current = (code: string) => known.find((one) => one.key === key && one.code === code) ?? null;
  if (steps.some(({ code, after }) => !isSameAct(current(code), after))) return CHANGED_SINCE;
  const label = (await store.readRow(key)) ?? { key, title: key, owner: null };
  for (const { code, before } of steps) {
    const act = { by, atMs: clock.wallMs(), note: `${code}: undone` };
    if (before === null) {
      const action = actionOf("withdraw_acknowledgement", label, act);
      await store.dropAcknowledgement({ key, code, action });
    } else {
      const action = actionOf(before.kind === "snoozed" ? "snooze" : "acknowledge", label, act);
      await store.writeAcknowledgement({ acknowledgement: before, action });
    }
  }
  return UNDONE;
}

async function undoPause(
  { clock, store }: RunUndoContext,
  { before, after }: Extract<UndoStep, { kind: "pause" }>,
  by: string,
): Promise<Undone> {
  if (!isSameAct(await store.readPause(), after)) return CHANGED_SINCE;
  const act = { by, atMs: clock.wallMs(), note: "undone" };
  const action = actionOf(before === null ? "resume" : "pause", NO_TASK, act);
  await store.writePause({ pause: before, action });
  return UNDONE;
}

async function undoKickoff({ clock, store }: RunUndoContext, id: RunId, by: string): Promise<Undone> {
  const run = await store.readRun(id);
  if (run === null) return GONE;
  const act = { by, atMs: clock.wallMs() };
  const changed = await changeByPerson(store, run, {
    act,
    action: "stop",
    note: "kickoff undone",
    change: (now) => {
      if (now.state === "closed") return { kind: "refused", why: "it is no longer in the queue" };
      return now.state === "queued" && now.attempt === 0
        ? closeRun(now, { ...act, as: "abandoned", why: "its kickoff was undone" })
        : { kind: "refused", why: "its worker is starting or has started; Stop ends it" };
    },
    explain: tooLate,
  });
  return changed.kind === "changed" ? UNDONE : changed;
}

async function undoMessage(
  { clock, store }: RunUndoContext,
  { kind, before, said }: Extract<UndoStep, { kind: "answer" | "message" }>,
  by: string,
): Promise<Undone> {
  const retract = kind === "answer" ? retractAnswer : retractMessage;
  const changed = await changeByPerson(store, before, {
    act: { by, atMs: clock.wallMs() },
    action: kind === "answer" ? "answer" : "continue",
    note: `taken back: ${said.text}`,
    change: (run) => retract(run, { before, sent: said }),
    explain: tooLate,
  });
  return changed.kind === "changed" ? UNDONE : changed;
}

/** Whether two records are of one act: no one acts twice in one millisecond. */
function isSameAct<One extends { readonly by: string; readonly atMs: number }>(
  one: One | null,
  other: One | null,
): boolean {
  return one === null || other === null ? one === other : one.by === other.by && one.atMs === other.atMs;
}

function tooLate(_run: Run, why: string): Refusal {
  return refusal(`Too late to undo: ${why}.`, "The task's page shows its current state.");
}

const CHANGED_SINCE = refusal(
  "Too late to undo: it has been changed again.",
  "The page shows the current state.",
);

const GONE = refusal("Too late to undo: the run is gone.", "`tasks runs` lists the runs.");

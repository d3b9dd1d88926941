// Undo: an action leaves behind what it takes to restore what was before, and that is done only while nothing has been
// built on it. Whoever comes too late reads why.

import type { Action } from "../../../core/contract/activity.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import { closeRun, type RunChange } from "../../../core/run/run-transitions.ts";
import { retractAnswer, retractMessage, type SentMessage } from "../../../core/run/take-back.ts";
import type { Pause } from "../../../ports/store/run-store.ts";
import { actionOf, labelOf, NO_TASK } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
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
  | { readonly kind: "answer" | "message"; readonly before: Run; readonly said: SentMessage };

type UndoContext = Pick<RunsContext, "clock" | "store">;
export type Undone = { readonly kind: "undone" } | Refusal;

const UNDONE: Undone = { kind: "undone" };

/** `by`: who undoes it. */
export async function undoAction(world: UndoContext, step: UndoStep, by: string): Promise<Undone> {
  switch (step.kind) {
    case "acknowledgements":
      return await undoAcknowledgements(world, step, by);
    case "pause":
      return await undoPause(world, step, by);
    case "kickoff":
      return await undoKickoff(world, step.run, by);
    case "answer":
    case "message":
      return await undoMessage(world, step, by);
  }
}

/** All of them or none: an acknowledgement that somebody has changed since is theirs. */
async function undoAcknowledgements(
  { clock, store }: UndoContext,
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
  { clock, store }: UndoContext,
  { before, after }: Extract<UndoStep, { kind: "pause" }>,
  by: string,
): Promise<Undone> {
  if (!isSameAct(await store.readPause(), after)) return CHANGED_SINCE;
  const act = { by, atMs: clock.wallMs(), note: "undone" };
  const action = actionOf(before === null ? "resume" : "pause", NO_TASK, act);
  await store.writePause({ pause: before, action });
  return UNDONE;
}

async function undoKickoff(world: UndoContext, id: RunId, by: string): Promise<Undone> {
  const act = { by, atMs: world.clock.wallMs() };
  const change = (run: Run): RunChange => {
    if (run.state === "closed") return { kind: "refused", why: "it is no longer in the queue" };
    return run.state === "queued" && run.attempt === 0
      ? closeRun(run, { ...act, as: "abandoned", why: "its kickoff was undone" })
      : { kind: "refused", why: "its worker is starting or has started; Stop ends it" };
  };
  return await revertRun(world, { id, change, action: "stop", note: "kickoff undone", act });
}

async function undoMessage(
  world: UndoContext,
  { kind, before, said }: Extract<UndoStep, { kind: "answer" | "message" }>,
  by: string,
): Promise<Undone> {
  const takeBack = kind === "answer" ? retractAnswer : retractMessage;
  return await revertRun(world, {
    id: before.id,
    change: (run) => takeBack(run, { before, said }),
    action: kind === "answer" ? "answer" : "continue",
    note: `taken back: ${said.text}`,
    act: { by, atMs: world.clock.wallMs() },
  });
}

type Change = {
  readonly id: RunId;
  readonly change: (run: Run) => RunChange;
  readonly action: Action;
  readonly note: string;
  readonly act: { readonly by: string; readonly atMs: number };
};

async function revertRun({ store }: UndoContext, { id, change, action, note, act }: Change): Promise<Undone> {
  const run = await store.readRun(id);
  if (run === null) return GONE;
  const entry = actionOf(action, await labelOf(store, run), { ...act, note });
  const outcome = await changeRun(store, { id, epoch: null, change, action: entry });
  if (outcome.kind === "changed") return UNDONE;
  return outcome.kind === "refused" ? tooLate(outcome.why) : GONE;
}

/** Two records of one act: nobody does the same thing twice in one millisecond. */
function isSameAct<One extends { readonly by: string; readonly atMs: number }>(
  one: One | null,
  other: One | null,
): boolean {
  return one === null || other === null ? one === other : one.by === other.by && one.atMs === other.atMs;
}

function tooLate(why: string): Refusal {
  return refusal(`Too late to undo: ${why}.`, "The task's page shows how it stands now.");
}

const CHANGED_SINCE = refusal(
  "Too late to undo: it was changed again since.",
  "The page shows how it stands now.",
);

const GONE = refusal("Too late to undo: the run is gone.", "`tasks runs` lists what there is.");

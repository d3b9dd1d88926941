// What a page can do to runs: the use cases behind its buttons, each with one answer that a page can show. Nothing here
// starts a process or runs git: the runner starts what is queued, and supervisors stop their workers.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import type { PauseScope } from "../../../core/records/scoped-pause.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { type Decision, decideProposal } from "../../tasks/decide-proposal.ts";
import type { EditContext } from "../../tasks/edit-task.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { endPause, holdPause, letPauseEnd } from "../pauses/end-pause.ts";
import {
  type AcknowledgementStep,
  type AcknowledgeRequest,
  acknowledge,
  withdrawAcknowledgement,
} from "./acknowledge.ts";
import { handOverRun } from "./hand-over.ts";
import { kickoff } from "./kickoff.ts";
import { answerQuestion, continueRun } from "./message-worker.ts";
import { pauseStarts, resumeStarts } from "./pause-starts.ts";
import { raiseRunBudget } from "./raise-budget.ts";
import { stopRun } from "./stop-run.ts";
import { type UndoStep, undoAction } from "./undo-action.ts";

/** What was done; the page has a sentence for each. */
export type CompletedAction =
  | { readonly kind: "acknowledged" | "snoozed"; readonly untilMs: number | null }
  | { readonly kind: "answered"; readonly text: string }
  /** Which worker continues. */
  | { readonly kind: "handed_over"; readonly to: string }
  | {
      readonly kind:
        | "queued"
        | "message_queued"
        | "interrupting"
        /** The worker was asked to end. */
        | "stopping"
        | "stopped"
        | "paused"
        | "resumed"
        /** What waited for a pause starts again. */
        | "limit_resumed"
        | "limit_held"
        | "limit_automatic"
        | "unacknowledged"
        | "accepted"
        | "dropped"
        /** A test notification. */
        | "test_queued"
        | "undone"
        | "budget_raised";
    };

export type ActionResult =
  | {
      readonly kind: "done";
      readonly action: CompletedAction;
      /** Null: it cannot be undone. */
      readonly undo: UndoStep | null;
    }
  | Refusal;

/** A run as the page showed it. If it was handed over since, the user has to look again. */
export type SeenRun = { readonly id: RunId; readonly epoch: number };

type Noted = { readonly note: string | null };
/** `codes`: the signals that the page showed; none means all that need a person now. */
type SeenSignals = Noted & { readonly key: string; readonly codes: readonly string[] };
type GivenTo = { readonly run: SeenRun; readonly worker: string | null };
type Message = { readonly run: SeenRun; readonly prompt: string; readonly interrupt: boolean };
/** `question`: its number within the run, so that an answer never reaches another question. */
type Answer = { readonly run: RunId; readonly question: number; readonly text: string };

export type RunActions = ReturnType<typeof createRunActions>;

export type RunActionsContext = Pick<
  RunsContext,
  "clock" | "store" | "workers" | "worktrees" | "programs" | "config" | "untrusted" | "newRunId"
> &
  EditContext;

/** `by`: the user who started the server; pages know no names. */
export function createRunActions(context: RunActionsContext, by: string) {
  const { store } = context;
  return {
    kickoff: async ({ key, note }: Noted & { readonly key: string }): Promise<ActionResult> => {
      const [queued = noTask(key)] = await kickoff(context, [key], { by, note });
      if (queued.kind === "refused") return refusal(queued.message, queued.hint);
      // A run that was closed for it is not reopened.
      return done("queued", queued.supersedes === null ? { kind: "kickoff", run: queued.run.id } : null);
    },
    answer: async ({ run: id, question, text }: Answer): Promise<ActionResult> => {
      const run = await store.readRun(id);
      if (run === null) return GONE;
      if (openQuestion(run)?.number !== question) return QUESTION_CLOSED;
      const answered = await answerQuestion(context, run, { text, by, number: question });
      if (answered.kind === "refused") return answered;
      const { before, run: after } = answered;
      const said = after.question?.answer ?? null;
      const undo = said === null ? null : ({ kind: "answer", before, said } as const);
      return { kind: "done", action: { kind: "answered", text }, undo };
    },
    continueRun: async ({ run: seen, prompt, interrupt }: Message): Promise<ActionResult> => {
      const run = await store.readRun(seen.id);
      if (run === null) return GONE;
      // A message is for whichever worker comes next; an interruption only for the worker that the page showed.
      if (interrupt && run.epoch !== seen.epoch) return HANDED_OVER;
      const continued = await continueRun(context, run, { prompt, interrupt, by });
      if (continued.kind === "refused") return continued;
      const said = continued.run.followUps.at(-1);
      if (continued.kind === "interrupting" || said === undefined) return done("interrupting");
      return done("message_queued", { kind: "message", before: continued.before, said });
    },
    raiseBudget: ({ run: seen }: { readonly run: SeenRun }) => raiseSeen(context, seen, by),
    /** `worker` null: the first fallback that can. */
    handOver: (request: GivenTo) => handOverSeen(context, request, by),
    stop: async ({ run: seen, note }: Noted & { readonly run: SeenRun }): Promise<ActionResult> => {
      const run = await store.readRun(seen.id);
      if (run === null) return GONE;
      if (run.epoch !== seen.epoch) return HANDED_OVER;
      return await stopNow(context, run, { by, note });
    },
    /** Exactly these; one that has ended or was handed over since is left alone. */
    stopAll: async ({
      runs: seen,
      note,
    }: Noted & { readonly runs: readonly SeenRun[] }): Promise<ActionResult> => {
      const epochs = new Map(seen.map(({ id, epoch }) => [id, epoch]));
      const runs = (await store.readOpenRuns()).filter((run) => epochs.get(run.id) === run.epoch);
      const results = await Promise.all(
        runs.filter(isLive).map((run) => stopNow(context, run, { by, note })),
      );
      return results.find(({ kind }) => kind === "refused") ?? done("stopping");
    },
    ...pauseActions(context, by),
    /** `untilMs` null: the usual time. */
    acknowledge: (request: SeenSignals & { readonly untilMs: number | null }) =>
      acknowledgeAll(context, { ...request, kind: "acknowledged", by }),
    snooze: (request: SeenSignals & { readonly untilMs: number }) =>
      acknowledgeAll(context, { ...request, kind: "snoozed", by }),
    /** Withdraws the acknowledgements of a task. */
    withdraw: async ({ key }: { readonly key: string }): Promise<ActionResult> => {
      const row = await store.readRow(key);
      if (row === null) return noTask(key);
      const withdrawn = await withdrawAcknowledgement(context, row, { code: null, by, note: null });
      const steps = withdrawn.map((before) => ({ code: before.code, before, after: null }));
      return done("unacknowledged", steps.length === 0 ? null : { kind: "acknowledgements", key, steps });
    },
    /** What a worker proposed. */
    decide: async ({
      key,
      decision,
    }: {
      readonly key: string;
      readonly decision: Decision;
    }): Promise<ActionResult> => {
      const row = await store.readRow(key);
      if (row === null) return noTask(key);
      const task = { key, file: row.file };
      const decided = await decideProposal(context, task, { decision, by });
      return decided.kind === "refused" ? decided : done(decision, { kind: "proposal", task, decision });
    },
    undo: async (step: UndoStep): Promise<ActionResult> => {
      const undone = await undoAction(context, step, by);
      return undone.kind === "refused" ? undone : done("undone");
    },
  };
}

async function raiseSeen(context: RunActionsContext, seen: SeenRun, by: string): Promise<ActionResult> {
  const run = await context.store.readRun(seen.id);
  if (run === null) return GONE;
  if (run.epoch !== seen.epoch) return HANDED_OVER;
  const raised = await raiseRunBudget(context, run, { by });
  return raised.kind === "refused" ? raised : done("budget_raised");
}

async function handOverSeen(
  context: RunActionsContext,
  { run: seen, worker }: GivenTo,
  by: string,
): Promise<ActionResult> {
  const run = await context.store.readRun(seen.id);
  if (run === null) return GONE;
  if (run.epoch !== seen.epoch) return HANDED_OVER;
  const handed = await handOverRun(context, run, { to: worker, by });
  if (handed.kind === "refused") return handed;
  return { kind: "done", action: { kind: "handed_over", to: handed.to }, undo: null };
}

type AcknowledgeAll = Omit<AcknowledgeRequest, "code"> & SeenSignals;

/** Signals that are gone by now are skipped; it is refused only if all are. */
async function acknowledgeAll(
  context: RunActionsContext,
  { key, codes, ...request }: AcknowledgeAll,
): Promise<ActionResult> {
  const row = await context.store.readRow(key);
  if (row === null) return noTask(key);
  const open = codes.filter((code) => row.signals.some((signal) => signal.code === code));
  if (codes.length > 0 && open.length === 0) return NO_OPEN_SIGNALS;
  const steps: AcknowledgementStep[] = [];
  for (const code of codes.length === 0 ? [null] : open) {
    const acknowledged = await acknowledge(context, row, { ...request, code });
    if (acknowledged.kind === "refused") return acknowledged;
    steps.push(...acknowledged.steps);
  }
  return {
    kind: "done",
    action: { kind: request.kind, untilMs: firstUntilMs(steps) },
    undo: { kind: "acknowledgements", key, steps },
  };
}

/** When the first of them is raised again; null when none has a time. */
function firstUntilMs(steps: readonly AcknowledgementStep[]): number | null {
  const times = steps.flatMap(({ after }) => after?.untilMs ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** Does not wait for the worker's end: the page shows it. */
async function stopNow(
  context: RunActionsContext,
  run: Run,
  request: { readonly by: string; readonly note: string | null },
): Promise<ActionResult> {
  const stopped = await stopRun(context, run, { ...request, signal: AbortSignal.abort() });
  if (stopped.kind === "refused") return refusal(stopped.message, stopped.hint);
  return done(stopped.kind === "closed" ? "stopped" : "stopping");
}

function done(
  kind: Exclude<CompletedAction["kind"], "acknowledged" | "snoozed" | "answered" | "handed_over">,
  undo: UndoStep | null = null,
): ActionResult {
  return { kind: "done", action: { kind }, undo };
}

/** Of all starts, and of an account, a host or a set-up. */
function pauseActions(context: RunActionsContext, by: string) {
  return {
    pause: async ({ note }: Noted): Promise<ActionResult> => {
      const { pause, before } = await pauseStarts(context, { by, note });
      return done("paused", { kind: "pause", before, after: pause });
    },
    resume: async (): Promise<ActionResult> => {
      const before = await resumeStarts(context, { by, note: null });
      return done("resumed", before === null ? null : { kind: "pause", before, after: null });
    },
    /** The pause of an account, a host or a set-up. */
    endPause: async (scope: PauseScope): Promise<ActionResult> =>
      (await endPause(context, { scope, by })) === null ? NOT_PAUSED : done("limit_resumed"),
    /** It waits until a person ends it. */
    holdPause: async (scope: PauseScope): Promise<ActionResult> =>
      (await holdPause(context, { scope, by })) === null ? NOT_PAUSED : done("limit_held"),
    /** It ends at its own time again. */
    letPauseEnd: async (scope: PauseScope): Promise<ActionResult> =>
      (await letPauseEnd(context, { scope, by })) === null ? NOT_PAUSED : done("limit_automatic"),
  };
}

const NOT_PAUSED: ActionResult = refusal("That is no longer paused.", "Reload the page.");
const GONE = refusal("This run no longer exists.", "Reload the page to see the current runs.");

const HANDED_OVER = refusal(
  "The run has changed since the page was loaded: another attempt or another state.",
  "Reload the page and check what runs now.",
);

const QUESTION_CLOSED = refusal(
  "The worker no longer asks this: it was answered, or the run is over.",
  "Reload the page to see its current question.",
);

const NO_OPEN_SIGNALS = refusal(
  "None of these signals is open any more.",
  "Reload the page to see what needs you now.",
);

function noTask(key: string): Refusal {
  return refusal(`No task is called ${key}.`, "It may have been renamed or removed; search for its title.");
}

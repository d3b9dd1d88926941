// What a page can do to runs: the use cases behind its buttons, each with one answer that a page can show. Nothing here
// starts a process or runs git: what is queued is started by the runner, and what is stopped by its supervisor.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import type { RunsContext } from "../change/runs-context.ts";
import {
  type AcknowledgementStep,
  type AcknowledgeRequest,
  acknowledge,
  withdrawAcknowledgement,
} from "./acknowledge.ts";
import { answerQuestion } from "./answer-question.ts";
import { continueRun } from "./continue-run.ts";
import { kickoff } from "./kickoff.ts";
import { pauseStarts, resumeStarts } from "./pause-starts.ts";
import { stopRun } from "./stop-run.ts";
import { type UndoStep, undoAction } from "./undo-action.ts";

/** What was done, for the sentence that says so. */
export type CompletedAction =
  | { readonly kind: "acknowledged" | "snoozed"; readonly untilMs: number | null }
  | { readonly kind: "answered"; readonly text: string }
  | {
      readonly kind:
        | "queued"
        /** Read when the worker at work has ended, by the next start, or by one that is made for it. */
        | "message_queued"
        | "interrupting"
        /** The worker was asked to end. */
        | "stopping"
        | "stopped"
        | "paused"
        | "resumed"
        | "unacknowledged"
        | "undone";
    };

export type ActionResult =
  | {
      readonly kind: "done";
      readonly action: CompletedAction;
      /** Null: it cannot be undone. */
      readonly undo: UndoStep | null;
    }
  | Refusal;

/** A run as somebody saw it: handed over since, it is another thing, and has to be looked at again. */
export type SeenRun = { readonly id: RunId; readonly epoch: number };

type Noted = { readonly note: string | null };
/** `codes`: the signals that were seen; none means all that need a person now. */
type SeenSignals = Noted & { readonly key: string; readonly codes: readonly string[] };

export type RunActions = {
  kickoff(wish: Noted & { readonly key: string }): Promise<ActionResult>;
  /** `question`: its number within the run, so that an answer never meets another question. */
  answer(wish: {
    readonly run: RunId;
    readonly question: number;
    readonly text: string;
  }): Promise<ActionResult>;
  continueRun(wish: {
    readonly run: SeenRun;
    readonly prompt: string;
    readonly interrupt: boolean;
  }): Promise<ActionResult>;
  stop(wish: Noted & { readonly run: SeenRun }): Promise<ActionResult>;
  /** Exactly these; one that has ended or was handed over meanwhile is left as it is. */
  stopAll(wish: Noted & { readonly runs: readonly SeenRun[] }): Promise<ActionResult>;
  pause(wish: Noted): Promise<ActionResult>;
  resume(): Promise<ActionResult>;
  /** `untilMs` null: the usual time. */
  acknowledge(wish: SeenSignals & { readonly untilMs: number | null }): Promise<ActionResult>;
  snooze(wish: SeenSignals & { readonly untilMs: number }): Promise<ActionResult>;
  /** Takes acknowledgements of a task back. */
  withdraw(wish: { readonly key: string }): Promise<ActionResult>;
  undo(step: UndoStep): Promise<ActionResult>;
};

export type RunActionsContext = Pick<
  RunsContext,
  "clock" | "store" | "workers" | "worktrees" | "programs" | "config" | "untrusted" | "newRunId"
>;

/** `by`: who acts. The pages know no names; whoever started the server does. */
export function createRunActions(world: RunActionsContext, by: string): RunActions {
  const { store } = world;
  return {
    kickoff: async ({ key, note }) => {
      const [queued = noTask(key)] = await kickoff(world, [key], { by, note });
      if (queued.kind === "refused") return refusal(queued.message, queued.hint);
      // A run that was closed for it is never opened again.
      const undo: UndoStep | null =
        queued.supersedes === null ? { kind: "kickoff", run: queued.run.id } : null;
      return { kind: "done", action: { kind: "queued" }, undo };
    },
    answer: async ({ run: id, question, text }) => {
      const run = await store.readRun(id);
      if (run === null) return GONE;
      if (openQuestion(run)?.number !== question) return QUESTION_CLOSED;
      const answered = await answerQuestion(world, run, { text, by, number: question });
      if (answered.kind === "refused") return answered;
      const { before, run: after } = answered;
      const said = after.question?.answer ?? null;
      return {
        kind: "done",
        action: { kind: "answered", text },
        undo: said === null ? null : { kind: "answer", before, said },
      };
    },
    continueRun: async ({ run: seen, prompt, interrupt }) => {
      const run = await store.readRun(seen.id);
      if (run === null) return GONE;
      // What is said waits for whoever comes next; only an end is for the worker that was seen.
      if (interrupt && run.epoch !== seen.epoch) return HANDED_OVER;
      const continued = await continueRun(world, run, { prompt, interrupt, by });
      if (continued.kind === "refused") return continued;
      const said = continued.run.followUps.at(-1);
      if (continued.kind === "interrupting" || said === undefined) return done("interrupting");
      const undo: UndoStep = { kind: "message", before: continued.before, said };
      return { kind: "done", action: { kind: "message_queued" }, undo };
    },
    stop: async ({ run: seen, note }) => {
      const run = await store.readRun(seen.id);
      if (run === null) return GONE;
      if (run.epoch !== seen.epoch) return HANDED_OVER;
      return await stopNow(world, run, { by, note });
    },
    stopAll: async ({ runs: seen, note }) => {
      const epochs = new Map(seen.map(({ id, epoch }) => [id, epoch]));
      const runs = (await store.readOpenRuns()).filter((run) => epochs.get(run.id) === run.epoch);
      const results = await Promise.all(runs.filter(isLive).map((run) => stopNow(world, run, { by, note })));
      return results.find(({ kind }) => kind === "refused") ?? done("stopping");
    },
    pause: async ({ note }) => {
      const { pause, before } = await pauseStarts(world, { by, note });
      return {
        kind: "done",
        action: { kind: "paused" },
        undo: { kind: "pause", before, after: pause },
      };
    },
    resume: async () => {
      const before = await resumeStarts(world, { by, note: null });
      const undo: UndoStep | null = before === null ? null : { kind: "pause", before, after: null };
      return { kind: "done", action: { kind: "resumed" }, undo };
    },
    acknowledge: (wish) => acknowledgeAll(world, { ...wish, kind: "acknowledged", by }),
    snooze: (wish) => acknowledgeAll(world, { ...wish, kind: "snoozed", by }),
    withdraw: async ({ key }) => {
      const row = await store.readRow(key);
      if (row === null) return noTask(key);
      const withdrawn = await withdrawAcknowledgement(world, row, { code: null, by, note: null });
      const steps = withdrawn.map((before) => ({ code: before.code, before, after: null }));
      const undo: UndoStep | null = steps.length === 0 ? null : { kind: "acknowledgements", key, steps };
      return { kind: "done", action: { kind: "unacknowledged" }, undo };
    },
    undo: async (step) => {
      const undone = await undoAction(world, step, by);
      return undone.kind === "refused" ? undone : done("undone");
    },
  };
}

type AcknowledgeAll = Omit<AcknowledgeRequest, "code"> & SeenSignals;

/** What was seen and is gone by now needs nobody any more; only when all of it is gone there is something to say. */
async function acknowledgeAll(
  world: RunActionsContext,
  { key, codes, ...wish }: AcknowledgeAll,
): Promise<ActionResult> {
  const row = await world.store.readRow(key);
  if (row === null) return noTask(key);
  const open = codes.filter((code) => row.signals.some((signal) => signal.code === code));
  if (codes.length > 0 && open.length === 0) return NO_OPEN_SIGNALS;
  const steps: AcknowledgementStep[] = [];
  for (const code of codes.length === 0 ? [null] : open) {
    const acknowledged = await acknowledge(world, row, { ...wish, code });
    if (acknowledged.kind === "refused") return acknowledged;
    steps.push(...acknowledged.steps);
  }
  return {
    kind: "done",
    action: { kind: wish.kind, untilMs: firstUntilMs(steps) },
    undo: { kind: "acknowledgements", key, steps },
  };
}

/** When the first of them asks again; null when none does by itself. */
function firstUntilMs(steps: readonly AcknowledgementStep[]): number | null {
  const times = steps.flatMap(({ after }) => after?.untilMs ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** Nobody waits for the worker's end here: the page shows it. */
async function stopNow(
  world: RunActionsContext,
  run: Run,
  wish: { readonly by: string; readonly note: string | null },
): Promise<ActionResult> {
  const stopped = await stopRun(world, run, { ...wish, signal: AbortSignal.abort() });
  if (stopped.kind === "refused") return refusal(stopped.message, stopped.hint);
  return done(stopped.kind === "closed" ? "stopped" : "stopping");
}

function done(kind: "interrupting" | "stopping" | "stopped" | "undone"): ActionResult {
  return { kind: "done", action: { kind }, undo: null };
}

const GONE = refusal("There is no such run any more.", "Load the page again to see what there is.");

const HANDED_OVER = refusal(
  "The run has gone on since the page was loaded: another attempt or another state.",
  "Load the page again and look at what runs now.",
);

const QUESTION_CLOSED = refusal(
  "The worker does not ask that any more: somebody has answered, or the run is over.",
  "Load the page again to see what it asks now.",
);

const NO_OPEN_SIGNALS = refusal(
  "None of these signals is open any more.",
  "Load the page again to see what needs a person now.",
);

function noTask(key: string): Refusal {
  return refusal(
    `No task is called ${key}.`,
    "It may have been renamed or removed; the search finds it by its title.",
  );
}

// What a page can do to runs: the use cases behind its buttons, each with one answer that a page can show. Nothing here
// starts a process or runs git: what is queued is started by the runner, and what is stopped by its supervisor.

import { openQuestion } from "../../core/run/open-question.ts";
import { type Refusal, refusal } from "../../core/run/refusal.ts";
import { isLive, type Run, type RunId } from "../../core/run/run.ts";
import { type AcknowledgeWish, acknowledge, withdrawAcknowledgement } from "./acknowledge.ts";
import { answer } from "./answer.ts";
import { continueRun } from "./continue-run.ts";
import { kickoff } from "./kickoff.ts";
import { pauseStarts, resumeStarts } from "./pause-starts.ts";
import type { RunsWorld } from "./runs-world.ts";
import { stopRun } from "./stop-run.ts";

export type ActionResult = { readonly kind: "done" } | Refusal;

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
};

const DONE: ActionResult = { kind: "done" };

export type RunActionsWorld = Pick<
  RunsWorld,
  "clock" | "store" | "workers" | "worktrees" | "programs" | "config" | "newRunId"
>;

/** `by`: who acts. The pages know no names; whoever started the server does. */
export function createRunActions(world: RunActionsWorld, by: string): RunActions {
  const { store } = world;
  return {
    kickoff: async ({ key, note }) => {
      const [queued] = await kickoff(world, [key], { by, note });
      return resultOf(queued ?? DONE);
    },
    answer: async ({ run: id, question, text }) => {
      const run = await store.readRun(id);
      if (run === null) return GONE;
      if (openQuestion(run)?.number !== question) return NOT_ASKED_ANY_MORE;
      return resultOf(await answer(world, run, { text, by, number: question }));
    },
    continueRun: async ({ run: seen, prompt, interrupt }) => {
      const run = await store.readRun(seen.id);
      if (run === null) return GONE;
      // What is said waits for whoever comes next; only an end is for the worker that was seen.
      if (interrupt && run.epoch !== seen.epoch) return HANDED_OVER;
      return resultOf(await continueRun(world, run, { prompt, interrupt, by }));
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
      return results.find(({ kind }) => kind === "refused") ?? DONE;
    },
    pause: async ({ note }) => {
      await pauseStarts(world, { by, note });
      return DONE;
    },
    resume: async () => {
      await resumeStarts(world, { by, note: null });
      return DONE;
    },
    acknowledge: (wish) => acknowledgeAll(world, { ...wish, kind: "acknowledged", by }),
    snooze: (wish) => acknowledgeAll(world, { ...wish, kind: "snoozed", by }),
    withdraw: async ({ key }) => {
      const row = await store.readRow(key);
      if (row === null) return noTask(key);
      await withdrawAcknowledgement(world, row, { code: null, by, note: null });
      return DONE;
    },
  };
}

type AcknowledgeAll = Omit<AcknowledgeWish, "code"> & SeenSignals;

/** What was seen and is gone by now needs nobody any more; only when all of it is gone there is something to say. */
async function acknowledgeAll(
  world: RunActionsWorld,
  { key, codes, ...wish }: AcknowledgeAll,
): Promise<ActionResult> {
  const row = await world.store.readRow(key);
  if (row === null) return noTask(key);
  if (codes.length === 0) return resultOf(await acknowledge(world, row, { ...wish, code: null }));
  const open = codes.filter((code) => row.signals.some((signal) => signal.code === code));
  if (open.length === 0) return NOTHING_LEFT;
  for (const code of open) {
    const acknowledged = await acknowledge(world, row, { ...wish, code });
    if (acknowledged.kind === "refused") return acknowledged;
  }
  return DONE;
}

/** Nobody waits for the worker's end here: the page shows it. */
async function stopNow(
  world: RunActionsWorld,
  run: Run,
  wish: { readonly by: string; readonly note: string | null },
): Promise<ActionResult> {
  return resultOf(await stopRun(world, run, { ...wish, signal: AbortSignal.abort() }));
}

function resultOf(answered: { readonly kind: string } | Refusal): ActionResult {
  return isRefusal(answered) ? refusal(answered.message, answered.hint) : DONE;
}

function isRefusal(answered: { readonly kind: string }): answered is Refusal {
  return answered.kind === "refused";
}

const GONE = refusal("There is no such run any more.", "Load the page again to see what there is.");

const HANDED_OVER = refusal(
  "The run has gone on since the page was loaded: another attempt or another state.",
  "Load the page again and look at what runs now.",
);

const NOT_ASKED_ANY_MORE = refusal(
  "The worker does not ask that any more: somebody has answered, or the run is over.",
  "Load the page again to see what it asks now.",
);

const NOTHING_LEFT = refusal(
  "None of these signals is open any more.",
  "Load the page again to see what needs a person now.",
);

function noTask(key: string): Refusal {
  return refusal(
    `No task is called ${key}.`,
    "It may have been renamed or removed; the search finds it by its title.",
  );
}

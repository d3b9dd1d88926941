// What a run is to do, said a second time and more simply than in core/run/run-transitions.ts: no times, no facts, and a
// list of messages not delivered yet, so that nothing here depends on a clock. Tests hold the state machine to it.

import { hasEnded, isLive, type Run, type RunState } from "../../src/core/contract/run.ts";

export type ModelRun = {
  readonly key: string;
  readonly owner: string | null;
  readonly kind: Run["kind"];
  readonly state: RunState;
  readonly epoch: number;
  readonly revision: number;
  readonly block: number | null;
  readonly attempt: number;
  readonly failures: number;
  /** Its newest attempt does not count: the next one has the same number. */
  readonly spared: boolean;
  readonly held: boolean;
  readonly host: string | null;
  readonly stopRequest: "stop" | "interrupt" | null;
  readonly outcome: "done" | "blocked" | "failed" | null;
  readonly question: ModelQuestion | null;
  readonly followUps: readonly string[];
  /** What the prompt of the start that is being made tells. */
  readonly prompt: { readonly followUps: readonly string[]; readonly answer: boolean };
};

type ModelQuestion = {
  readonly number: number;
  readonly text: string;
  readonly state: "open" | "answered" | "delivered";
};

export function newModelRun(
  key: string,
  owner: string | null,
  kind: Run["kind"],
  block: number,
  host: string | null = null,
): ModelRun {
  const isByHand = kind === "by_hand";
  return {
    key,
    owner,
    kind,
    state: isByHand ? "running" : "queued",
    epoch: 1,
    revision: 1,
    block,
    attempt: isByHand ? 1 : 0,
    failures: 0,
    spared: false,
    held: false,
    host,
    stopRequest: null,
    outcome: null,
    question: null,
    followUps: [],
    prompt: NO_PROMPT,
  };
}

const NO_PROMPT: ModelRun["prompt"] = { followUps: [], answer: false };

/** The facts of an event, as far as they matter here. */
export type ModelFacts = { readonly host: string; readonly text: string; readonly isDue: boolean };

type Changes = Partial<ModelRun> | null;
export type ModelEvent = (run: ModelRun, facts: ModelFacts) => Changes;

const whileRunning =
  (change: ModelEvent): ModelEvent =>
  (run, facts) =>
    run.state === "running" ? change(run, facts) : null;

/** What an event changes of a run; null where it is refused. Epoch and revision are counted here too. */
export const MODEL_EVENTS = {
  take: (run, { host, isDue }) =>
    run.state === "queued" && isDue
      ? {
          state: "dispatching",
          epoch: run.epoch + 1,
          attempt: run.spared ? run.attempt : run.attempt + 1,
          held: false,
          host,
          stopRequest: null,
          outcome: null,
          prompt: { followUps: run.followUps, answer: run.question?.state === "answered" },
        }
      : null,
  prepare: ({ state }) => (state === "dispatching" ? {} : null),
  begin: (run) => (run.state === "dispatching" ? { state: "running", ...delivered(run) } : null),
  nameWorker: whileRunning(() => ({})),
  giveUp: (run) => (run.state === "dispatching" ? endOf(run, "failed") : null),
  endWell: whileRunning((run) => (run.kind === "supervised" ? endOf(run, "exited") : null)),
  endBadly: whileRunning((run) => (run.kind === "supervised" ? endOf(run, "failed") : null)),
  lose: (run) => {
    if (!isLive(run) || run.kind === "by_hand") return null;
    return { ...endOf(run, "lost"), epoch: run.epoch + 1 };
  },
  loseWithHost: (run) => {
    if (!isLive(run) || run.kind === "by_hand") return null;
    const isItsOwn = run.outcome !== null || run.stopRequest !== null;
    const after = isItsOwn ? endOf(run, "lost") : ({ state: "interrupted", spared: true } as const);
    return { ...after, epoch: run.epoch + 1 };
  },
  holdForLimit: whileRunning((run) => holdOf(run, { state: "queued", held: true, spared: true })),
  holdForAnswer: whileRunning((run) => holdOf(run, { state: "exited", spared: true })),
  endHold: ({ state, held }) => (state === "queued" && held ? { held: false } : null),
  retry: (run) => requeued(run, run.failures),
  continue: (run) => requeued(run, 0),
  close: (run) => closed(run),
  release: (run) => (run.kind === "by_hand" ? closed(run) : null),
  report: whileRunning(() => ({})),
  wait: whileRunning(() => ({})),
  finishDone: whileRunning((run) => finished(run, "done")),
  finishFailed: whileRunning((run) => finished(run, "failed")),
  ask: whileRunning(({ question }, { text }) => {
    if (question !== null && question.state !== "delivered") return question.text === text ? {} : null;
    return { question: { number: (question?.number ?? 0) + 1, text, state: "open" } };
  }),
  answer: ({ state, question }) =>
    state !== "closed" && question?.state === "open"
      ? { question: { ...question, state: "answered" } }
      : null,
  deliver: ({ state, question }) =>
    state !== "closed" && question !== null && question.state !== "open"
      ? { question: { ...question, state: "delivered" } }
      : null,
  followUp: ({ state, kind, followUps }, { text }) =>
    state === "closed" || kind === "by_hand" ? null : { followUps: [...followUps, text] },
  stop: (run) => (isLive(run) && run.kind === "supervised" ? { stopRequest: "stop" } : null),
  interrupt: (run) => (isLive(run) && run.kind === "supervised" ? { stopRequest: "interrupt" } : null),
} satisfies Readonly<Record<string, ModelEvent>>;
export type ModelEventName = keyof typeof MODEL_EVENTS;

/** A delivered message is not delivered again; an answer that came too late for the prompt waits. */
function delivered({ prompt, question, followUps }: ModelRun): Partial<ModelRun> {
  const isAnswered = prompt.answer && question !== null;
  return {
    followUps: followUps.filter((text) => !prompt.followUps.includes(text)),
    question: isAnswered ? { ...question, state: "delivered" } : question,
  };
}

/** An outcome and a request to stop decide before it. */
function holdOf(run: ModelRun, held: Partial<ModelRun>): Changes {
  if (run.kind === "by_hand") return null;
  return run.outcome !== null || run.stopRequest !== null ? endOf(run, "failed") : held;
}

function endOf(run: ModelRun, how: "exited" | "failed" | "lost"): Partial<ModelRun> {
  return { spared: false, ...endState(run, how) };
}

function endState(
  { outcome, stopRequest, failures }: ModelRun,
  how: "exited" | "failed" | "lost",
): Partial<ModelRun> {
  if (outcome !== null) return endedBy(outcome, failures);
  if (stopRequest !== null) return { state: "interrupted" };
  if (how === "exited") return { state: "exited", failures: 0 };
  return { state: how === "lost" ? "interrupted" : "failed", failures: failures + 1 };
}

function endedBy(outcome: ModelRun["outcome"], failures: number): Partial<ModelRun> {
  return outcome === "failed"
    ? { state: "failed", failures: failures + 1 }
    : { state: "exited", failures: 0 };
}

function finished({ kind, failures }: ModelRun, outcome: "done" | "failed"): Partial<ModelRun> {
  return { outcome, ...(kind === "by_hand" ? endedBy(outcome, failures) : {}) };
}

function requeued(run: ModelRun, failures: number): Changes {
  if (!hasEnded(run) || run.kind === "by_hand") return null;
  const { question, followUps } = run;
  const isSettled = question?.state === "open" && followUps.length > 0;
  return {
    state: "queued",
    failures,
    stopRequest: null,
    question: isSettled ? { ...question, state: "delivered" } : question,
  };
}

function closed(run: ModelRun): Changes {
  if (run.state === "closed" || (isLive(run) && run.kind === "supervised")) return null;
  return { state: "closed", held: false, epoch: run.epoch + 1, block: null, stopRequest: null };
}

function isSpared({ attempts, attempt }: Run): boolean {
  const last = attempts.at(-1);
  return last?.number === attempt && last.spared != null;
}

/** A run of the store, as the model sees it. */
export function modelOf(run: Run): Omit<ModelRun, "prompt"> {
  const { question } = run;
  const questionState =
    question === null || question.answer === null
      ? "open"
      : question.answer.delivered
        ? "delivered"
        : "answered";
  return {
    key: run.key,
    owner: run.owner,
    kind: run.kind,
    state: run.state,
    epoch: run.epoch,
    revision: run.revision,
    block: run.portBlock,
    attempt: run.attempt,
    failures: run.failuresInRow,
    spared: isSpared(run),
    held: run.held !== null,
    host: run.host,
    stopRequest: run.stopRequest?.kind ?? null,
    outcome: run.outcome?.kind ?? null,
    question:
      question === null ? null : { number: question.number, text: question.text, state: questionState },
    followUps: run.followUps.map(({ text }) => text),
  };
}

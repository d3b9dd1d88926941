// What a run is for whoever only has to know the rules: a few words and counters, written down once more, apart from the
// program. The property test lets both go the same way and compares them.

import type { RunKind, RunState } from "../../src/core/run/run.ts";

export type ModelRun = {
  readonly key: string;
  readonly kind: RunKind;
  state: RunState;
  sinceMs: number;
  dueMs: number | null;
  epoch: number;
  revision: number;
  block: number | null;
  attempt: number;
  failures: number;
  holder: string | null;
  outcome: "done" | "blocked" | "failed" | null;
  wish: "stop" | "interrupt" | null;
  question: "none" | "open" | "answered" | "delivered";
  questionText: string;
  /** Follow-ups that the prompt of the present start tells, and those that came later. */
  told: readonly string[];
  later: readonly string[];
  /** The prompt of the present start tells the answer. */
  isAnswerTold: boolean;
};

export type Say = "report" | "wait" | "done" | "blocked" | "failed" | "ask A" | "ask B" | "deliver";

/** One write to a run. */
export type Write =
  | { readonly do: "take" | "begin"; readonly holder: string }
  | { readonly do: "giveUp" | "name" | "close" | "release" | "answer" }
  | { readonly do: "end"; readonly code: number }
  /** Only while this one still holds it. */
  | { readonly do: "lose"; readonly holder: string }
  | { readonly do: "requeue"; readonly because: "retry" | "person"; readonly dueMs: number | null }
  | { readonly do: "wish"; readonly kind: "stop" | "interrupt" }
  | { readonly do: "tell"; readonly text: string }
  | { readonly do: "say"; readonly what: Say };

export const newModelRun = (key: string, kind: RunKind, block: number, nowMs: number): ModelRun => ({
  key,
  kind,
  state: kind === "by_hand" ? "running" : "queued",
  sinceMs: nowMs,
  dueMs: null,
  epoch: 1,
  revision: 1,
  block,
  attempt: kind === "by_hand" ? 1 : 0,
  failures: 0,
  holder: null,
  outcome: null,
  wish: null,
  question: "none",
  questionText: "",
  told: [],
  later: [],
  isAnswerTold: false,
});

export const isLiveModel = ({ state, kind }: ModelRun) =>
  kind === "supervised" && (state === "dispatching" || state === "running");

const hasEnded = ({ state }: ModelRun) => ["exited", "failed", "interrupted"].includes(state);

/** Whether the rules allow it. */
export function mayWrite(run: ModelRun, write: Write, nowMs: number): boolean {
  const { state, kind } = run;
  const isOurs = kind === "supervised";
  switch (write.do) {
    case "take":
      // A clock that went back to before it was queued tells nothing of when it is due.
      return state === "queued" && (run.dueMs === null || nowMs >= run.dueMs || nowMs < run.sinceMs);
    case "begin":
    case "giveUp":
      return state === "dispatching";
    case "name":
      return state === "running";
    case "end":
      return state === "running" && isOurs;
    case "lose":
      return isLiveModel(run) && run.holder === write.holder;
    case "requeue":
      return hasEnded(run) && isOurs;
    case "close":
      return state !== "closed" && !isLiveModel(run);
    case "release":
      return state !== "closed" && !isOurs;
    case "wish":
      return isLiveModel(run);
    case "tell":
      return state !== "closed" && isOurs && run.told.length + run.later.length < 20;
    case "answer":
      return state !== "closed" && run.question === "open";
    case "say":
      return maySay(run, write.what);
  }
}

function maySay({ state, question, questionText }: ModelRun, what: Say): boolean {
  if (what === "deliver") return state !== "closed" && (question === "answered" || question === "delivered");
  if (state !== "running") return false;
  return !what.startsWith("ask") || question !== "open" || questionText === what;
}

/** Does what is allowed. */
export function applyWrite(run: ModelRun, write: Write, nowMs: number): void {
  run.revision += 1;
  switch (write.do) {
    case "take":
      take(run, write.holder, nowMs);
      return;
    case "begin":
      enter(run, "running", nowMs);
      run.holder = write.holder;
      run.told = [];
      if (run.isAnswerTold) run.question = "delivered";
      return;
    case "giveUp":
      endAs(run, run.wish === null ? "failed" : "interrupted", nowMs);
      return;
    case "end":
      endAs(run, stateAtEnd(run, write.code), nowMs);
      return;
    case "lose":
      run.epoch += 1;
      endAs(run, stateAtEnd(run, null), nowMs);
      return;
    case "requeue":
      enter(run, "queued", nowMs);
      run.dueMs = write.dueMs;
      run.wish = null;
      if (write.because === "person") run.failures = 0;
      if (run.question === "open" && run.told.length + run.later.length > 0) run.question = "delivered";
      return;
    case "close":
    case "release":
      enter(run, "closed", nowMs);
      run.epoch += 1;
      Object.assign(run, { block: null, holder: null, wish: null });
      return;
    case "wish":
      run.wish = write.kind;
      return;
    case "tell":
      run.later = [...run.later, write.text];
      return;
    case "answer":
      run.question = "answered";
      return;
    case "say":
      say(run, write.what, nowMs);
      return;
    case "name":
      return;
  }
}

function take(run: ModelRun, holder: string, nowMs: number): void {
  enter(run, "dispatching", nowMs);
  run.epoch += 1;
  run.attempt += 1;
  run.isAnswerTold = run.question === "answered";
  run.told = [...run.told, ...run.later];
  run.later = [];
  Object.assign(run, { holder, dueMs: null, outcome: null, wish: null });
}

function say(run: ModelRun, what: Say, nowMs: number): void {
  if (what === "deliver") run.question = "delivered";
  else if (what.startsWith("ask")) askAgain(run, what);
  else if (what === "done" || what === "blocked" || what === "failed") {
    run.outcome = what;
    if (run.kind === "by_hand") endAs(run, what === "failed" ? "failed" : "exited", nowMs);
  }
}

function askAgain(run: ModelRun, text: string): void {
  const isTheSame = run.questionText === text && run.question !== "delivered" && run.question !== "none";
  if (isTheSame) return;
  run.question = "open";
  run.questionText = text;
  run.isAnswerTold = false;
}

/** `code: null`: lost. What the worker said counts first, then who wanted it ended. */
function stateAtEnd({ outcome, wish }: ModelRun, code: number | null): RunState {
  if (outcome !== null) return outcome === "failed" ? "failed" : "exited";
  if (wish !== null) return "interrupted";
  if (code === null) return "interrupted";
  return code === 0 ? "exited" : "failed";
}

function endAs(run: ModelRun, state: RunState, nowMs: number): void {
  if (state === "exited") run.failures = 0;
  else if (state === "failed" || run.wish === null) run.failures += 1;
  enter(run, state, nowMs);
  run.holder = null;
}

function enter(run: ModelRun, state: RunState, nowMs: number): void {
  run.state = state;
  run.sinceMs = nowMs;
}

// What a worker says: its progress, what it waits for, a question for a person, or the outcome of its work. A question is
// kept in the store; its answer is waited for here, or delivered with the next worker's prompt if this one has ended.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { isLive, type Outcome, type Run } from "../../../core/contract/run.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import { pollUntil } from "../../wait/poll-until.ts";
import type { RunsContext } from "../change/runs-context.ts";
import {
  type OwnRun,
  retryWhileBusy,
  type StatementContext,
  type StatementResult,
  SUPERSEDED,
  submitStatement,
} from "./own-run.ts";

export type StatusReport =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "wait"; readonly on: string; readonly untilMs: number };

/** Longer texts belong in the log. */
const STATUS_LENGTH_MAX = 500;

export async function reportProgress(
  { clock, ...context }: Pick<RunsContext, "clock"> & StatementContext,
  own: OwnRun,
  said: StatusReport,
): Promise<StatementResult> {
  const atMs = clock.wallMs();
  return await submitStatement(
    context,
    own,
    said.kind === "progress"
      ? { kind: "report", text: cut(context, said.text), atMs }
      : { kind: "wait", on: cut(context, said.on), untilMs: said.untilMs, atMs },
  );
}

type Cleaning = Pick<StatementContext, "clean">;

function cut({ clean: withoutSecrets = String }: Cleaning, text: string): string {
  const clean = redactSecrets(withoutSecrets(text));
  return clean.length > STATUS_LENGTH_MAX ? `${clean.slice(0, STATUS_LENGTH_MAX)}…` : clean;
}

/** A question, or a few paragraphs for the reviewer. */
const TEXT_LENGTH_MAX = 4_000;

/** As the store keeps it. */
function stored({ clean = String }: Cleaning, text: string): string {
  return redactSecrets(clean(text)).slice(0, TEXT_LENGTH_MAX);
}

/** Work by hand ends with it; a supervised worker's process ends later. */
export async function finishRun(
  { clock, ...context }: Pick<RunsContext, "clock"> & StatementContext,
  own: OwnRun,
  { kind, note }: Pick<Outcome, "kind" | "note">,
): Promise<StatementResult> {
  const outcome = { kind, note: stored(context, note), atMs: clock.wallMs() };
  return await submitStatement(context, own, { kind: "finish", outcome });
}

type AskContext = Pick<RunsContext, "clock" | "store">;

export type AskRequest = {
  readonly text: string;
  readonly choices: readonly string[];
  /** What the worker continues with if there is no answer until then. */
  readonly fallback?: { readonly text: string; readonly atMs: number } | null;
};

/** Asking the same question again while it is open does not make a second one. */
export async function askPerson(
  { clock, ...context }: Pick<RunsContext, "clock"> & StatementContext,
  own: OwnRun,
  { text, choices, fallback = null }: AskRequest,
): Promise<StatementResult> {
  const question = {
    text: stored(context, text),
    choices: choices.map((choice) => stored(context, choice)),
    fallback: fallback && { ...fallback, text: stored(context, fallback.text) },
    atMs: clock.wallMs(),
  };
  return await submitStatement(context, own, { kind: "ask", ...question });
}

/** The run once the store has the kept question; null on abort, or when the run was handed over. */
export async function awaitQuestionStored(
  { clock, store, clean }: AskContext & Cleaning,
  own: OwnRun,
  text: string,
  signal: AbortSignal,
): Promise<Run | null> {
  const asked = stored({ clean }, text);
  const found = await pollUntil({ clock, store, signal }, async () => {
    const run = await retryWhileBusy(() => store.readRun(own.id));
    if (run === null || run.epoch !== own.epoch) return { run: null };
    return run.question?.text === asked ? { run } : null;
  });
  return found?.run ?? null;
}

export type Answered =
  | { readonly kind: "answered"; readonly text: string; readonly by: string }
  | { readonly kind: "aborted" }
  | Refusal;

/** Waits for the answer to the question in `asked`, and marks it as delivered. */
export async function awaitAnswer(
  context: AskContext & StatementContext,
  asked: Run,
  { proofHash, signal }: Pick<OwnRun, "proofHash"> & { readonly signal: AbortSignal },
): Promise<Answered> {
  const { clock, store } = context;
  const number = asked.question?.number ?? 0;
  let version = -1;
  const found = await pollUntil({ clock, store, signal }, async () => {
    const newest = await retryWhileBusy(() => store.readRunsVersion());
    if (newest === version) return null;
    version = newest;
    const run = await retryWhileBusy(() => store.readRun(asked.id));
    if (run === null || run.epoch !== asked.epoch || run.question?.number !== number) return SUPERSEDED;
    if (run.question.answer !== null) return { kind: "given" as const, run, answer: run.question.answer };
    return isLive(run) ? null : RUN_ENDED;
  });
  if (found?.kind !== "given") return found ?? { kind: "aborted" };
  const { run, answer } = found;
  const own = { id: run.id, epoch: run.epoch, proofHash: proofHash ?? null };
  const delivered = await submitStatement(context, own, { kind: "received", number });
  if (delivered.kind === "refused") return delivered;
  return { kind: "answered", text: answer.text, by: answer.by };
}

const RUN_ENDED = refusal(
  "The run ended while its question was open.",
  "The answer is delivered to its next worker.",
);

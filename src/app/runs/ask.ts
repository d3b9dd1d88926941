// A worker needs a person. The question stands in the store; the answer is waited for here, or brought by the next
// worker's prompt once this one has ended.

import { redactSecrets } from "../../core/redact-secrets.ts";
import { type Refusal, refusal } from "../../core/run/refusal.ts";
import { isLive, type Run } from "../../core/run/run.ts";
import { ask as askPerson, deliverAnswer } from "../../core/run/transitions.ts";
import { pause } from "../pause.ts";
import { changeOwnRun, type OwnRun, outlastBusy, SUPERSEDED } from "./own-run.ts";
import type { RunsWorld } from "./runs-world.ts";

type AskWorld = Pick<RunsWorld, "clock" | "store">;

export type Asking = { readonly text: string; readonly choices: readonly string[] };

/** A person may take hours, and the answer should be there within the blink after it was given. */
const ANSWER_LOOK_MS = 250;
/** The page shows the whole question. */
const QUESTION_LENGTH_MAX = 4_000;

/** Asks; asked again while it is open, the same question is not a second one. */
export async function ask(
  { clock, store }: AskWorld,
  own: OwnRun,
  { text, choices }: Asking,
): Promise<{ readonly kind: "changed"; readonly run: Run } | Refusal> {
  const question = { text: redactSecrets(text).slice(0, QUESTION_LENGTH_MAX), choices, atMs: clock.wallMs() };
  return await changeOwnRun(store, own, (run) => askPerson(run, question));
}

export type Answered =
  | { readonly kind: "answered"; readonly text: string; readonly by: string }
  /** Nobody waits any more: the signal. */
  | { readonly kind: "aborted" }
  | Refusal;

/** Waits for the answer to the question that `asked` holds, and marks it as delivered. */
export async function awaitAnswer(
  { store }: AskWorld,
  asked: Run,
  { proofHash, signal }: Pick<OwnRun, "proofHash"> & { readonly signal: AbortSignal },
): Promise<Answered> {
  const number = asked.question?.number ?? 0;
  let version = -1;
  while (!signal.aborted) {
    const newest = await outlastBusy(() => store.readRunsVersion());
    if (newest !== version) {
      version = newest;
      const run = await outlastBusy(() => store.readRun(asked.id));
      if (run === null || run.epoch !== asked.epoch) return SUPERSEDED;
      const { question } = run;
      if (question?.number !== number) return SUPERSEDED;
      if (question.answer !== null) {
        const own = { id: run.id, epoch: run.epoch, proofHash: proofHash ?? null };
        const delivered = await changeOwnRun(store, own, (now) => deliverAnswer(now, { number }));
        if (delivered.kind === "refused") return delivered;
        return { kind: "answered", text: question.answer.text, by: question.answer.by };
      }
      if (!isLive(run)) return OVER;
    }
    await pause(ANSWER_LOOK_MS, signal);
  }
  return { kind: "aborted" };
}

const OVER = refusal(
  "The run has ended while its question was open.",
  "The answer is told to the worker that goes on with it.",
);

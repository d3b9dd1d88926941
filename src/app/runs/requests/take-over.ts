// A person takes over a worker's session, and gives it back. The worker is stopped between two of its tools, as far as its
// events tell, so that no command is cut off half-way; the run is then held in the person's name until it is handed back, finished
// or closed. Opening the session is the caller's: this only changes the run.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { isLive, type Run } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import type { RunChange } from "../../../core/run/run-transitions.ts";
import { finishTakenOver, handBack, keepTakenOver, takeOver } from "../../../core/run/take-over.ts";
import { inSentence } from "../../../core/text/listed.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { sleep } from "../../wait/sleep.ts";
import { changeByPerson } from "../change/change-by-person.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { awaitEnd, nudge } from "./stop-run.ts";

type TakeContext = Pick<RunsContext, "clock" | "store" | "workers" | "config" | "runFiles">;

export type TakeRequest = {
  readonly by: string;
  /** Without waiting for the tool that runs now. */
  readonly now: boolean;
  readonly signal: AbortSignal;
};

export type Taken = { readonly kind: "taken"; readonly run: Run } | Refusal;

/** A test suite may run for longer; `--now` does not wait for it. */
const TOOL_WAIT_MS = 120_000;
const LOOK_EVERY_MS = 500;

/** Holds the run once its worker has ended. */
export async function takeOverRun(
  context: TakeContext,
  run: Run,
  { by, now, signal }: TakeRequest,
): Promise<Taken> {
  const { clock, store, workers } = context;
  const held = run.takenOver?.holder ?? null;
  const isFree = held === null || workers.see(held) === "gone" || held.id === workers.self().id;
  if (!now && isLive(run)) await awaitToolBoundary(context, run, signal);
  const act = { by, atMs: clock.wallMs() };
  const changed = await changeByPerson(store, run, {
    act,
    action: "stop",
    note: "taken over",
    change: (current) => takeOver(current, { ...act, holder: workers.self(), isFree }),
    explain: (current, why) => refusal(`${describeOpenRun(current)}: ${why}.`, hintFor(current)),
  });
  if (changed.kind === "refused") return changed;
  if (!isLive(changed.run)) return { kind: "taken", run: changed.run };
  nudge(context, changed.run);
  const ended = await awaitEnd(context, changed.run, signal);
  return isLive(ended) ? stillEnding(ended) : { kind: "taken", run: ended };
}

/** Returns when no tool of the run's agent runs, its state is not known, or the limit has passed. */
async function awaitToolBoundary(
  { clock, runFiles }: TakeContext,
  run: Run,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = clock.monotonicMs() + TOOL_WAIT_MS;
  while (!signal.aborted && clock.monotonicMs() < untilMs) {
    const activity = await runFiles.readActivity(run.id);
    if (activity?.attempt !== run.attempt || activity.doing.kind !== "tool") return;
    await sleep(LOOK_EVERY_MS, signal);
  }
}

export type Settled = { readonly kind: "settled"; readonly run: Run } | Refusal;

/** What becomes of a run that was taken over: it continues in the same session, is done, or stays in the person's name. */
export type Settlement =
  | { readonly kind: "hand_back"; readonly note: string | null }
  | { readonly kind: "finish"; readonly note: string }
  | { readonly kind: "keep" };

export async function settleTakenOver(
  { clock, store }: Pick<RunsContext, "clock" | "store">,
  run: Run,
  { by, settlement }: { readonly by: string; readonly settlement: Settlement },
): Promise<Settled> {
  const act = { by, atMs: clock.wallMs() };
  const { kind } = settlement;
  const changed = await changeByPerson(store, run, {
    act,
    action: kind === "hand_back" ? "continue" : kind === "finish" ? "close" : "claim",
    note: NOTES[kind],
    change: (now) => settle(now, act, settlement),
    explain: (now, why) => refusal(`${describeOpenRun(now)}: ${why}.`, hintFor(now)),
  });
  return changed.kind === "refused" ? changed : { kind: "settled", run: changed.run };
}

const NOTES = {
  hand_back: "handed back to its worker",
  finish: "finished by hand",
  keep: "kept: taken over",
} as const;

/** As a worker's outcome. */
const NOTE_LENGTH_MAX = 4_000;

function settle(
  run: Run,
  act: { readonly by: string; readonly atMs: number },
  settlement: Settlement,
): RunChange {
  switch (settlement.kind) {
    case "hand_back":
      return handBack(run, { ...act, text: handBackText(run, act, settlement.note) });
    case "finish":
      return finishTakenOver(run, { ...act, note: redactSecrets(settlement.note).slice(0, NOTE_LENGTH_MAX) });
    case "keep":
      return keepTakenOver(run, act);
  }
}

/** The agent remembers what was said in its session, but not what happened outside of it. */
function handBackText(
  { takenOver }: Run,
  { by, atMs }: { readonly by: string; readonly atMs: number },
  note: string | null,
): string {
  const forWords =
    takenOver === null ? "" : ` for ${Math.max(1, Math.round((atMs - takenOver.atMs) / MINUTE_MS))} min`;
  const said = note === null ? "" : ` ${inSentence(by)} says: ${note}`;
  return `${inSentence(by)} took over this session and its worktree${forWords}, and hands them back to you. Look at what has changed, then go on with the task.${said}`;
}

function stillEnding(run: Run): Refusal {
  return refusal(
    `The worker of ${inSentence(run.key)} was asked to end, and has not ended yet. The run is held in your name.`,
    `Try again: \`tasks take ${inSentence(run.key)}\`.`,
    "run_not_ended",
  );
}

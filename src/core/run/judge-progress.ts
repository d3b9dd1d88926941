// The progress of a live run, from all evidence together. A worker is quiet only when no source shows progress. A declared
// wait counts as progress, and so does a tool that its agent runs. What cannot be observed is `unknown`, never stuck.

import type { Doing } from "../agent/activity/agent-activity.ts";
import type { Run, Verdict } from "../contract/run.ts";
import { counted } from "../text/counted.ts";
import type { RunObservation } from "./observation.ts";
import { openQuestion } from "./open-question.ts";

export type ProgressEvidence = {
  readonly source: "output" | "worktree" | "processor" | "report";
  readonly atMs: number;
  readonly text: string;
};

export type Progress = {
  readonly verdict: Verdict;
  /** Why it is unknown, or what it waits for; null otherwise. */
  readonly detail: string | null;
  readonly untilMs: number | null;
  /** The last sign of progress; null where silence does not count (waiting, asking, unknown, by hand). */
  readonly quietSinceMs: number | null;
  /** Newest first. */
  readonly evidence: readonly ProgressEvidence[];
};

export type ProgressFacts = {
  readonly run: Run;
  readonly observation: RunObservation | null;
  /** Nothing is reported quiet before: the runner just took over, or a clock jumped. Else null. */
  readonly graceUntilMs: number | null;
  readonly graceWhy: string | null;
  /** Times that passed only on the clock: the machine slept, or the clock was set forward. */
  readonly lostTimes: readonly LostTime[];
  /** A worker is quiet after this long. */
  readonly quietMs: number;
  readonly nowMs: number;
};

/** What happened up to `afterMs` seems this much longer ago by the clock than it was for a worker. */
export type LostTime = { readonly afterMs: number; readonly ms: number };

/** Null for a run that is neither dispatching nor running. */
export function judgeProgress(facts: ProgressFacts): Progress | null {
  const { run, observation, nowMs } = facts;
  if (run.state === "dispatching") return plain("starting", null, []);
  if (run.state !== "running") return null;
  const noted = evidenceOf(run, observation, nowMs);
  const evidence = noted.map((each) => ({ ...each, atMs: Math.min(each.atMs, nowMs) }));
  if (openQuestion(run) !== null || doing(facts) === "asking") return plain("asking", null, evidence);
  const { wait } = run;
  if (wait !== null && nowMs < wait.untilMs)
    return { ...plain("waiting", wait.on, evidence), untilMs: wait.untilMs };
  if (
    observation === null ||
    (observation.worker === "unknown" && run.kind === "supervised" && observation.holder === "unknown")
  )
    return plain("unknown", whyUnseen(run), evidence);
  const lastMs = lastMove(facts, noted);
  const isSilent = nowMs - lastMs >= facts.quietMs;
  const isQuiet = isSilent && doing(facts) !== "tool";
  if (isQuiet && facts.graceUntilMs !== null && nowMs < facts.graceUntilMs)
    return plain("unknown", facts.graceWhy, evidence);
  const quietSinceMs = run.kind === "by_hand" || doing(facts) === "tool" ? null : lastMs;
  // Progress since then means that the wait is over.
  if (wait !== null && lastMs <= wait.untilMs)
    return { verdict: "overdue", detail: wait.on, untilMs: wait.untilMs, quietSinceMs, evidence };
  return { ...plain(isQuiet ? "quiet" : "working", null, evidence), quietSinceMs };
}

/** Only while its supervisor lives: a digest that is no longer kept says nothing about now. */
function doing({ observation }: ProgressFacts): Doing["kind"] | null {
  return observation?.holder === "alive" ? (observation.activity?.doing.kind ?? null) : null;
}

/**
 * From when silence counts: the last sign of progress, or the end of a time without any expected (a declared wait, an open
 * question). Times in the future are from before the clock was set back and are ignored; without any other it is now.
 */
function lastMove({ run, lostTimes, nowMs }: ProgressFacts, noted: readonly ProgressEvidence[]): number {
  const { startedAtMs, wait, question } = run;
  const expected = [startedAtMs, wait?.untilMs ?? null, question?.answer?.atMs ?? null];
  const times = [...expected, ...noted.map(({ atMs }) => atMs)];
  const past = times.filter((timeMs) => timeMs !== null).filter((timeMs) => timeMs <= nowMs);
  const lastMs = past.length === 0 ? nowMs : Math.max(...past);
  const shiftedMs = lostTimes.reduce((atMs, lost) => (atMs <= lost.afterMs ? atMs + lost.ms : atMs), lastMs);
  return Math.min(shiftedMs, nowMs);
}

function evidenceOf(
  run: Run,
  observation: RunObservation | null,
  nowMs: number,
): readonly ProgressEvidence[] {
  const found: ProgressEvidence[] = [];
  const startedMs = run.startedAtMs ?? 0;
  const started = startedMs <= nowMs ? startedMs : 0;
  const add = (source: ProgressEvidence["source"], atMs: number | null | undefined, text: string) => {
    // Evidence from before this attempt does not count.
    if (atMs !== null && atMs !== undefined && atMs >= started) found.push({ source, atMs, text });
  };
  add("report", run.report?.atMs, run.report?.text ?? "");
  if (observation !== null) {
    const { log, worktree, processor } = observation;
    const eventAtMs = lastEvent(observation, nowMs);
    if (eventAtMs !== null && eventAtMs >= (log?.changedAtMs ?? 0)) add("output", eventAtMs, NEW_OUTPUT);
    else if (log !== null) add("output", log.changedAtMs, outputText(log));
    if (worktree !== null) add("worktree", worktree.changedAtMs, worktreeText(worktree));
    if (processor !== null) add("processor", processor.busyAtMs, `${processorText(processor.usedMs)} of CPU`);
  }
  return found.sort((a, b) => b.atMs - a.atMs);
}

/** An event from before the clock was set back hides no other output. */
function lastEvent({ activity }: RunObservation, nowMs: number): number | null {
  const atMs = activity?.lastEventAtMs ?? null;
  return atMs === null || atMs > nowMs ? null : atMs;
}

const NEW_OUTPUT = "new output";

/** A log that grew this much later than its last new line has only repeated lines since. */
const REPEATING_MS = 10_000;

function outputText({ changedAtMs, grewAtMs }: NonNullable<RunObservation["log"]>): string {
  return grewAtMs - changedAtMs < REPEATING_MS ? NEW_OUTPUT : "only repeated lines since new output";
}

function worktreeText({ changedFiles, commits }: NonNullable<RunObservation["worktree"]>): string {
  const parts = [
    commits !== null && commits > 0 && counted(commits, "commit"),
    changedFiles !== null && changedFiles > 0 && `${counted(changedFiles, "file")} changed`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? "worktree changed" : parts.join(", ");
}

function processorText(usedMs: number): string {
  if (usedMs < 1000) return "under 1 s";
  const seconds = Math.round(usedMs / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function whyUnseen({ host }: Run): string {
  return host === null ? "its worker cannot be observed" : `host ${host} cannot be observed from here`;
}

function plain(verdict: Verdict, detail: string | null, evidence: readonly ProgressEvidence[]): Progress {
  return { verdict, detail, untilMs: null, quietSinceMs: null, evidence };
}

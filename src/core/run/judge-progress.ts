// How a live run is getting on, from all witnesses together. Silence is not death: a worker is quiet only when none of
// them has moved, and what it declares to wait for counts as moving. What cannot be seen is `unknown`, never `stuck`.

import type { Run, Verdict } from "../contract/run.ts";
import { counted } from "../text/counted.ts";
import type { RunObservation } from "./observation.ts";
import { openQuestion } from "./open-question.ts";

export type ProgressEvidence = {
  readonly witness: "output" | "worktree" | "processor" | "report";
  readonly atMs: number;
  readonly text: string;
};

export type Progress = {
  readonly verdict: Verdict;
  /** Why it is unknown, or what it waits for; null otherwise. */
  readonly detail: string | null;
  readonly untilMs: number | null;
  /** Since when nothing was witnessed; null where silence is not counted (waiting, asking, unknown, by hand). */
  readonly quietSinceMs: number | null;
  /** Newest first. */
  readonly evidence: readonly ProgressEvidence[];
};

export type ProgressFacts = {
  readonly run: Run;
  readonly sighting: RunObservation | null;
  /** Nothing is called quiet before: the runner just took over, or a clock jumped. Null: no such doubt. */
  readonly graceUntilMs: number | null;
  readonly graceWhy: string | null;
  /** Times that passed on the clock and not for any worker: a machine that slept, a clock that was set forward. */
  readonly lostTimes: readonly LostTime[];
  /** Silence worth a word. */
  readonly quietMs: number;
  readonly nowMs: number;
};

/** `afterMs`: what happened up to then was this much longer ago by the clock than it was for a worker. */
export type LostTime = { readonly afterMs: number; readonly ms: number };

/** The verdict on a run that is dispatching or running; null for any other. */
export function judgeProgress(facts: ProgressFacts): Progress | null {
  const { run, sighting, nowMs } = facts;
  if (run.state === "dispatching") return plain("starting", null, []);
  if (run.state !== "running") return null;
  const noted = evidenceOf(run, sighting, nowMs);
  const evidence = noted.map((each) => ({ ...each, atMs: Math.min(each.atMs, nowMs) }));
  if (openQuestion(run) !== null) return plain("asking", null, evidence);
  const { wait } = run;
  if (wait !== null && nowMs < wait.untilMs)
    return { ...plain("waiting", wait.on, evidence), untilMs: wait.untilMs };
  if (
    sighting === null ||
    (sighting.worker === "unknown" && run.kind === "supervised" && sighting.holder === "unknown")
  )
    return plain("unknown", whyUnseen(run), evidence);
  const lastMs = lastMove(facts, noted);
  const isQuiet = nowMs - lastMs >= facts.quietMs;
  if (isQuiet && facts.graceUntilMs !== null && nowMs < facts.graceUntilMs)
    return plain("unknown", facts.graceWhy, evidence);
  const quietSinceMs = run.kind === "by_hand" ? null : lastMs;
  // A worker that moved since is back from what it waited for.
  if (wait !== null && lastMs <= wait.untilMs)
    return { verdict: "overdue", detail: wait.on, untilMs: wait.untilMs, quietSinceMs, evidence };
  return { ...plain(isQuiet ? "quiet" : "working", null, evidence), quietSinceMs };
}

/**
 * From when on silence counts: the last thing that moved, or the end of a time in which nothing could be expected (a wait
 * that it declared, a question that waited for its answer). Times that lie ahead were noted before the clock was set back:
 * they tell nothing, and without any other it is now.
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

function evidenceOf(run: Run, sighting: RunObservation | null, nowMs: number): readonly ProgressEvidence[] {
  const found: ProgressEvidence[] = [];
  const startedMs = run.startedAtMs ?? 0;
  const started = startedMs <= nowMs ? startedMs : 0;
  const add = (witness: ProgressEvidence["witness"], atMs: number | null | undefined, text: string) => {
    // What dates from before this attempt says nothing about it.
    if (atMs !== null && atMs !== undefined && atMs >= started) found.push({ witness, atMs, text });
  };
  add("report", run.report?.atMs, run.report?.text ?? "");
  if (sighting !== null) {
    const { log, worktree, processor } = sighting;
    if (log !== null) add("output", log.changedAtMs, outputText(log));
    if (worktree !== null) add("worktree", worktree.changedAtMs, worktreeText(worktree));
    if (processor !== null) add("processor", processor.busyAtMs, `${processorText(processor.usedMs)} of CPU`);
  }
  return found.sort((a, b) => b.atMs - a.atMs);
}

/** A log that grows beside words of silence would contradict them. */
const REPEATING_MS = 10_000;

function outputText({ changedAtMs, grewAtMs }: NonNullable<RunObservation["log"]>): string {
  return grewAtMs - changedAtMs < REPEATING_MS ? "new output" : "only repeated lines since new output";
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
  return host === null ? "its worker cannot be seen" : `host ${host} cannot be seen from here`;
}

function plain(verdict: Verdict, detail: string | null, evidence: readonly ProgressEvidence[]): Progress {
  return { verdict, detail, untilMs: null, quietSinceMs: null, evidence };
}

// Runs as lines: what `tasks runs` prints, and what an agent does, in one line.

import type { Run } from "../../core/contract/run.ts";
import { describeEnd } from "../../core/run/attempt-end.ts";
import { doingWords, type WordPart } from "../../core/run/doing-words.ts";
import { alignColumns } from "./columns.ts";
import { shortDuration } from "./duration.ts";
import { terminalText } from "./terminal-text.ts";

/** Task, state, attempt, time in the state, worker, details. */
export function runTableLines(
  runs: readonly Run[],
  { nowMs, columns }: { readonly nowMs: number; readonly columns: number | null },
): string[] {
  const cells = runs.map((run) => [
    terminalText(run.key),
    run.closing === null ? run.state : run.closing.as,
    run.kind === "by_hand" ? "by hand" : run.attempt === 0 ? "–" : `attempt ${run.attempt}`,
    shortDuration(nowMs - run.sinceMs),
    terminalText(whoWorks(run)),
    // Notes of people and workers may have several lines.
    terminalText(describeDetails(run, nowMs).replace(/\s+/g, " ")),
  ]);
  return alignColumns(cells, columns);
}

function whoWorks({ workerName, host }: Run): string {
  if (workerName === null) return "–";
  return host === null ? workerName : `${workerName} on ${host}`;
}

function describeDetails(run: Run, nowMs: number): string {
  const { closing, question, outcome, stopRequest, wait, report, state } = run;
  if (closing !== null) return `${closing.why}, by ${closing.by}`;
  if (question !== null && question.answer === null) return `asks: ${question.text}`;
  if (state === "queued") return describeQueued(run, nowMs);
  if (stopRequest !== null && state === "running") return `${stopRequest.by} asked to stop it`;
  if (outcome !== null) return `${outcome.kind}: ${outcome.note}`;
  if (wait !== null) return `waits for ${wait.on}`;
  const last = run.attempts.at(-1);
  if (state !== "running" && state !== "dispatching" && last !== undefined) return describeEnd(last.end);
  return report?.text ?? "";
}

function describeQueued({ queued, notBeforeMs }: Run, nowMs: number): string {
  const by = `queued by ${queued.by}`;
  return notBeforeMs === null || notBeforeMs <= nowMs
    ? by
    : `${by}, next attempt in ${shortDuration(notBeforeMs - nowMs)}`;
}

/** "working: `npm test` for 4 min · 3 of 7 steps", "thinking for 2 min"; null if its agent does not say. */
export function doingText(run: Parameters<typeof doingWords>[0], nowMs: number): string | null {
  const words = doingWords(run);
  if (words === null) return null;
  const said = words.parts.map((part) => partText(part, nowMs)).join("");
  if (said === "") return words.state;
  return `${words.state}${words.isSentence ? " " : ": "}${said}`;
}

function partText(part: WordPart, nowMs: number): string {
  switch (part.as) {
    case "text":
      return part.text;
    case "code":
      return `\`${part.text}\``;
    case "quote":
      return `“${part.text}”`;
    case "for":
      return `for ${shortDuration(nowMs - Date.parse(part.since))}`;
  }
}

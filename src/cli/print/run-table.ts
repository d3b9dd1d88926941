// Runs as lines: what `tasks runs` prints, and what an agent does, in one line.

import type { AgentActivity } from "../../core/agent/activity/agent-activity.ts";
import type { Run, RunId } from "../../core/contract/run.ts";
import { costText } from "../../core/costs/cost-words.ts";
import { describeAttempt } from "../../core/run/attempt-end.ts";
import { type DoingWords, saidWords, type WordPart } from "../../core/run/doing-words.ts";
import { viewAgent } from "../../core/snapshot/view-agent.ts";
import { alignColumns } from "./columns.ts";
import { shortDuration } from "./duration.ts";
import { terminalText } from "./terminal-text.ts";

/** What the agents of running ones say they do, by run. */
export type Activities = ReadonlyMap<RunId, AgentActivity>;

type Layout = { readonly nowMs: number; readonly columns: number | null; readonly activities: Activities };

/** Task, state, attempt, time in the state, worker, cost where one is known, details. */
export function runTableLines(runs: readonly Run[], layout: Layout): string[] {
  const { nowMs, columns, activities } = layout;
  const listed = runs.map((run) => ({ run, said: viewAgent(run, activities.get(run.id) ?? null) }));
  const hasCost = listed.some(({ said }) => said.cost !== null);
  const cells = listed.map(({ run, said }) => [
    terminalText(run.key),
    run.closing === null ? run.state : run.closing.as,
    run.kind === "by_hand" ? "by hand" : run.attempt === 0 ? "–" : `attempt ${run.attempt}`,
    shortDuration(nowMs - run.sinceMs),
    terminalText(whoWorks(run)),
    ...(hasCost ? [said.cost === null ? "–" : costText(said.cost)] : []),
    // Notes of people and workers may have several lines.
    terminalText(describeDetails(run, saidWords(said), nowMs).replace(/\s+/g, " ")),
  ]);
  return alignColumns(cells, columns);
}

/** "careful (claude) on desk". */
function whoWorks({ workerName, agent, host }: Run): string {
  if (workerName === null) return "–";
  const isNamed = agent !== null && agent.kind !== workerName && agent.kind !== "command";
  const name = isNamed ? `${workerName} (${agent.kind})` : workerName;
  return host === null ? name : `${name} on ${host}`;
}

function describeDetails(run: Run, doing: DoingWords | null, nowMs: number): string {
  const { closing, question, outcome, stopRequest, wait, report, state } = run;
  if (closing !== null) return `${closing.why}, by ${closing.by}`;
  if (question !== null && question.answer === null) return `${askVerb(question)}: ${question.text}`;
  if (state === "queued") return describeQueued(run, nowMs);
  if (stopRequest !== null && state === "running") return `${stopRequest.by} asked to stop it`;
  if (outcome !== null) return `${outcome.kind}: ${outcome.note}`;
  if (wait !== null) return `waits for ${wait.on}`;
  const last = run.attempts.at(-1);
  if (state !== "running" && state !== "dispatching" && last !== undefined) return describeAttempt(last);
  return doing === null ? (report?.text ?? "") : doingText(doing, nowMs);
}

function askVerb({ request }: NonNullable<Run["question"]>): string {
  return request?.about === "permission" ? "waits for permission" : "asks";
}

function describeQueued({ queued, notBeforeMs }: Run, nowMs: number): string {
  const by = `queued by ${queued.by}`;
  return notBeforeMs === null || notBeforeMs <= nowMs
    ? by
    : `${by}, next attempt in ${shortDuration(notBeforeMs - nowMs)}`;
}

/** "working: `npm test` for 4 min · 3 of 7 steps", "thinking for 2 min". */
export function doingText({ state, isSentence, parts }: DoingWords, nowMs: number): string {
  const said = parts.map((part) => partText(part, nowMs)).join("");
  if (said === "") return state;
  return `${state}${isSentence ? " " : ": "}${said}`;
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

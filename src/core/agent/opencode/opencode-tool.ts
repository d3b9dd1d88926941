// A tool of opencode, which is shown only when it is over.

import {
  type AgentEvent,
  cutText,
  cutToEnd,
  oneLine,
  TEXT_MAX,
  type ToolDoes,
  type ToolEvent,
} from "../contract/agent-event.ts";
import {
  countOf,
  entryOf,
  type JsonRecord,
  jsonLine,
  numberOf,
  recordOf,
  textOf,
} from "../lines/json-value.ts";
import { planEntries } from "../lines/plan-entries.ts";
import { inWorktree } from "../lines/worktree-path.ts";

const DOES: Readonly<Record<string, ToolDoes>> = {
  bash: "run",
  edit: "edit",
  write: "edit",
  patch: "edit",
  multiedit: "edit",
  apply_patch: "edit",
  read: "read",
  list: "read",
  glob: "search",
  grep: "search",
  webfetch: "web",
  websearch: "web",
  task: "agent",
};

const SUBJECTS = ["command", "filePath", "path", "pattern", "query", "url", "description"];

const PLAN_TOOL = "todowrite";

/** Its only sign of a denial. */
const REJECTED = /^The user rejected permission to use this specific tool call/;

export function eventsOfTool({ tool, callID, state }: JsonRecord, worktree: string): readonly AgentEvent[] {
  const name = textOf(tool) ?? "tool";
  const { status, input, output, error, metadata, time } = recordOf(state);
  if (name === PLAN_TOOL && status === "completed") {
    return [{ kind: "plan", entries: planEntries(recordOf(input).todos, "content") }];
  }
  const exitCode = numberOf(recordOf(metadata).exit);
  const why = textOf(error) ?? "";
  const isDenied = status === "error" && REJECTED.test(why);
  const text = textOf(output) ?? why;
  const event: ToolEvent = {
    kind: "tool",
    id: textOf(callID) ?? name,
    name,
    does: entryOf(DOES, name) ?? "other",
    input: oneLine(inputOf(recordOf(input), worktree)),
    state: isDenied ? "denied" : status === "error" || (exitCode ?? 0) !== 0 ? "failed" : "ok",
    exitCode,
    ms: durationOf(recordOf(time)),
    output: text === "" ? null : cutToEnd(text, TEXT_MAX.output),
    lines: changedLines(recordOf(metadata)),
  };
  if (!isDenied) return [event];
  return [event, { kind: "denied", tool: name, input: event.input, why: cutText(why, TEXT_MAX.why) }];
}

function inputOf(input: JsonRecord, worktree: string): string {
  const subject = SUBJECTS.map((name) => textOf(input[name])).find((text) => text !== null);
  return subject == null ? jsonLine(input) : inWorktree(subject, worktree);
}

function changedLines({ filediff }: JsonRecord): ToolEvent["lines"] {
  const { additions, deletions } = recordOf(filediff);
  if (numberOf(additions) === null && numberOf(deletions) === null) return null;
  return { added: countOf(additions), removed: countOf(deletions) };
}

function durationOf({ start, end }: JsonRecord): number | null {
  const from = numberOf(start);
  const to = numberOf(end);
  return from === null || to === null ? null : Math.max(0, to - from);
}

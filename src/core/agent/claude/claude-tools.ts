// What Claude Code's tools do, and the one line that says with what.

import { oneLine, type ToolDoes } from "../contract/agent-event.ts";
import { type JsonRecord, textOf } from "../lines/json-value.ts";

const DOES: ReadonlyMap<string, ToolDoes> = new Map([
  ...entries(
    "run",
    "Bash",
    "BashOutput",
    "KillBash",
    "KillShell",
    "PowerShell",
    "Monitor",
    "TaskOutput",
    "TaskStop",
  ),
  ...entries("edit", "Edit", "MultiEdit", "NotebookEdit", "Write"),
  ...entries("read", "NotebookRead", "Read", "ReadMcpResource"),
  ...entries("search", "Glob", "Grep", "LS", "ToolSearch"),
  ...entries("web", "WebFetch", "WebSearch"),
  ...entries("plan", "ExitPlanMode", "TaskCreate", "TaskGet", "TaskList", "TaskUpdate", "TodoWrite"),
  ...entries("agent", "Agent", "SendMessage", "Task", "Workflow"),
]);

function entries(does: ToolDoes, ...names: readonly string[]): readonly (readonly [string, ToolDoes])[] {
  return names.map((name) => [name, does]);
}

export function toolDoes(name: string): ToolDoes {
  return DOES.get(name) ?? "other";
}

/** The fields that say with what, the most telling first. */
const TELLING = ["command", "file_path", "notebook_path", "url", "host", "query", "pattern", "path", "skill"];
const ALSO_TELLING = ["description", "subject", "prompt", "task_id", "taskId"];

/** The command, the path, the query: one line. Paths in `worktree` are relative to it. */
export function toolInput(input: JsonRecord, worktree: string): string {
  const place = textOf(input["path"]);
  const pattern = textOf(input["pattern"]);
  if (pattern !== null && place !== null) return oneLine(`${pattern} in ${within(place, worktree)}`);
  for (const key of [...TELLING, ...ALSO_TELLING]) {
    const text = textOf(input[key]);
    if (text !== null) return oneLine(within(text, worktree));
  }
  return Object.keys(input).length === 0 ? "" : oneLine(JSON.stringify(input));
}

function within(path: string, worktree: string): string {
  return path.startsWith(`${worktree}/`) ? path.slice(worktree.length + 1) : path;
}

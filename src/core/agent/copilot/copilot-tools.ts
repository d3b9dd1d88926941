// The tools Copilot has started, from `tool.execution_start` to `tool.execution_complete`.

import {
  type AgentEvent,
  cutText,
  cutToEnd,
  oneLine,
  TEXT_MAX,
  type ToolDoes,
  type ToolEvent,
} from "../contract/agent-event.ts";
import { type JsonRecord, numberOf, recordOf, textOf } from "../lines/json-value.ts";

/** An agent that never ends its tools does not fill the memory. */
const OPEN_MAX = 500;

type OpenTool = { readonly event: ToolEvent; readonly startedAtMs: number | null };

export class CopilotTools {
  readonly #worktree: string;
  readonly #open = new Map<string, OpenTool>();

  constructor(worktree: string) {
    this.#worktree = worktree;
  }

  begin(data: JsonRecord, atMs: number | null): ToolEvent {
    const id = textOf(data["toolCallId"]) ?? "";
    const name = textOf(data["toolName"]) ?? "tool";
    const within = textOf(data["parentToolCallId"]);
    const outer = within === null ? undefined : (this.#open.get(within)?.event.name ?? "task");
    const event: ToolEvent = {
      kind: "tool",
      id,
      name: outer === undefined ? name : `${outer} › ${name}`,
      does: DOES.get(name) ?? "other",
      input: this.#inputOf(recordOf(data["arguments"])),
      state: "running",
      exitCode: null,
      ms: null,
      output: null,
      lines: null,
    };
    if (this.#open.size < OPEN_MAX) this.#open.set(id, { event, startedAtMs: atMs });
    return event;
  }

  /** Nothing for a tool of an earlier process, which a resumed session tells again. */
  finish(data: JsonRecord, atMs: number | null): readonly AgentEvent[] {
    const id = textOf(data["toolCallId"]) ?? "";
    const open = this.#open.get(id);
    if (open === undefined) return [];
    this.#open.delete(id);
    const error = recordOf(data["error"]);
    const why = textOf(error["message"]) ?? "";
    const exitCode = numberOf(recordOf(data["shellExecution"])["exitCode"]);
    const isOk = data["success"] === true && (exitCode ?? 0) === 0;
    const isDenied = !isOk && error["code"] === "denied";
    const output = (textOf(recordOf(data["result"])["content"]) ?? why).replace(SHELL_MARK, "");
    const event: ToolEvent = {
      ...open.event,
      state: isDenied ? "denied" : isOk ? "ok" : "failed",
      exitCode,
      ms: atMs === null || open.startedAtMs === null ? null : Math.max(0, atMs - open.startedAtMs),
      output: output === "" ? null : cutToEnd(output, TEXT_MAX.output),
      lines: open.event.does === "edit" && isOk ? linesOf(data) : null,
    };
    const { name, input } = event;
    const denied = { kind: "denied", tool: name, input, why: cutText(why, TEXT_MAX.why) } as const;
    return isDenied ? [denied, event] : [event];
  }

  #inputOf(input: JsonRecord): string {
    for (const key of ["command", "path", "url", "query", "pattern", "description", "prompt"]) {
      const text = textOf(input[key]);
      if (text !== null) return oneLine(this.#within(text));
    }
    return Object.keys(input).length === 0 ? "" : oneLine(JSON.stringify(input));
  }

  #within(path: string): string {
    return path.startsWith(`${this.#worktree}/`) ? path.slice(this.#worktree.length + 1) : path;
  }
}

const DOES: ReadonlyMap<string, ToolDoes> = new Map([
  ...namesOf("run", "bash", "local_shell", "powershell", "read_bash", "stop_bash", "write_bash"),
  ...namesOf("edit", "apply_patch", "create", "edit", "str_replace_editor"),
  ...namesOf("read", "view"),
  ...namesOf("search", "glob", "grep", "rg"),
  ...namesOf("web", "fetch", "web_fetch", "web_search"),
  ...namesOf("plan", "todo", "update_todo"),
  ...namesOf("agent", "task"),
]);

function namesOf(does: ToolDoes, ...names: readonly string[]): readonly (readonly [string, ToolDoes])[] {
  return names.map((name) => [name, does]);
}

/** What it adds to a command's output; the exit code has a field. */
const SHELL_MARK = /\n?<shellId: \S+ completed with exit code -?\d+>\s*$/;

function linesOf(data: JsonRecord): ToolEvent["lines"] {
  const metrics = recordOf(recordOf(data["toolTelemetry"])["metrics"]);
  const [added, removed] = [numberOf(metrics["linesAdded"]), numberOf(metrics["linesRemoved"])];
  return added === null || removed === null ? null : { added, removed };
}

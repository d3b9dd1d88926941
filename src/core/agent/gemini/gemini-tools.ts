// The tools of Gemini CLI: announced with their parameters, over with a result that names only their id.

import {
  type AgentEvent,
  cutText,
  cutToEnd,
  oneLine,
  TEXT_MAX,
  type ToolDoes,
  type ToolEvent,
} from "../contract/agent-event.ts";
import { entryOf, type JsonRecord, jsonLine, recordOf, textOf } from "../lines/json-value.ts";
import { planEntries } from "../lines/plan-entries.ts";
import { inWorktree } from "../lines/worktree-path.ts";

const DOES: Readonly<Record<string, ToolDoes>> = {
  run_shell_command: "run",
  write_file: "edit",
  replace: "edit",
  read_file: "read",
  read_many_files: "read",
  list_directory: "read",
  glob: "search",
  grep_search: "search",
  search_file_content: "search",
  google_web_search: "web",
  web_fetch: "web",
  write_todos: "plan",
};

/** What a tool is about, by the first of these parameters that it has. */
const SUBJECTS = [
  "command",
  "file_path",
  "dir_path",
  "path",
  "absolute_path",
  "pattern",
  "query",
  "url",
  "prompt",
];

const PLAN_TOOL = "write_todos";

const RUNNING_MAX = 200;

export class GeminiTools {
  readonly #worktree: string;
  readonly #mayEverything: boolean;
  readonly #running = new Map<string, ToolEvent>();

  constructor(worktree: string, mayEverything: boolean) {
    this.#worktree = worktree;
    this.#mayEverything = mayEverything;
  }

  started({ tool_id, tool_name, parameters }: JsonRecord): readonly AgentEvent[] {
    const name = textOf(tool_name) ?? "tool";
    const id = textOf(tool_id) ?? name;
    const values = recordOf(parameters);
    if (name === PLAN_TOOL) return [{ kind: "plan", entries: planEntries(values.todos, "description") }];
    const event: ToolEvent = {
      kind: "tool",
      id,
      name,
      does: entryOf(DOES, name) ?? "other",
      input: oneLine(this.#inputOf(values)),
      state: "running",
      exitCode: null,
      ms: null,
      output: null,
      lines: null,
    };
    if (this.#running.size < RUNNING_MAX) this.#running.set(id, event);
    return [event];
  }

  finished({ tool_id, status, output, error }: JsonRecord): readonly AgentEvent[] {
    const id = textOf(tool_id) ?? "";
    const tool = this.#running.get(id);
    this.#running.delete(id);
    if (tool === undefined) return [];
    const { type, message } = recordOf(error);
    const text = textOf(output) ?? textOf(message) ?? "";
    const isDenied = this.#isDenial(type, textOf(message) ?? "");
    const state = status === "success" ? "ok" : isDenied ? "denied" : "failed";
    const over: ToolEvent = { ...tool, state, output: text === "" ? null : cutToEnd(text, TEXT_MAX.output) };
    if (!isDenied) return [over];
    const why = cutText(textOf(message) ?? text, TEXT_MAX.why);
    return [over, { kind: "denied", tool: tool.name, input: tool.input, why }];
  }

  /** Headless, a tool that it may never use is not even known to it. A path outside of the worktree has no type of its own. */
  #isDenial(type: unknown, message: string): boolean {
    if (type === "tool_not_registered") return !this.#mayEverything;
    if (type === "invalid_tool_params") return message.startsWith("Path not in workspace");
    return ["policy_violation", "permission_denied", "path_not_in_workspace"].some(
      (denial) => denial === type,
    );
  }

  #inputOf(parameters: JsonRecord): string {
    const subject = SUBJECTS.map((name) => textOf(parameters[name])).find((text) => text !== null);
    return subject == null ? jsonLine(parameters) : inWorktree(subject, this.#worktree);
  }
}

// Tool calls: announced once, then changed field by field until they are over.

import { cutToEnd, oneLine, TEXT_MAX, type ToolDoes, type ToolEvent } from "../contract/agent-event.ts";
import {
  entryOf,
  type JsonRecord,
  jsonLine,
  listOf,
  numberOf,
  recordOf,
  textOf,
} from "../lines/json-value.ts";
import { inWorktree } from "../lines/worktree-path.ts";
import { changedLines } from "./acp-diff.ts";

const DOES: Readonly<Record<string, ToolDoes>> = {
  execute: "run",
  edit: "edit",
  delete: "edit",
  move: "edit",
  read: "read",
  search: "search",
  fetch: "web",
};

const STATES: Readonly<Record<string, ToolEvent["state"]>> = {
  pending: "running",
  in_progress: "running",
  completed: "ok",
  failed: "failed",
};

const TOOLS_MAX = 500;

export class AcpTools {
  readonly #worktree: string;
  readonly #tools = new Map<string, ToolEvent>();

  constructor(worktree: string) {
    this.#worktree = worktree;
  }

  /** A `tool_call`, a `tool_call_update`, or the tool call of a permission request: what it is now, and whether that is new. */
  changed(call: JsonRecord): { readonly tool: ToolEvent; readonly isNew: boolean } {
    const id = textOf(call.toolCallId) ?? "tool";
    const known = this.#tools.get(id);
    const before = known ?? newTool(id);
    const kind = textOf(call.kind);
    const output = outputOf(call);
    const tool: ToolEvent = {
      ...before,
      name: kind ?? before.name,
      does: kind === null ? before.does : (entryOf(DOES, kind) ?? "other"),
      input: before.input === "" || call.rawInput !== undefined ? this.#inputOf(call, before) : before.input,
      // What was denied stays denied: the agent says only that it failed.
      state: before.state === "denied" ? "denied" : (entryOf(STATES, call.status) ?? before.state),
      exitCode: numberOf(recordOf(call.rawOutput).exitCode) ?? before.exitCode,
      output: output === "" ? before.output : cutToEnd(output, TEXT_MAX.output),
      lines: changedLines(listOf(call.content)) ?? before.lines,
    };
    if (this.#tools.size < TOOLS_MAX || this.#tools.has(id)) this.#tools.set(id, tool);
    return { tool, isNew: known === undefined || jsonLine(known) !== jsonLine(tool) };
  }

  /** Those that an interrupt ended: agents say nothing about them. */
  endRunning(): readonly ToolEvent[] {
    const running = [...this.#tools.values()].filter(({ state }) => state === "running");
    const ended = running.map((tool): ToolEvent => ({ ...tool, state: "failed" }));
    for (const tool of ended) this.#tools.set(tool.id, tool);
    return ended;
  }

  denied(id: string): ToolEvent {
    const tool: ToolEvent = { ...(this.#tools.get(id) ?? newTool(id)), state: "denied" };
    this.#tools.set(id, tool);
    return tool;
  }

  #inputOf({ rawInput, locations, title }: JsonRecord, before: ToolEvent): string {
    const command = textOf(recordOf(rawInput).command);
    const path = textOf(recordOf(listOf(locations)[0]).path);
    const subject = command ?? (path === null ? textOf(title) : inWorktree(path, this.#worktree));
    return oneLine(subject ?? before.input);
  }
}

function newTool(id: string): ToolEvent {
  const nothing = { exitCode: null, ms: null, output: null, lines: null };
  return { kind: "tool", id, name: "tool", does: "other", input: "", state: "running", ...nothing };
}

function outputOf({ content, rawOutput }: JsonRecord): string {
  const texts = listOf(content).flatMap((entry) => textOf(recordOf(recordOf(entry).content).text) ?? []);
  return texts.length > 0 ? texts.join("\n") : (textOf(recordOf(rawOutput).message) ?? "");
}

// The tools Claude Code has started: a `tool_use` block begins one, the `tool_result` block with its id ends it.

import { type AgentEvent, cutToEnd, TEXT_MAX, type ToolEvent } from "../contract/agent-event.ts";
import { type JsonRecord, listOf, recordOf, textOf } from "../lines/json-value.ts";
import { toolDoes, toolInput } from "./claude-tools.ts";

/** An agent that never ends its tools does not fill the memory. */
const OPEN_MAX = 500;

type OpenTool = Pick<ToolEvent, "id" | "name" | "does" | "input"> & {
  readonly fields: JsonRecord;
  /** Null if the stream does not say, or once it waits for a person: the time would be theirs. */
  readonly startedAtMs: number | null;
};

export type FinishedTool = {
  readonly event: ToolEvent;
  readonly fields: JsonRecord;
  readonly result: unknown;
};

export class ClaudeToolLog {
  readonly #worktree: string;
  readonly #open = new Map<string, OpenTool>();
  readonly #reportedDenials = new Set<string>();
  /** A command of this process may have changed the folder of its shell, which the next process does not know. */
  hasMoved = false;

  constructor(worktree: string) {
    this.#worktree = worktree;
  }

  /** `within`: the tool that started the sub-agent which uses this one; null for the main thread. */
  begin(block: JsonRecord, atMs: number | null, within: string | null): ToolEvent {
    const ownName = textOf(block["name"]) ?? "tool";
    const fields = recordOf(block["input"]);
    const id = textOf(block["id"]) ?? "";
    const tool: OpenTool = {
      id,
      name: within === null ? ownName : `${this.#open.get(within)?.name ?? "Task"} › ${ownName}`,
      does: toolDoes(ownName),
      input: toolInput(fields, this.#worktree),
      fields,
      startedAtMs: atMs,
    };
    if (this.#open.size < OPEN_MAX) this.#open.set(id, tool);
    return eventOf(tool, { state: "running", exitCode: null, ms: null, output: null, lines: null });
  }

  /** Null for a result of a tool that was never started. */
  finish(block: JsonRecord, line: JsonRecord, atMs: number | null): FinishedTool | null {
    const id = textOf(block["tool_use_id"]) ?? "";
    const tool = this.#open.get(id);
    if (tool === undefined) return null;
    this.#open.delete(id);
    this.hasMoved ||= tool.does === "run" && MOVES.test(textOf(tool.fields["command"]) ?? "");
    const output = outputOf(block["content"]);
    const isError = block["is_error"] === true;
    const result = line["tool_use_result"];
    const isDenied = isError && (this.#reportedDenials.has(id) || wasRejected(line, id));
    const event = eventOf(tool, {
      state: isDenied ? "denied" : isError ? "failed" : "ok",
      exitCode: tool.does === "run" && !isDenied ? exitCodeOf(isError, output, recordOf(result)) : null,
      ms: atMs === null || tool.startedAtMs === null ? null : Math.max(0, atMs - tool.startedAtMs),
      output: output === "" ? null : cutToEnd(output, TEXT_MAX.output),
      lines: tool.does === "edit" && !isError ? changedLines(recordOf(result)) : null,
    });
    return { event, fields: tool.fields, result };
  }

  /** A person is asked about it: how long it takes says nothing about it. */
  waits(id: string): void {
    const tool = this.#open.get(id);
    if (tool !== undefined) this.#open.set(id, { ...tool, startedAtMs: null });
  }

  /** Null when this denial was reported before. */
  denial({ id, name, input, why }: Denial): AgentEvent | null {
    if (this.#reportedDenials.has(id)) return null;
    if (this.#reportedDenials.size < OPEN_MAX) this.#reportedDenials.add(id);
    const tool = this.#open.get(id);
    const words = tool?.input ?? toolInput(input, this.#worktree);
    return { kind: "denied", tool: tool?.name ?? name, input: words, why: cutToEnd(why, TEXT_MAX.why) };
  }
}

const MOVES = /\b(?:cd|pushd|popd|chdir)\b/;

export type Denial = {
  /** Of the tool. */
  readonly id: string;
  readonly name: string;
  readonly input: JsonRecord;
  readonly why: string;
};

type Outcome = Pick<ToolEvent, "state" | "exitCode" | "ms" | "output" | "lines">;

function eventOf({ id, name, does, input }: OpenTool, outcome: Outcome): ToolEvent {
  return { kind: "tool", id, name, does, input, ...outcome };
}

/** Newer versions say who decided; older ones only in the list of denials at the end of the turn. */
function wasRejected(line: JsonRecord, id: string): boolean {
  const meta = listOf(line["tool_result_meta"])
    .map(recordOf)
    .find((entry) => entry["id"] === id);
  return recordOf(meta?.["permission_decision"])["decision"] === "reject";
}

/** A text, or a list of parts. */
function outputOf(content: unknown): string {
  const text = textOf(content);
  if (text !== null) return text;
  return listOf(content)
    .map(recordOf)
    .map((part) => textOf(part["text"]) ?? (part["type"] === "image" ? "(an image)" : ""))
    .join("\n");
}

/** No field holds it: a failure begins with it. A command that continues in the background has none yet. */
function exitCodeOf(isError: boolean, output: string, result: JsonRecord): number | null {
  if (isError) {
    const [, code] = /^Exit code (\d{1,3})\b/.exec(output) ?? [];
    return code === undefined ? null : Number(code);
  }
  const isUnknown = "backgroundTaskId" in result || "returnCodeInterpretation" in result;
  return textOf(result["stdout"]) === null || isUnknown || result["interrupted"] === true ? null : 0;
}

function changedLines(result: JsonRecord): ToolEvent["lines"] {
  const patch = listOf(result["structuredPatch"]).flatMap((hunk) => listOf(recordOf(hunk)["lines"]));
  const content = textOf(result["content"]);
  if (patch.length === 0 && result["type"] === "create" && content !== null) {
    return { added: content.split("\n").length - (content.endsWith("\n") ? 1 : 0), removed: 0 };
  }
  if (patch.length === 0) return null;
  const count = (sign: string) => patch.filter((line) => textOf(line)?.startsWith(sign)).length;
  return { added: count("+"), removed: count("-") };
}

// An item of a codex thread (a message, a command, a change of files …) -> an event. An item comes when it starts and again
// when it is complete; the later one replaces the earlier one.

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
  entryOf,
  type JsonRecord,
  jsonLine,
  listOf,
  numberOf,
  recordOf,
  textOf,
} from "../lines/json-value.ts";
import { inWorktree } from "../lines/worktree-path.ts";
import { commandInShell } from "./codex-command.ts";

export type ItemContext = {
  /** Absolute: paths in it are shown relative to it. */
  readonly worktree: string;
  /** False when the item has only started. */
  readonly isComplete: boolean;
};

/** `null`: carries nothing for people. `unknown`: a type this version does not know. */
export function eventOfItem(item: JsonRecord, context: ItemContext): AgentEvent | null | "unknown" {
  const type = textOf(item.type) ?? "";
  const tool = entryOf(TOOLS, type);
  if (tool !== undefined) return toolEvent(item, type, tool(item, context), context);
  if (SILENT_ITEMS.has(type)) return null;
  const said = entryOf(SAYINGS, type);
  if (said === undefined) return "unknown";
  return context.isComplete ? said(item) : null;
}

/** What a person wrote (its sender records it), and what is about the conversation itself. */
const SILENT_ITEMS: ReadonlySet<string> = new Set([
  "userMessage",
  "hookPrompt",
  "functionCallOutput",
  "subAgentActivity",
  "enteredReviewMode",
  "exitedReviewMode",
  "contextCompaction",
]);

const SAYINGS: Readonly<Record<string, (item: JsonRecord) => AgentEvent | null>> = {
  agentMessage: (item) => message(textOf(item.text)),
  plan: (item) => message(textOf(item.text)),
  reasoning: (item) => {
    const summary = linesOf(item.summary);
    const text = summary === "" ? linesOf(item.content) : summary;
    return text === "" ? null : { kind: "reasoning", text: cutText(text, TEXT_MAX.message), part: null };
  },
};

function message(text: string | null): AgentEvent | null {
  if (text === null || text.trim() === "") return null;
  return {
    kind: "message",
    from: "agent",
    text: cutText(text, TEXT_MAX.message),
    part: null,
    delivered: null,
  };
}

function linesOf(value: unknown): string {
  return listOf(value)
    .flatMap((line) => textOf(line) ?? [])
    .join("\n\n");
}

type ToolPart = {
  readonly name?: string;
  readonly does: ToolDoes;
  readonly input: string;
  readonly output?: string | null;
  readonly exitCode?: number | null;
  readonly lines?: ToolEvent["lines"];
  /** True where only its content says that it failed. */
  readonly hasFailed?: boolean;
};

const TOOLS: Readonly<Record<string, (item: JsonRecord, context: ItemContext) => ToolPart>> = {
  commandExecution: (item) => ({
    does: whatCommandDoes(item),
    input: commandInShell(textOf(item.command) ?? ""),
    output: textOf(item.aggregatedOutput),
    exitCode: numberOf(item.exitCode),
  }),
  fileChange: (item, { worktree }) => {
    const changes = listOf(item.changes).map(recordOf);
    const paths = changes.map(({ path }) => inWorktree(textOf(path) ?? "", worktree));
    return { does: "edit", input: paths.join(", "), lines: countLines(changes) };
  },
  mcpToolCall: (item) => ({
    name: [textOf(item.server), textOf(item.tool)].filter((part) => part !== null).join("."),
    does: "other",
    input: jsonLine(item.arguments),
    output: textOf(recordOf(item.error).message) ?? contentText(recordOf(item.result).content),
  }),
  dynamicToolCall: (item) => ({
    name: textOf(item.tool) ?? "dynamicToolCall",
    does: "other",
    input: jsonLine(item.arguments),
    output: contentText(item.contentItems),
    hasFailed: item.success === false,
  }),
  collabAgentToolCall: (item) => ({
    name: textOf(item.tool) ?? "collabAgentToolCall",
    does: "agent",
    input: textOf(item.prompt) ?? "",
  }),
  webSearch: (item) => ({ does: "web", input: textOf(item.query) ?? "" }),
  imageView: (item, { worktree }) => ({ does: "read", input: inWorktree(textOf(item.path) ?? "", worktree) }),
  imageGeneration: (item) => ({ does: "other", input: textOf(item.revisedPrompt) ?? "" }),
  sleep: (item) => ({ does: "other", input: jsonLine(item.durationMs) }),
};

function toolEvent(item: JsonRecord, type: string, part: ToolPart, { isComplete }: ItemContext): ToolEvent {
  const output = part.output ?? "";
  return {
    kind: "tool",
    id: textOf(item.id) ?? type,
    name: part.name || type,
    does: part.does,
    input: oneLine(part.input),
    state: stateOf(item, part, isComplete),
    exitCode: part.exitCode ?? null,
    ms: numberOf(item.durationMs) ?? duration(item),
    output: output === "" ? null : cutToEnd(output, TEXT_MAX.output),
    lines: part.lines ?? null,
  };
}

function stateOf(
  item: JsonRecord,
  { exitCode, hasFailed }: ToolPart,
  isComplete: boolean,
): ToolEvent["state"] {
  if (!isComplete) return "running";
  if (item.status === "declined") return "denied";
  const isFailed = item.status === "failed" || hasFailed === true || (exitCode ?? 0) !== 0;
  return isFailed ? "failed" : "ok";
}

function duration({ startedAtMs, completedAtMs }: JsonRecord): number | null {
  const from = numberOf(startedAtMs);
  const to = numberOf(completedAtMs);
  return from === null || to === null ? null : Math.max(0, to - from);
}

/** `commandActions` is codex's own reading of the command. */
function whatCommandDoes(item: JsonRecord): ToolDoes {
  const actions = listOf(item.commandActions).map((action) => textOf(recordOf(action).type));
  if (actions.length === 0 || actions.includes("unknown")) return "run";
  return actions.every((type) => type === "search") ? "search" : "read";
}

/** A new or deleted file has its content as `diff`, an update a unified diff. */
function countLines(changes: readonly JsonRecord[]): ToolEvent["lines"] {
  let added = 0;
  let removed = 0;
  for (const { kind, diff } of changes) {
    const text = textOf(diff) ?? "";
    const lines = text.split("\n").filter((line, index, all) => line !== "" || index < all.length - 1);
    const type = textOf(recordOf(kind).type) ?? textOf(kind);
    if (type === "add") added += lines.length;
    else if (type === "delete") removed += lines.length;
    else {
      added += lines.filter((line) => /^\+(?!\+\+ )/.test(line)).length;
      removed += lines.filter((line) => /^-(?!-- )/.test(line)).length;
    }
  }
  return { added, removed };
}

function contentText(content: unknown): string | null {
  const texts = listOf(content).flatMap((entry) => textOf(recordOf(entry).text) ?? []);
  return texts.length === 0 ? null : texts.join("\n");
}

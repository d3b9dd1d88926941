// One process of Copilot CLI: it works on its one prompt and ends with a `result`.

import { type AgentEvent, cutText, TEXT_MAX } from "../contract/agent-event.ts";
import type { AgentExit, AgentOrder, Conversation, ConversationOutput } from "../contract/agent-kind.ts";
import { ONE_TURN } from "../contract/one-turn.ts";
import { type JsonRecord, parseRecord, recordOf, textOf } from "../lines/json-value.ts";
import { CopilotFailures } from "./copilot-failures.ts";
import { SKIPPED_LINES } from "./copilot-lines.ts";
import { CopilotTools } from "./copilot-tools.ts";

export class CopilotConversation implements Conversation {
  readonly begin = ONE_TURN.begin;
  readonly steer = ONE_TURN.steer;
  readonly nextTurn = ONE_TURN.nextTurn;
  readonly answer = ONE_TURN.answer;
  readonly interrupt = ONE_TURN.interrupt;
  readonly #order: AgentOrder;
  readonly #output: ConversationOutput;
  readonly #tools: CopilotTools;
  readonly #failures = new CopilotFailures();
  #session: string | null = null;
  #model: string | null = null;
  #isAborted = false;
  #hasEnded = false;
  #hasError = false;
  #lastComplaint = "";

  constructor(order: AgentOrder, output: ConversationOutput) {
    this.#order = order;
    this.#output = output;
    this.#tools = new CopilotTools(order.worktree);
  }

  receive(line: string): void {
    if (line.trim() === "") return;
    const record = parseRecord(line);
    const why = record === null ? "no JSON object" : this.#take(record, recordOf(record["data"]));
    if (why !== null) this.#emit({ kind: "unparsed", line: cutText(line, TEXT_MAX.line), why });
  }

  receiveError(line: string): void {
    const text = line.trim();
    if (text === "") return;
    this.#lastComplaint = cutText(text, TEXT_MAX.line);
    if (/\bNo session, task, or name matched\b/.test(text)) {
      const why = "The session to resume does not exist (any more).";
      this.#emit({ kind: "error", code: "session_gone", status: null, why });
    }
  }

  processEnded({ code, signal }: AgentExit): void {
    if (this.#hasEnded || this.#hasError) return;
    const how = signal === null ? `with exit code ${code ?? "unknown"}` : `by ${signal}`;
    const words = this.#lastComplaint === "" ? "." : `: ${this.#lastComplaint}`;
    const why = cutText(`It ended ${how} before its turn was over${words}`, TEXT_MAX.why);
    this.#emit({ kind: "error", code: "other", status: null, why });
  }

  /** Why the line was not understood; null when it was. */
  #take(record: JsonRecord, data: JsonRecord): string | null {
    const type = textOf(record["type"]);
    this.#model = textOf(data["model"]) ?? this.#model;
    switch (type) {
      case null:
        return "a line without a type";
      case "user.message":
        return this.#said(this.#sessionEvents(this.#order.session.id));
      case "assistant.message":
        return this.#said(messageEvents(data));
      case "assistant.reasoning":
        return this.#said(thoughtEvents(data["content"]));
      case "tool.execution_start":
        return this.#said([this.#tools.begin(data, timeOf(record))]);
      case "tool.execution_complete":
        return this.#said(this.#tools.finish(data, timeOf(record)));
      case "model.call_failure":
        return this.#said(this.#failures.failed(data));
      case "assistant.turn_retry":
        return this.#said([this.#failures.repeated(data)]);
      case "session.error":
        return this.#said(this.#failures.ended(data));
      case "abort":
        this.#isAborted = true;
        return null;
      case "result":
        return this.#said([
          ...this.#sessionEvents(textOf(record["sessionId"])),
          ...this.#resultEvents(record),
        ]);
      default:
        if (record["ephemeral"] === true || SKIPPED_LINES.has(type)) return null;
        return cutText(`a line of type ${JSON.stringify(type)}`, TEXT_MAX.line);
    }
  }

  /** It names its session only at its end: with the prompt it has the one that was chosen. */
  #sessionEvents(id: string | null): readonly AgentEvent[] {
    if (id === null || id === this.#session) return [];
    this.#session = id;
    return [{ kind: "session", id, model: this.#model, version: null }];
  }

  #resultEvents(record: JsonRecord): readonly AgentEvent[] {
    this.#hasEnded = true;
    const { exitCode } = record;
    if (this.#isAborted) return [{ kind: "ended", how: "interrupted" }];
    if (exitCode === 0) return [{ kind: "ended", how: "completed" }];
    const why = `It ended its turn with exit code ${typeof exitCode === "number" ? exitCode : "unknown"}.`;
    const error: AgentEvent = { kind: "error", code: "other", status: null, why };
    return [...(this.#hasError ? [] : [error]), { kind: "ended", how: "failed" }];
  }

  #said(events: readonly AgentEvent[]): null {
    for (const event of events) this.#emit(event);
    return null;
  }

  #emit(event: AgentEvent): void {
    if (event.kind === "error") this.#hasError = true;
    this.#output.event(event);
  }
}

/** A sub-agent's words are thoughts here, never the agent's message. */
function messageEvents(data: JsonRecord): readonly AgentEvent[] {
  const thoughts = thoughtEvents(data["reasoningText"]);
  if (textOf(data["parentToolCallId"]) !== null) return [...thoughts, ...thoughtEvents(data["content"])];
  const text = cutText(textOf(data["content"]) ?? "", TEXT_MAX.message);
  if (text.trim() === "") return thoughts;
  return [...thoughts, { kind: "message", from: "agent", text, part: null, delivered: null }];
}

function thoughtEvents(value: unknown): readonly AgentEvent[] {
  const text = cutText(textOf(value) ?? "", TEXT_MAX.message);
  return text.trim() === "" ? [] : [{ kind: "reasoning", text, part: null }];
}

function timeOf(record: JsonRecord): number | null {
  const ms = Date.parse(textOf(record["timestamp"]) ?? "");
  return Number.isFinite(ms) ? ms : null;
}

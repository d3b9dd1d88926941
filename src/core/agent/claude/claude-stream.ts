// The lines of Claude Code's stdout, by type.

import type { ConversationOutput } from "../contract/agent-kind.ts";
import { type JsonRecord, recordOf, textOf } from "../lines/json-value.ts";
import { SKIPPED_SYSTEM, SKIPPED_TYPES, unknownLine } from "./claude-lines.ts";
import { ClaudeMessages, type Taken, textCount } from "./claude-messages.ts";
import { ClaudeMeter } from "./claude-meter.ts";
import { deniedAtEnd, limitEvent, retryEvent } from "./claude-notices.ts";
import type { ClaudeRequests } from "./claude-requests.ts";
import { ClaudeToolLog } from "./claude-tool-log.ts";
import type { ClaudeTurn } from "./claude-turn.ts";

export type ClaudeStreamParts = {
  readonly worktree: string;
  readonly turn: ClaudeTurn;
  readonly requests: ClaudeRequests;
  readonly output: ConversationOutput;
};

export class ClaudeStream {
  readonly #turn: ClaudeTurn;
  readonly #requests: ClaudeRequests;
  readonly #output: ConversationOutput;
  readonly #tools: ClaudeToolLog;
  readonly #meter = new ClaudeMeter();
  readonly #messages: ClaudeMessages;
  #session = "";
  #model: string | null = null;
  /** What was said last about a limit: the stream repeats it. */
  #limit = "";

  constructor({ worktree, turn, requests, output }: ClaudeStreamParts) {
    this.#turn = turn;
    this.#requests = requests;
    this.#output = output;
    this.#tools = new ClaudeToolLog(worktree);
    this.#messages = new ClaudeMessages(this.#tools, this.#meter);
  }

  /** Why the line was not understood; null when it was. */
  take(record: JsonRecord): string | null {
    const { type } = record;
    switch (type) {
      case "system":
        return this.#takeSystem(record);
      case "assistant":
        return this.#emit(this.#messages.ofAgent(record));
      case "user":
        if (record["isReplay"] === true) this.#turn.read(textCount(record));
        return this.#emit(this.#messages.ofTools(record));
      case "result":
        return this.#takeResult(record);
      case "rate_limit_event":
        return this.#takeLimit(recordOf(record["rate_limit_info"]));
      case "control_request":
        return this.#takeRequest(textOf(record["request_id"]) ?? "", recordOf(record["request"]));
      case "control_cancel_request":
        this.#requests.cancel(textOf(record["request_id"]) ?? "");
        return null;
      default:
        return unknownLine("a line", type, SKIPPED_TYPES);
    }
  }

  #takeSystem(record: JsonRecord): string | null {
    const { subtype } = record;
    switch (subtype) {
      case "init":
        return this.#takeInit(record);
      case "api_retry":
        this.#output.event(retryEvent(record));
        return null;
      case "permission_denied":
        return this.#emit(this.#messages.denied(record));
      default:
        return unknownLine("a system line", subtype, SKIPPED_SYSTEM);
    }
  }

  /** Every turn begins with one, also one that work in the background began; what is new is said. */
  #takeInit(record: JsonRecord): string | null {
    const id = textOf(record["session_id"]);
    if (id === null) return "a start without a session";
    if (!this.#turn.isWorking) this.#turn.begin();
    const model = textOf(record["model"]);
    const version = textOf(record["claude_code_version"]);
    const session = JSON.stringify([id, model, version]);
    if (session !== this.#session) this.#output.event({ kind: "session", id, model, version });
    this.#session = session;
    this.#model = model;
    return null;
  }

  #takeResult(record: JsonRecord): string | null {
    for (const event of this.#meter.turnEnded(record, this.#model)) this.#output.event(event);
    for (const event of deniedAtEnd(record, this.#tools)) this.#output.event(event);
    this.#requests.cancelAll();
    this.#turn.end(record, this.#messages.lastFailure);
    return null;
  }

  #takeLimit(info: JsonRecord): string | null {
    const event = limitEvent(info);
    const said = JSON.stringify(event);
    if (event === null || said === this.#limit) return null;
    this.#limit = said;
    if (event.status === "reached") this.#turn.isLimitReported = true;
    this.#output.event(event);
    return null;
  }

  #takeRequest(id: string, request: JsonRecord): string | null {
    const { subtype } = request;
    if (subtype === "can_use_tool") {
      this.#tools.waits(textOf(request["tool_use_id"]) ?? "");
      this.#output.event(this.#requests.ask(id, request, this.#tools.hasMoved));
      return null;
    }
    // Without an answer the agent would wait forever.
    const response = { subtype: "error", request_id: id, error: "This is not supported here." };
    this.#output.send(JSON.stringify({ type: "control_response", response }));
    return unknownLine("a request", subtype);
  }

  #emit({ events, why }: Taken): string | null {
    for (const event of events) this.#output.event(event);
    return why;
  }
}

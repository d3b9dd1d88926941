// The lines of `opencode run --format json`: steps, and in them texts and tools that are over. No line says that the turn is
// over: it is when the last step stopped and the process succeeds. A denied tool ends the turn too.

import { type AgentErrorCode, cutText, TEXT_MAX } from "../contract/agent-event.ts";
import type { AgentExit, AgentOrder, Conversation, ConversationOutput } from "../contract/agent-kind.ts";
import { ONE_TURN } from "../contract/one-turn.ts";
import {
  countOf,
  entryOf,
  type JsonRecord,
  numberOf,
  parseRecord,
  recordOf,
  textOf,
} from "../lines/json-value.ts";
import { readError } from "./opencode-error.ts";
import { eventsOfTool } from "./opencode-tool.ts";

export class OpencodeConversation implements Conversation {
  readonly begin = ONE_TURN.begin;
  readonly steer = ONE_TURN.steer;
  readonly nextTurn = ONE_TURN.nextTurn;
  readonly answer = ONE_TURN.answer;
  readonly interrupt = ONE_TURN.interrupt;
  readonly #order: AgentOrder;
  readonly #output: ConversationOutput;
  readonly #readers: Readonly<Record<string, (part: JsonRecord, event: JsonRecord) => void>> = {
    step_start: () => {},
    text: (part) => this.#text("message", part),
    reasoning: (part) => this.#text("reasoning", part),
    tool_use: (part) => this.#tool(part),
    step_finish: (part) => this.#step(part),
    error: (_part, { error }) => this.#error(readError(error)),
  };
  #session = "";
  /** Whether the last thing that happened may be the end of a turn. */
  #mayEnd = false;
  #wasDenied = false;
  #hasError = false;

  constructor(order: AgentOrder, output: ConversationOutput) {
    this.#order = order;
    this.#output = output;
  }

  receive(line: string): void {
    const event = parseRecord(line);
    const read = entryOf(this.#readers, event?.type);
    if (event === null) this.#unparsed(line, "not a JSON object");
    else if (read === undefined) this.#unparsed(line, `unknown type ${textOf(event.type) ?? "of an event"}`);
    else {
      this.#named(textOf(event.sessionID));
      read(recordOf(event.part), event);
    }
  }

  /** Said nowhere else. */
  receiveError(line: string): void {
    if (!this.#order.session.resume || !/\bSession not found\b/.test(line)) return;
    this.#error({ code: "session_gone", status: null, why: "opencode has no such session any more." });
  }

  processEnded({ code, signal }: AgentExit): void {
    const isOver = code === 0 && (this.#mayEnd || this.#wasDenied);
    if (isOver && !this.#hasError) this.#output.event({ kind: "ended", how: "completed" });
    else if (this.#hasError && signal === null) this.#output.event({ kind: "ended", how: "failed" });
    else if (!this.#hasError) {
      const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
      this.#error({ code: "other", status: null, why: `opencode ended ${how} before its turn was over.` });
    }
  }

  #named(id: string | null): void {
    if (id === null || id === this.#session) return;
    this.#session = id;
    this.#output.event({ kind: "session", id, model: this.#order.settings.model, version: null });
  }

  #text(kind: "message" | "reasoning", part: JsonRecord): void {
    const text = cutText(textOf(part.text) ?? "", TEXT_MAX.message);
    this.#mayEnd = false;
    if (text.trim() === "") return;
    if (kind === "reasoning") this.#output.event({ kind, text, part: null });
    else this.#output.event({ kind, from: "agent", text, part: null, delivered: null });
  }

  #tool(part: JsonRecord): void {
    this.#mayEnd = false;
    for (const event of eventsOfTool(part, this.#order.worktree)) {
      if (event.kind === "denied") this.#wasDenied = true;
      this.#output.event(event);
    }
  }

  /** `input` is without what came from the cache. */
  #step({ reason, tokens, cost }: JsonRecord): void {
    const { input, output, reasoning, cache } = recordOf(tokens);
    const { read, write } = recordOf(cache);
    const used = {
      input: countOf(input) + countOf(read) + countOf(write),
      output: countOf(output) + countOf(reasoning),
      cached: countOf(read),
    };
    this.#mayEnd = reason === "stop";
    if (used.input > 0 || used.output > 0) {
      this.#output.event({ kind: "usage", ...used, contextPercent: null });
    }
    const usd = numberOf(cost) ?? 0;
    if (usd > 0) this.#output.event({ kind: "cost", usd, isEstimate: true });
  }

  #error({ code, status, why }: { code: AgentErrorCode; status: number | null; why: string }): void {
    this.#hasError = true;
    this.#output.event({ kind: "error", code, status, why: cutText(why, TEXT_MAX.why) });
  }

  #unparsed(line: string, why: string): void {
    const event = { kind: "unparsed", why: cutText(why, TEXT_MAX.line) } as const;
    this.#output.event({ ...event, line: cutText(line, TEXT_MAX.line) });
  }
}

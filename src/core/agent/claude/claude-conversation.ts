// One process of Claude Code: its lines become events, and messages, answers and interrupts become lines for it.
//
// A turn begins with a message on its stdin and ends with a `result`. Results are counted, not messages: a message in the
// middle of a turn joins it.

import { cutText, TEXT_MAX } from "../contract/agent-event.ts";
import type { AgentExit, AgentOrder, Conversation, ConversationOutput } from "../contract/agent-kind.ts";
import { parseRecord } from "../lines/json-value.ts";
import { GONE } from "./claude-failure.ts";
import { ClaudeRequests } from "./claude-requests.ts";
import { ClaudeStream } from "./claude-stream.ts";
import { ClaudeTurn } from "./claude-turn.ts";

export class ClaudeConversation implements Conversation {
  readonly #order: AgentOrder;
  readonly #output: ConversationOutput;
  readonly #turn: ClaudeTurn;
  readonly #requests: ClaudeRequests;
  readonly #stream: ClaudeStream;
  #interrupts = 0;
  #lastComplaint = "";

  constructor(order: AgentOrder, output: ConversationOutput) {
    const { worktree } = order;
    this.#order = order;
    this.#output = output;
    this.#turn = new ClaudeTurn((event) => output.event(event));
    this.#requests = new ClaudeRequests(worktree);
    this.#stream = new ClaudeStream({ worktree, turn: this.#turn, requests: this.#requests, output });
  }

  begin(): void {
    this.nextTurn(this.#order.prompt);
  }

  receive(line: string): void {
    if (line.trim() === "") return;
    const record = parseRecord(line);
    const why = record === null ? "no JSON object" : this.#stream.take(record);
    if (why !== null) this.#output.event({ kind: "unparsed", line: cutText(line, TEXT_MAX.line), why });
  }

  /** Only what stdout does not say. */
  receiveError(line: string): void {
    const text = line.trim();
    if (text === "") return;
    this.#lastComplaint = cutText(text, TEXT_MAX.line);
    if (GONE.test(text)) this.#turn.gone();
    if (/\bSession ID \S+ is already in use\b/.test(text)) this.#inUse();
  }

  processEnded({ code, signal }: AgentExit): void {
    const how = signal === null ? `with exit code ${code ?? "unknown"}` : `by ${signal}`;
    const words = this.#lastComplaint === "" ? "." : `: ${this.#lastComplaint}`;
    this.#turn.processEnded(`It ended ${how} before its turn was over${words}`);
    this.#requests.cancelAll();
  }

  steer(text: string): boolean {
    if (!this.#turn.isWorking) return false;
    this.#sendMessage(text);
    return true;
  }

  nextTurn(text: string): boolean {
    if (this.#turn.isWorking) return false;
    this.#turn.begin();
    this.#sendMessage(text);
    return true;
  }

  answer(id: string, text: string): boolean {
    const reply = this.#requests.answer(id, text);
    for (const line of reply?.lines ?? []) this.#send(line);
    for (const event of reply?.events ?? []) this.#output.event(event);
    return reply !== null;
  }

  requestOf(id: string): string | null {
    return this.#requests.requestOf(id);
  }

  interrupt(): boolean {
    if (!this.#turn.isWorking) return false;
    this.#turn.isInterrupted = true;
    this.#interrupts += 1;
    const request = { subtype: "interrupt" };
    this.#send({ type: "control_request", request_id: `interrupt-${this.#interrupts}`, request });
    return true;
  }

  /** A session that an attempt left which was killed before it could say so: it exists, so the next one resumes it. */
  #inUse(): void {
    const { id } = this.#order.session;
    if (id !== null) this.#output.event({ kind: "session", id, model: null, version: null });
    this.#turn.error("other", null, "The session exists already; it can only be resumed.");
  }

  #sendMessage(text: string): void {
    this.#turn.sent();
    this.#send({ type: "user", message: { role: "user", content: [{ type: "text", text }] } });
  }

  #send(line: object): void {
    this.#output.send(JSON.stringify(line));
  }
}

// The stream of Gemini CLI: a line for each message, tool and result. Its `result` ends the turn. Why a turn failed, only the exit
// code says: the status of the failed request, modulo 256.

import { cutText, TEXT_MAX } from "../contract/agent-event.ts";
import type { AgentExit, AgentOrder, Conversation, ConversationOutput } from "../contract/agent-kind.ts";
import { ONE_TURN } from "../contract/one-turn.ts";
import { countOf, entryOf, type JsonRecord, parseRecord, recordOf, textOf } from "../lines/json-value.ts";
import { exitReason, signalReason } from "./gemini-exit.ts";
import { GeminiTools } from "./gemini-tools.ts";

export class GeminiConversation implements Conversation {
  readonly begin = ONE_TURN.begin;
  readonly steer = ONE_TURN.steer;
  readonly nextTurn = ONE_TURN.nextTurn;
  readonly answer = ONE_TURN.answer;
  readonly interrupt = ONE_TURN.interrupt;
  readonly #output: ConversationOutput;
  readonly #tools: GeminiTools;
  readonly #isResumed: boolean;
  readonly #readers: Readonly<Record<string, (event: JsonRecord) => void>> = {
    init: (event) => this.#session(event),
    message: (event) => this.#message(event),
    tool_use: (event) => this.#emit(this.#tools.started(event)),
    tool_result: (event) => this.#emit(this.#tools.finished(event)),
    error: (event) => this.#notice(event),
    result: (event) => this.#result(event),
  };
  /** A message comes in pieces, until another event. */
  #messages = 0;
  #isInMessage = false;
  #end: "none" | "completed" | "failed" = "none";
  #why = "";

  constructor({ worktree, session, settings }: AgentOrder, output: ConversationOutput) {
    this.#output = output;
    this.#isResumed = session.resume;
    this.#tools = new GeminiTools(worktree, settings.permissions === "full");
  }

  receive(line: string): void {
    const event = parseRecord(line);
    const read = entryOf(this.#readers, event?.type);
    if (event?.type !== "message") this.#isInMessage = false;
    if (event === null) this.#unparsed(line, "not a JSON object");
    else if (read === undefined) this.#unparsed(line, `unknown type ${textOf(event.type) ?? "of an event"}`);
    else read(event);
  }

  /** It only says in words what the exit code says. */
  receiveError(): void {}

  processEnded(exit: AgentExit): void {
    if (this.#end === "completed") return;
    const { code, status, words } =
      exit.code === null || (this.#end === "none" && exit.code === 0)
        ? signalReason(exit)
        : exitReason(exit.code, this.#isResumed, this.#why);
    const why = cutText(this.#why === "" ? words : this.#why, TEXT_MAX.why);
    if (code === "limit") {
      const unknown = { window: null, usedPercent: null, resetsAtMs: null };
      this.#output.event({ kind: "limit", status: "reached", ...unknown });
    }
    this.#output.event({ kind: "error", code, status, why });
    if (this.#end === "failed") this.#output.event({ kind: "ended", how: "failed" });
  }

  #session({ session_id: id, model }: JsonRecord): void {
    const session = textOf(id);
    if (session === null) return;
    this.#output.event({ kind: "session", id: session, model: textOf(model), version: null });
  }

  #message({ role, content, delta }: JsonRecord): void {
    const text = textOf(content) ?? "";
    if (role !== "assistant" || text === "") return;
    if (!this.#isInMessage) this.#messages += 1;
    this.#isInMessage = delta === true;
    const part = delta === true ? `m${this.#messages}` : null;
    const event = { kind: "message", from: "agent", part, delivered: null } as const;
    this.#output.event({ ...event, text: cutText(text, TEXT_MAX.message) });
  }

  /** It continues: a loop was seen, a hook complained. */
  #notice({ message }: JsonRecord): void {
    const text = cutText(textOf(message) ?? "", TEXT_MAX.message);
    if (text !== "") this.#output.event({ kind: "reasoning", text, part: null });
  }

  #result({ status, error, stats }: JsonRecord): void {
    const { input_tokens, output_tokens, cached } = recordOf(stats);
    const used = { input: countOf(input_tokens), output: countOf(output_tokens), cached: countOf(cached) };
    if (used.input > 0 || used.output > 0) {
      this.#output.event({ kind: "usage", ...used, contextPercent: null });
    }
    this.#end = status === "success" ? "completed" : "failed";
    this.#why = textOf(recordOf(error).message) ?? "";
    if (this.#end === "completed") this.#output.event({ kind: "ended", how: "completed" });
  }

  #unparsed(line: string, why: string): void {
    const event = { kind: "unparsed", why: cutText(why, TEXT_MAX.line) } as const;
    this.#output.event({ ...event, line: cutText(line, TEXT_MAX.line) });
  }

  #emit(events: ReturnType<GeminiTools["finished"]>): void {
    for (const event of events) this.#output.event(event);
  }
}

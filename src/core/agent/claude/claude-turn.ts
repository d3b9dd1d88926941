// The turn that runs: whether one does, which messages it has not read yet, and what was said about its failure so far.
//
// The agent repeats each message on stdout when it reads it. One that was sent while the last answer came is read after the
// result, in a turn that begins automatically: that result is no end.

import type { AgentErrorCode } from "../contract/agent-event.ts";
import type { ConversationOutput } from "../contract/agent-kind.ts";
import { countOf, type JsonRecord, numberOf } from "../lines/json-value.ts";
import { failureCode, failureText } from "./claude-failure.ts";
import { errorEvent, isAborted } from "./claude-notices.ts";

export class ClaudeTurn {
  readonly #event: ConversationOutput["event"];
  isWorking = false;
  isInterrupted = false;
  isLimitReported = false;
  #hasError = false;
  #unread = 0;
  /** Whether this version repeats messages: otherwise none is waited for. */
  #hasRepeated = false;

  constructor(event: ConversationOutput["event"]) {
    this.#event = event;
  }

  begin(): void {
    this.isWorking = true;
    this.isInterrupted = false;
    this.isLimitReported = false;
    this.#hasError = false;
  }

  sent(): void {
    this.#unread += 1;
  }

  /** Several messages may be read at once. */
  read(count: number): void {
    this.#hasRepeated = true;
    this.#unread = Math.max(0, this.#unread - count);
  }

  /** `answer`: the agent's last message that says why a request failed. */
  end(result: JsonRecord, answer: JsonRecord): void {
    const isInterrupted = this.isInterrupted || isAborted(result);
    const isFailed = result["is_error"] === true;
    if (isFailed && !isInterrupted) this.#fail(result, answer);
    if (!isInterrupted && this.#continues(result)) return;
    this.isWorking = false;
    this.isInterrupted = false;
    this.#event({ kind: "ended", how: isInterrupted ? "interrupted" : isFailed ? "failed" : "completed" });
  }

  processEnded(why: string): void {
    if (this.isWorking && !this.#hasError) this.error("other", null, why);
    this.isWorking = false;
  }

  gone(): void {
    if (!this.#hasError) this.error("session_gone", null, "The session to resume does not exist (any more).");
  }

  error(code: AgentErrorCode, status: number | null, why: string): void {
    this.#hasError = true;
    this.#event(errorEvent(code, status, why));
  }

  #continues(result: JsonRecord): boolean {
    return countOf(result["queued_turn_count"]) > 0 || (this.#hasRepeated && this.#unread > 0);
  }

  #fail(result: JsonRecord, answer: JsonRecord): void {
    const code = failureCode(result, answer);
    if (code === "session_gone") {
      this.gone();
      return;
    }
    if (code === "limit" && !this.isLimitReported) {
      this.#event({ kind: "limit", status: "reached", window: null, usedPercent: null, resetsAtMs: null });
    }
    this.error(code, numberOf(result["api_error_status"]), failureText(result));
  }
}

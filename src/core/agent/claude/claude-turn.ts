// The turn that runs: whether one does, and what was said about its failure so far.

import type { AgentErrorCode } from "../contract/agent-event.ts";
import type { ConversationOutput } from "../contract/agent-kind.ts";
import { type JsonRecord, numberOf } from "../lines/json-value.ts";
import { failureCode, failureText } from "./claude-failure.ts";
import { errorEvent, isAborted } from "./claude-notices.ts";

export class ClaudeTurn {
  readonly #event: ConversationOutput["event"];
  isWorking = false;
  isInterrupted = false;
  isLimitTold = false;
  #hasError = false;

  constructor(event: ConversationOutput["event"]) {
    this.#event = event;
  }

  begin(): void {
    this.isWorking = true;
    this.isInterrupted = false;
    this.isLimitTold = false;
    this.#hasError = false;
  }

  /** `answer`: the agent's last message that says why a request failed. */
  end(result: JsonRecord, answer: JsonRecord, isQueued: boolean): void {
    const isInterrupted = this.isInterrupted || isAborted(result);
    const isFailed = result["is_error"] === true;
    if (isFailed && !isInterrupted) this.#fail(result, answer);
    if (isQueued) return;
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

  #fail(result: JsonRecord, answer: JsonRecord): void {
    const code = failureCode(result, answer);
    if (code === "session_gone") {
      this.gone();
      return;
    }
    if (code === "limit" && !this.isLimitTold) {
      this.#event({ kind: "limit", status: "reached", window: null, usedPercent: null, resetsAtMs: null });
    }
    this.error(code, numberOf(result["api_error_status"]), failureText(result));
  }
}

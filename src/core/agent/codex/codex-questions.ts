// The requests of codex that wait for a person, in the order in which they came.

import type { AgentEvent } from "../contract/agent-event.ts";
import type { JsonRecord } from "../lines/json-value.ts";
import type { CodexRequest } from "./codex-requests.ts";

type Waiting = {
  readonly requestId: string | number;
  readonly request: Extract<CodexRequest, { kind: "ask" }>;
  readonly answers: string[];
};

/** More at once than an agent has hands: refused. */
const WAITING_MAX = 50;

export class CodexQuestions {
  readonly #waiting = new Map<string, Waiting>();

  /** The first question of a request; null when too many wait. */
  add(requestId: string | number, request: Waiting["request"]): AgentEvent | null {
    if (this.#waiting.size >= WAITING_MAX) return null;
    const waiting = { requestId, request, answers: [] };
    this.#waiting.set(String(requestId), waiting);
    return askedEvent(waiting);
  }

  /** The next question, or the reply to the request; null when nothing with this id waits. */
  answer(
    id: string,
    text: string,
  ):
    | { readonly kind: "next"; readonly event: AgentEvent }
    | { readonly kind: "reply"; readonly requestId: string | number; readonly result: JsonRecord }
    | null {
    const [key = ""] = id.split("/");
    const waiting = this.#waiting.get(key);
    if (waiting === undefined || id !== idOf(waiting)) return null;
    waiting.answers.push(text);
    const event = askedEvent(waiting);
    if (event !== null) return { kind: "next", event };
    this.#waiting.delete(key);
    const { requestId, request, answers } = waiting;
    return { kind: "reply", requestId, result: request.result(answers) };
  }

  requestOf(id: string): string | null {
    const waiting = this.#waiting.get(id.split("/")[0] ?? "");
    return waiting !== undefined && id === idOf(waiting) ? waiting.request.exact : null;
  }

  /** Codex no longer waits for it. */
  drop(requestId: unknown): void {
    this.#waiting.delete(String(requestId));
  }
}

function idOf({ requestId, answers }: Waiting): string {
  return `${requestId}/${answers.length}`;
}

/** Null when all of its questions are answered. */
function askedEvent(waiting: Waiting): AgentEvent | null {
  const question = waiting.request.questions[waiting.answers.length];
  return question === undefined ? null : { kind: "asked", id: idOf(waiting), ...question };
}

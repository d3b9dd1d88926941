// The agent's questions to people. What it asks itself (a permission, a question of its own) becomes the run's question, one
// at a time, and its answer goes back to the request. What comes by `tasks ask` is written into the events too, so that a
// transcript shows every question in one way.

import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import type { Question, Run } from "../../../core/contract/run.ts";
import { openQuestion } from "../../../core/run/open-question.ts";

export type Asked = Extract<AgentEvent, { kind: "asked" }>;

export class AgentQuestions {
  /** Not yet answered by a person, in order. */
  #open: readonly Asked[] = [];
  #seen: number;
  #answerSeen: number;

  /** `before`: the run's question when the attempt began. */
  constructor(before: Question | null) {
    this.#seen = before?.number ?? 0;
    this.#answerSeen = before?.answer == null ? 0 : before.number;
  }

  add(asked: Asked): void {
    this.#open = [...this.#open.filter(({ id }) => id !== asked.id), asked];
  }

  answered(id: string): void {
    this.#open = this.#open.filter((asked) => asked.id !== id);
  }

  /** The turn is over: an answer would reach no one any more. */
  clear(): void {
    this.#open = [];
  }

  /** What has to become the run's question; null if it is, or another one is open. */
  next(run: Run): Asked | null {
    const [asked] = this.#open;
    if (asked === undefined || openQuestion(run) !== null) return null;
    return run.question?.request?.id === asked.id ? null : asked;
  }

  /** The request that the run's answer belongs to; null if there is none, or it was given already. */
  answerFor(question: Question | null): Asked | null {
    const { request = null, answer = null } = question ?? {};
    if (request === null || answer === null || answer.delivered) return null;
    return this.#open.find(({ id }) => id === request.id) ?? null;
  }

  /** Events for what has come by `tasks ask` since the last look. */
  news({ question }: Run): readonly AgentEvent[] {
    if (question === null || question.request != null) return [];
    const { number, text, choices, answer } = question;
    const asked: AgentEvent = { kind: "asked", id: `question-${number}`, about: "question", text, choices };
    const isNew = number > this.#seen;
    this.#seen = Math.max(this.#seen, number);
    const isPrinted = answer?.delivered === true && number > this.#answerSeen;
    if (answer !== null && isPrinted) this.#answerSeen = number;
    const answerEvent: AgentEvent[] =
      answer !== null && isPrinted
        ? [
            {
              kind: "message",
              from: { person: answer.by },
              text: answer.text,
              part: null,
              delivered: "mid_turn",
            },
          ]
        : [];
    return [...(isNew ? [asked] : []), ...answerEvent];
  }

  /** An answer that this supervisor delivered itself is not news. */
  noteAnswer(number: number): void {
    this.#answerSeen = Math.max(this.#answerSeen, number);
  }
}

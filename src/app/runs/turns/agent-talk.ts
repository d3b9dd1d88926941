// What people and an agent say to each other during an attempt: messages and answers for the agent, its questions for
// people. Something is sent first and stored as delivered after that: a crash in between sends it twice rather than never.

import type { AgentEvent, Delivery } from "../../../core/agent/contract/agent-event.ts";
import type { Conversation } from "../../../core/agent/contract/agent-kind.ts";
import { wordsOf } from "../../../core/agent/turns/turn-words.ts";
import type { Question, Run } from "../../../core/contract/run.ts";
import { deliver } from "../../../core/run/agent-transitions.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { type Messages, type RunChange, recordQuestion, refused } from "../../../core/run/run-transitions.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import { AgentQuestions, type Asked } from "./agent-questions.ts";
import type { AttemptRecord } from "./attempt-record.ts";
import type { KeptChanges } from "./kept-changes.ts";
import { KnownAnswer } from "./known-answer.ts";
import { MessagesToAgent } from "./messages-to-agent.ts";

export type TalkContext = {
  readonly clock: Clock;
  readonly record: AttemptRecord;
  readonly kept: KeptChanges;
};

/** As long as what `tasks ask` takes. */
const TEXT_LENGTH_MAX = 4_000;
/** A run is read often. What is longer is asked again. */
const EXACT_LENGTH_MAX = 8_000;

export type TalkStart = {
  /** The run's question when the attempt began. */
  readonly question: Question | null;
  /** What the first turn begins with. */
  readonly said: Messages;
  /** It continues the session in which that was asked. */
  readonly isResumed: boolean;
};

export class AgentTalk {
  readonly #context: TalkContext;
  readonly #messages = new MessagesToAgent();
  readonly #questions: AgentQuestions;
  readonly #known: KnownAnswer;
  /** By question: what is asked for, where that can be kept. */
  readonly #exact = new Map<string, string>();

  constructor(context: TalkContext, { question, said, isResumed }: TalkStart) {
    this.#context = context;
    this.#questions = new AgentQuestions(question);
    this.#known = new KnownAnswer(isResumed ? said.answered : null);
  }

  note(event: AgentEvent): void {
    this.#known.note(event);
  }

  /** What no turn has had yet. */
  waiting(run: Run): Messages {
    return this.#messages.waiting(run);
  }

  /** Writes what has come by `tasks ask` into the events, and puts the agent's next question to people. */
  look(run: Run): void {
    for (const event of this.#questions.news(run)) this.#context.record.add(event);
    const next = this.#questions.next(run);
    if (next !== null) this.#context.kept.add((now) => this.#asQuestion(now, next));
  }

  /** Gives the agent what can reach it in the middle of its turn; true if that was a message. */
  giveMidTurn(run: Run, conversation: Conversation): boolean {
    this.#giveAnswer(run, conversation);
    let isSteered = false;
    for (const followUp of this.#messages.waiting(run).followUps) {
      const said = { followUps: [followUp], answered: null };
      if (!conversation.steer(wordsOf(said).join("\n\n"))) break;
      this.reached(said, "mid_turn");
      isSteered = true;
    }
    return isSteered;
  }

  /** These have reached the agent. With a prompt, the store knows already. */
  reached(said: Messages, delivered: Delivery): void {
    const { followUps, answered } = said;
    if (followUps.length === 0 && answered === null) return;
    const { record, kept } = this.#context;
    this.#messages.note(said);
    for (const { by, text } of followUps) record.addMessage(by, text, delivered);
    if (answered !== null && answered.answer !== null) {
      record.addMessage(answered.answer.by, answered.answer.text, delivered);
      this.#questions.noteAnswer(answered.number);
    }
    if (delivered === "prompt") return;
    kept.add((run) => deliver(run, { followUps, answered: answered?.number ?? null }));
  }

  asked(asked: Asked, conversation: Conversation): void {
    const exact = asked.about === "permission" ? (conversation.requestOf?.(asked.id) ?? null) : null;
    const known = this.#known.take(exact);
    if (known !== null && conversation.answer(asked.id, known.text)) {
      const words = `${known.by} answered this before its turn was stopped: ${known.text}`;
      this.#context.record.addMessage("tasks", words, "mid_turn");
      return;
    }
    if (exact !== null && this.#isStorable(exact)) this.#exact.set(asked.id, exact);
    this.#questions.add(asked);
    this.#context.kept.add((run) => {
      const next = this.#questions.next(run);
      return next === null ? refused("it is asked later") : this.#asQuestion(run, next);
    });
  }

  /** An answer would reach no one any more. */
  turnEnded(): void {
    this.#exact.clear();
    this.#questions.clear();
  }

  /** A question in an agent's last words, which it did not ask with `tasks ask`. */
  askLastWords(run: Run, question: string): void {
    if (run.outcome !== null || openQuestion(run) !== null) return;
    const facts = { text: this.#stored(question), choices: [], atMs: this.#context.clock.wallMs() };
    this.#context.kept.add((now) => recordQuestion(now, facts));
  }

  #giveAnswer({ question }: Run, conversation: Conversation): void {
    const asked = this.#questions.answerFor(question);
    if (asked === null || question === null || question.answer === null) return;
    if (!conversation.answer(asked.id, question.answer.text)) return;
    this.#questions.answered(asked.id);
    this.reached({ followUps: [], answered: question }, "mid_turn");
  }

  #asQuestion(run: Run, { id, about, text, choices }: Asked): RunChange {
    const atMs = this.#context.clock.wallMs();
    const facts = { text: this.#stored(text), choices: choices.map((choice) => this.#stored(choice)), atMs };
    const exact = this.#exact.get(id);
    return recordQuestion(run, { ...facts, request: { id, about, ...(exact !== undefined && { exact }) } });
  }

  #isStorable(exact: string): boolean {
    return exact.length <= EXACT_LENGTH_MAX && this.#context.record.clean(exact) === exact;
  }

  /** What an agent asks may hold a command, and that a secret. */
  #stored(text: string): string {
    return this.#context.record.clean(text).slice(0, TEXT_LENGTH_MAX);
  }
}

// What people and an agent say to each other during an attempt: messages and answers for the agent, its questions for
// people. Something is sent first and stored as delivered after that: a crash in between sends it twice rather than never.

import type { Delivery } from "../../../core/agent/contract/agent-event.ts";
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
import { MessagesToAgent } from "./messages-to-agent.ts";

export type TalkContext = {
  readonly clock: Clock;
  readonly record: AttemptRecord;
  readonly kept: KeptChanges;
};

/** As long as what `tasks ask` takes. */
const TEXT_LENGTH_MAX = 4_000;

export class AgentTalk {
  readonly #context: TalkContext;
  readonly #messages = new MessagesToAgent();
  readonly #questions: AgentQuestions;

  /** `before`: the run's question when the attempt began. */
  constructor(context: TalkContext, before: Question | null) {
    this.#context = context;
    this.#questions = new AgentQuestions(before);
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

  asked(asked: Asked): void {
    this.#questions.add(asked);
    this.#context.kept.add((run) => {
      const next = this.#questions.next(run);
      return next === null ? refused("it is asked later") : this.#asQuestion(run, next);
    });
  }

  /** An answer would reach no one any more. */
  turnEnded(): void {
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
    return recordQuestion(run, { ...facts, request: { id, about } });
  }

  /** What an agent asks may hold a command, and that a secret. */
  #stored(text: string): string {
    return this.#context.record.clean(text).slice(0, TEXT_LENGTH_MAX);
  }
}

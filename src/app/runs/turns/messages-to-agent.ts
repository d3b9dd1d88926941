// Messages and answers of people that wait for the agent. Each is sent once: what was sent is remembered until the store
// knows it.

import type { FollowUp, Question, Run } from "../../../core/contract/run.ts";
import { isSame } from "../../../core/run/agent-transitions.ts";
import type { Messages } from "../../../core/run/run-transitions.ts";

export class MessagesToAgent {
  readonly #sent: FollowUp[] = [];
  #answered = 0;

  /** What no turn has had yet. An answer that a waiting `tasks ask` may print is left to it while the turn runs. */
  waiting(run: Run): Messages {
    const { followUps, question } = run;
    return {
      followUps: followUps.filter((one) => !this.#sent.some((sent) => isSame(one, sent))),
      answered: question !== null && this.#isUnread(question) ? question : null,
    };
  }

  note({ followUps, answered }: Messages): void {
    this.#sent.push(...followUps);
    if (answered !== null) this.#answered = answered.number;
  }

  #isUnread({ number, answer }: Question): boolean {
    return answer !== null && !answer.delivered && number !== this.#answered;
  }
}

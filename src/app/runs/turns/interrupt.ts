// The request that a turn ends. An agent that does not answer it in time counts as one that cannot.

import type { Conversation } from "../../../core/agent/contract/agent-kind.ts";

/** How long a turn has to end itself; agents need some 100 ms. */
const INTERRUPT_GRACE_MS = 3_000;

export class Interrupt {
  #state: "none" | "asked" | "too_late" = "none";
  #timer: NodeJS.Timeout | undefined;

  /** Asks once for each turn. False: the agent cannot, or did not in time; then `onLate` was called. */
  request(conversation: Conversation, onLate: () => void = () => {}): boolean {
    if (this.#state === "none") {
      if (!conversation.interrupt()) return false;
      this.#state = "asked";
      this.#timer = setTimeout(() => {
        this.#state = "too_late";
        onLate();
      }, INTERRUPT_GRACE_MS);
    }
    return this.#state === "asked";
  }

  /** The turn is over, or its end is no longer waited for. */
  end(): void {
    this.#state = "none";
    clearTimeout(this.#timer);
  }
}

// Messages for a running turn, until codex has taken them. It refuses one that comes as the turn ends: that one must not be lost.

import type { Reply } from "./codex-channel.ts";

export class CodexSteers {
  readonly #send: (text: string, onReply: (reply: Reply) => void) => void;
  /** The turn has no name yet. */
  #held: string[] = [];
  #refused: string[] = [];
  /** Sent, without a reply. */
  #open = 0;
  #onReplied: (() => void) | null = null;

  constructor(send: (text: string, onReply: (reply: Reply) => void) => void) {
    this.#send = send;
  }

  add(text: string, canSend: boolean): void {
    this.#held.push(text);
    if (canSend) this.sendHeld();
  }

  sendHeld(): void {
    for (const text of this.#held.splice(0)) {
      this.#open += 1;
      this.#send(text, ({ error }) => this.#replied(text, error !== null));
    }
  }

  /** In their order; the list is empty afterwards. */
  takeUndelivered(): readonly string[] {
    return [...this.#refused.splice(0), ...this.#held.splice(0)];
  }

  /** Called once, as soon as none is without a reply. */
  whenReplied(then: () => void): void {
    this.#onReplied = then;
    this.#settle();
  }

  #replied(text: string, isRefused: boolean): void {
    this.#open -= 1;
    if (isRefused) this.#refused.push(text);
    this.#settle();
  }

  #settle(): void {
    const then = this.#onReplied;
    if (then === null || this.#open > 0) return;
    this.#onReplied = null;
    then();
  }
}

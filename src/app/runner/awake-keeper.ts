// Keeps the machine from idle sleep while workers run (dispatch.keep_awake).

import { counted } from "../../core/text/counted.ts";
import type { KeepAwake } from "../../ports/system/keep-awake.ts";

export type AwakeKeeperContext = {
  readonly awake: KeepAwake;
  /** As the settings are now. */
  readonly isWanted: () => boolean;
  /** Gets each problem once. */
  readonly onProblem: (sentence: string) => void;
};

export class AwakeKeeper {
  readonly #context: AwakeKeeperContext;
  readonly #said = new Set<string>();
  #isHeld = false;

  constructor(context: AwakeKeeperContext) {
    this.#context = context;
  }

  /** After each cycle, with the workers that run now. What could not be held is tried again with the next first worker. */
  note(workers: number): void {
    const isWanted = workers > 0 && this.#context.isWanted();
    if (!isWanted) this.release();
    if (!isWanted || this.#isHeld) return;
    this.#isHeld = true;
    this.#context.awake.hold(`${counted(workers, "worker")} at work`, (sentence) => this.#say(sentence));
  }

  /** Safe to call at any time. */
  release(): void {
    this.#isHeld = false;
    this.#context.awake.release();
  }

  #say(sentence: string): void {
    if (this.#said.has(sentence)) return;
    this.#said.add(sentence);
    this.#context.onProblem(sentence);
  }
}

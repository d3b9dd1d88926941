// What the recorder keeps of causes that workers make themselves: loops, budgets, decisions. Seen from outside, as the rest.

import { RUN_TOKENS } from "./night-config.ts";
import type { Recorder } from "./recorder.ts";

/** After that many repetitions a person is asked; what an agent does until its interrupt has arrived may be one more. */
const REPEATS_MAX = 11;
/** Of an agent that was asked to commit and stop. */
const ANSWERS_OVER_MAX = 1;

export class CauseNotes {
  /** By task: the longest row of repetitions. */
  readonly repeats = new Map<string, number>();
  /** By task: how often a person gave it another whole budget. */
  readonly raises = new Map<string, number>();
  /** Tasks whose worker went on with what it had named itself. */
  readonly decidedAlone = new Set<string>();
  readonly #recorder: Recorder;
  readonly #over = new Map<string, number>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  repeated(key: string, times: number): void {
    this.repeats.set(key, Math.max(times, this.repeats.get(key) ?? 0));
    if (times > REPEATS_MAX)
      this.#recorder.wrong(`${key}: it did the same ${times} times, and nothing stopped it`);
  }

  /** A worker's model is asked; `before`: tokens that its task has used by then. */
  answering(key: string): void {
    if (!this.isUsedUp(key)) return;
    const over = (this.#over.get(key) ?? 0) + 1;
    this.#over.set(key, over);
    if (over > ANSWERS_OVER_MAX) this.#recorder.wrong(`${key}: ${over} answers after its budget was used up`);
  }

  /** A process of a worker begins. */
  began(key: string): void {
    if (this.isUsedUp(key)) this.#recorder.wrong(`${key}: a worker began although its budget was used up`);
  }

  raised(key: string): void {
    this.raises.set(key, (this.raises.get(key) ?? 0) + 1);
    this.#over.delete(key);
  }

  isUsedUp(key: string): boolean {
    return this.#recorder.tokensOf(key) >= RUN_TOKENS * (1 + (this.raises.get(key) ?? 0));
  }
}

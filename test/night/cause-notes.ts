// What the recorder keeps of causes that workers make themselves: loops, budgets, decisions. Seen from outside, as the rest.

import { MINUTE_MS } from "../../src/core/values/durations.ts";
import { RUN_TOKENS } from "./night-config.ts";
import type { Recorder, Sitting } from "./recorder.ts";

/** After that many repetitions a person is asked; what an agent does until its interrupt has arrived may be one more. */
const REPEATS_MAX = 11;
/** Of an agent that was asked to commit and stop. */
const ANSWERS_OVER_MAX = 1;

/** Changes of runs and pauses; all tasks that start or end in one minute make fewer. */
const CHANGES: ReadonlySet<string> = new Set(["replaceRun", "writeScopedPause"]);
const CHANGES_PER_MINUTE_MAX = 300;

export class CauseNotes {
  /** By task: the longest row of repetitions. */
  readonly repeats = new Map<string, number>();
  /** By task: how often a person gave it another whole budget. */
  readonly raises = new Map<string, number>();
  /** Tasks whose worker continued with what it had named itself. */
  readonly decidedAlone = new Set<string>();
  /** By task: how often it has started the same, and in which attempt. */
  readonly repeating = new Map<string, { readonly times: number; readonly epoch: number }>();
  readonly #recorder: Recorder;
  readonly #over = new Map<string, number>();
  #minute = 0;
  #changes = 0;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  repeated({ key, epoch }: Sitting, times: number): void {
    this.repeating.set(key, { times, epoch });
    this.repeats.set(key, Math.max(times, this.repeats.get(key) ?? 0));
    if (times > REPEATS_MAX)
      this.#recorder.wrong(`${key}: it did the same ${times} times, and nothing stopped it`);
  }

  /** A worker's model is asked. */
  answering(key: string): void {
    if (!this.isUsedUp(key)) return;
    const over = (this.#over.get(key) ?? 0) + 1;
    this.#over.set(key, over);
    if (over > ANSWERS_OVER_MAX) this.#recorder.wrong(`${key}: ${over} answers after its budget was used up`);
  }

  /** The store was written. Twenty starts in a minute are half of that; what is asked for and taken back again and again is more. */
  wrote(name: string, nowMs: number): void {
    if (!CHANGES.has(name)) return;
    const minute = Math.floor(nowMs / MINUTE_MS);
    this.#changes = minute === this.#minute ? this.#changes + 1 : 1;
    this.#minute = minute;
    if (this.#changes === CHANGES_PER_MINUTE_MAX)
      this.#recorder.wrong(`runs and pauses were changed ${CHANGES_PER_MINUTE_MAX} times in a minute`);
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

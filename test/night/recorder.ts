// What really happened, seen from outside of the product: which worker ran when, what it heard, what it used, what it was
// refused. The product cannot reach it; its pages are compared with it.

import type { Trouble } from "./services.ts";

/** One process of a worker. */
export type Sitting = {
  readonly key: string;
  readonly run: string;
  readonly epoch: number;
  readonly worker: string;
  readonly account: string;
  readonly session: string | null;
  readonly resumed: boolean;
  readonly fromMs: number;
  toMs: number | null;
  how: string | null;
  readonly heard: string[];
  readonly refused: { readonly atMs: number; readonly trouble: Trouble }[];
  tokens: number;
  tools: number;
  /** When it last used some. */
  usedAtMs: number;
};

/** As docs/night.md says. */
const SAME_SET_UP_MS = 30 * 60_000;

export class Recorder {
  readonly sittings: Sitting[] = [];
  /** What must never happen, and did. */
  readonly wrongs: string[] = [];
  /** By task: when a worker said that it is done. */
  readonly finished = new Map<string, number>();
  /** By task: how often its worker failed through its own fault. */
  readonly ownFailures = new Map<string, number>();
  readonly failedSetUps: { readonly key: string; readonly atMs: number }[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  begin(
    sitting: Omit<Sitting, "fromMs" | "toMs" | "how" | "heard" | "refused" | "tokens" | "tools" | "usedAtMs">,
  ): Sitting {
    const { key } = sitting;
    const other = this.live().find((live) => live.key === key);
    if (other !== undefined)
      this.wrong(`${key}: a worker of ${sitting.run} began while one of ${other.run} was alive`);
    if (this.finished.has(key)) this.wrong(`${key}: a worker began although the task was finished`);
    const started: Sitting = {
      ...sitting,
      fromMs: this.#nowMs(),
      toMs: null,
      how: null,
      heard: [],
      refused: [],
      tokens: 0,
      tools: 0,
      usedAtMs: this.#nowMs(),
    };
    this.sittings.push(started);
    return started;
  }

  end(sitting: Sitting, how: string): void {
    if (sitting.toMs !== null) return;
    sitting.toMs = this.#nowMs();
    sitting.how = how;
  }

  finish(key: string): void {
    if (this.finished.has(key)) this.wrong(`${key}: it was finished twice`);
    this.finished.set(key, this.#nowMs());
  }

  setUpFailed(key: string): void {
    this.failedSetUps.push({ key, atMs: this.#nowMs() });
  }

  /** By its own fault; a failed set-up is that too, until another task meets the same. */
  failuresOf(key: string): number {
    const alone = this.failedSetUps.filter(
      (one) =>
        one.key === key &&
        !this.failedSetUps.some(
          (other) => other.key !== key && Math.abs(other.atMs - one.atMs) <= SAME_SET_UP_MS,
        ),
    );
    return (this.ownFailures.get(key) ?? 0) + alone.length;
  }

  failed(key: string): void {
    this.ownFailures.set(key, (this.ownFailures.get(key) ?? 0) + 1);
  }

  live(): readonly Sitting[] {
    return this.sittings.filter(({ toMs }) => toMs === null);
  }

  of(key: string): readonly Sitting[] {
    return this.sittings.filter((sitting) => sitting.key === key);
  }

  tokensOf(key: string): number {
    return this.of(key).reduce((sum, { tokens }) => sum + tokens, 0);
  }

  wrong(what: string): void {
    this.wrongs.push(`${new Date(this.#nowMs()).toISOString()} ${what}`);
  }
}

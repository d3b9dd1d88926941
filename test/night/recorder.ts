// What really happened, seen from outside of the product: which worker ran when, what it heard, what it used, what it was
// refused. The product cannot reach it; its pages are compared with it.

import * as z from "zod";
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
  /** US dollars that it has printed; null: none yet. */
  usd: number | null;
  /** When it printed them. */
  usdAtMs: number | null;
  /** When it last used some. */
  usedAtMs: number;
};

/** Tokens that a worker printed. */
export type Used = {
  readonly sitting: Sitting;
  readonly key: string;
  readonly worker: string;
  readonly atMs: number;
  readonly input: number;
  readonly output: number;
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
  readonly used: Used[] = [];
  readonly failedSetUps: { readonly key: string; readonly atMs: number }[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  begin(
    sitting: Omit<
      Sitting,
      "fromMs" | "toMs" | "how" | "heard" | "refused" | "tokens" | "tools" | "usd" | "usdAtMs" | "usedAtMs"
    >,
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
      usd: null,
      usdAtMs: null,
      usedAtMs: this.#nowMs(),
    };
    this.sittings.push(started);
    return started;
  }

  /** A line of its output, as the product gets it. */
  printed(sitting: Sitting, line: object): void {
    const { used, usd, usdSoFar } = usageIn(line);
    const { key, worker } = sitting;
    const atMs = this.#nowMs();
    if (used !== null && used.input + used.output > 0)
      this.used.push({ ...used, sitting, key, worker, atMs });
    if (usd === null && usdSoFar === null) return;
    sitting.usd = usdSoFar ?? (sitting.usd ?? 0) + (usd ?? 0);
    sitting.usdAtMs = atMs;
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

/** Of Claude Code's stream (a message's usage, the process's cost so far), or of event lines. */
const usageSchema = z.union([
  z.object({
    type: z.literal("assistant"),
    message: z.object({ usage: z.object({ input_tokens: z.number(), output_tokens: z.number() }) }),
  }),
  z.object({ type: z.literal("result"), total_cost_usd: z.number() }),
  z.object({ tasks: z.literal("usage"), input: z.number(), output: z.number() }),
  z.object({ tasks: z.literal("cost"), usd: z.number() }),
]);

type Usage = {
  readonly used: Pick<Used, "input" | "output"> | null;
  readonly usd: number | null;
  /** Of the whole process. */
  readonly usdSoFar: number | null;
};

const NO_USAGE: Usage = { used: null, usd: null, usdSoFar: null };

function usageIn(line: object): Usage {
  const { data } = usageSchema.safeParse(line);
  if (data === undefined) return NO_USAGE;
  if ("tasks" in data)
    return data.tasks === "cost" ? { ...NO_USAGE, usd: data.usd } : { ...NO_USAGE, used: data };
  if (data.type === "result") return { ...NO_USAGE, usdSoFar: data.total_cost_usd };
  const { input_tokens: input, output_tokens: output } = data.message.usage;
  return { ...NO_USAGE, used: { input, output } };
}

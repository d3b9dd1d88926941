// Tokens and usage limits. Codex counts the tokens of a whole thread, earlier processes included, and tells the state of its
// usage limits with every answer of the model; events say only what is new.

import type { AgentEvent } from "../contract/agent-event.ts";
import { asRecord, countOf, type JsonRecord, numberOf, recordOf } from "../lines/json-value.ts";

type Tokens = { readonly input: number; readonly output: number; readonly cached: number };

/** Codex itself warns from here on. */
const WARNING_PERCENT = 90;
const SECOND = 1000;

/** A thread has a handful of sub-agents; more are counted as from their last answer. */
const THREADS_MAX = 100;

export class CodexMeters {
  readonly #totals = new Map<string, Tokens>();
  readonly #limits = new Map<string, string>();
  #isReached = false;

  /** `params` of `thread/tokenUsage/updated`. Null when nothing was used. */
  usage(thread: string, params: JsonRecord): AgentEvent | null {
    const { total: totalRecord, last: lastRecord, modelContextWindow } = recordOf(params.tokenUsage);
    const total = tokensOf(totalRecord);
    const last = tokensOf(lastRecord);
    const before = this.#totals.get(thread) ?? minus(total, last);
    if (this.#totals.size < THREADS_MAX || this.#totals.has(thread)) this.#totals.set(thread, total);
    const used = minus(total, before);
    if (used.input === 0 && used.output === 0) return null;
    return { kind: "usage", ...used, contextPercent: percentOf(recordOf(lastRecord), modelContextWindow) };
  }

  /** `params` of `account/rateLimits/updated`: an event for each window whose state is another than before. */
  limits(params: JsonRecord): readonly AgentEvent[] {
    const limits = recordOf(params.rateLimits);
    return [limits.primary, limits.secondary].flatMap((window) => {
      const record = asRecord(window);
      const event = record === null ? null : this.#limit(record);
      return event === null ? [] : [event];
    });
  }

  /** A request was refused for a limit: an event unless one said so in this turn. */
  refused(): AgentEvent | null {
    if (this.#isReached) return null;
    return { kind: "limit", status: "reached", window: null, usedPercent: null, resetsAtMs: null };
  }

  turnStarted(): void {
    this.#isReached = false;
  }

  #limit({ usedPercent, windowDurationMins, resetsAt }: JsonRecord): AgentEvent | null {
    const percent = numberOf(usedPercent);
    const seconds = numberOf(resetsAt);
    if (percent === null) return null;
    const window = windowName(numberOf(windowDurationMins));
    const status = percent >= 100 ? "reached" : percent >= WARNING_PERCENT ? "warning" : "free";
    const state = `${status} until ${seconds}`;
    const isNew = this.#limits.get(window ?? "") !== state;
    this.#limits.set(window ?? "", state);
    if (status === "reached") this.#isReached = true;
    if (status === "free" || !isNew) return null;
    const resetsAtMs = seconds === null ? null : seconds * SECOND;
    return { kind: "limit", status, window, usedPercent: percent, resetsAtMs };
  }
}

function tokensOf(value: unknown): Tokens {
  const { inputTokens, outputTokens, cachedInputTokens } = recordOf(value);
  return { input: countOf(inputTokens), output: countOf(outputTokens), cached: countOf(cachedInputTokens) };
}

/** A total that falls starts again: nothing is taken away. */
function minus(total: Tokens, before: Tokens): Tokens {
  return {
    input: Math.max(0, total.input - before.input),
    output: Math.max(0, total.output - before.output),
    cached: Math.max(0, total.cached - before.cached),
  };
}

function percentOf({ totalTokens }: JsonRecord, contextWindow: unknown): number | null {
  const size = numberOf(contextWindow);
  if (size === null || size <= 0) return null;
  return Math.min(100, Math.round((countOf(totalTokens) / size) * 100));
}

/** As Claude Code names the same windows. */
function windowName(minutes: number | null): string | null {
  if (minutes === null) return null;
  if (minutes === 5 * 60) return "five_hour";
  if (minutes === 7 * 24 * 60) return "seven_day";
  return `${minutes} min`;
}

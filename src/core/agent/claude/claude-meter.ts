// Tokens and cost as increments. Each answer of the model says how many tokens it read; the end of a turn has the totals of
// the process, sub-agents included, and corrects the sum. Where it says 0, as after a request that was refused, 0 is known.

import type { AgentEvent } from "../contract/agent-event.ts";
import { countOf, type JsonRecord, numberOf, recordOf, textOf } from "../lines/json-value.ts";

type Tokens = { readonly input: number; readonly output: number; readonly cached: number };
const NONE: Tokens = { input: 0, output: 0, cached: 0 };

export class ClaudeMeter {
  /** Null: nothing yet, which is not 0. */
  #reported: Tokens | null = null;
  /** Of turns that ended, where no totals are given. */
  #ended = NONE;
  #reportedUsd: number | null = null;
  #answer: string | null = null;
  #contextTokens = 0;
  #windowTokens: number | null = null;

  /** An answer's blocks come as lines of their own, with the same id and the same usage. */
  answered(message: JsonRecord): AgentEvent | null {
    const id = textOf(message["id"]);
    if (id === null || id === this.#answer) return null;
    this.#answer = id;
    const tokens = tokensOf(recordOf(message["usage"]));
    if (tokens.input + tokens.output === 0) return null;
    this.#contextTokens = tokens.input + tokens.output;
    return this.#tell(tokens);
  }

  turnEnded(result: JsonRecord, model: string | null): readonly AgentEvent[] {
    const byModel = recordOf(result["modelUsage"]);
    const ofModel = recordOf(byModel[model ?? ""] ?? Object.values(byModel)[0]);
    this.#windowTokens = numberOf(ofModel["contextWindow"]) ?? this.#windowTokens;
    this.#ended = add(this.#ended, tokensOf(recordOf(result["usage"])));
    const models = Object.values(byModel).map((usage) => tokensOfModel(recordOf(usage)));
    const total = models.length === 0 ? this.#ended : models.reduce(add, NONE);
    const saysNone = isGiven(result, "modelUsage", "usage") && this.#reported === null;
    const rest = subtract(total, this.#reported ?? NONE);
    const usage = rest.input + rest.output + rest.cached > 0 || saysNone ? [this.#tell(rest)] : [];
    return [...usage, ...this.#cost(numberOf(result["total_cost_usd"]))];
  }

  #tell(tokens: Tokens): AgentEvent {
    this.#reported = add(this.#reported ?? NONE, tokens);
    const window = this.#windowTokens;
    const percent = window === null || window <= 0 ? null : Math.round((100 * this.#contextTokens) / window);
    return { kind: "usage", ...tokens, contextPercent: percent === null ? null : Math.min(100, percent) };
  }

  /** The total adds up over one process. It is computed from list prices, also under a subscription. */
  #cost(totalUsd: number | null): readonly AgentEvent[] {
    if (totalUsd === null) return [];
    const usd = Number((totalUsd - (this.#reportedUsd ?? 0)).toFixed(6));
    if (usd < 0 || (usd === 0 && this.#reportedUsd !== null)) return [];
    this.#reportedUsd = totalUsd;
    return [{ kind: "cost", usd, isEstimate: true }];
  }
}

function isGiven(result: JsonRecord, ...names: readonly string[]): boolean {
  return names.some((name) => typeof result[name] === "object" && result[name] !== null);
}

function tokensOf(usage: JsonRecord): Tokens {
  const cached = countOf(usage["cache_read_input_tokens"]);
  const input = countOf(usage["input_tokens"]) + countOf(usage["cache_creation_input_tokens"]) + cached;
  return { input, output: countOf(usage["output_tokens"]), cached };
}

function tokensOfModel(usage: JsonRecord): Tokens {
  const cached = countOf(usage["cacheReadInputTokens"]);
  const input = countOf(usage["inputTokens"]) + countOf(usage["cacheCreationInputTokens"]) + cached;
  return { input, output: countOf(usage["outputTokens"]), cached };
}

function add(a: Tokens, b: Tokens): Tokens {
  return { input: a.input + b.input, output: a.output + b.output, cached: a.cached + b.cached };
}

function subtract(a: Tokens, b: Tokens): Tokens {
  return {
    input: Math.max(0, a.input - b.input),
    output: Math.max(0, a.output - b.output),
    cached: Math.max(0, a.cached - b.cached),
  };
}

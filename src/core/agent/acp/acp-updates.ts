// `session/update` notifications -> events.

import { type AgentEvent, cutText, TEXT_MAX } from "../contract/agent-event.ts";
import { countOf, entryOf, type JsonRecord, numberOf, recordOf, textOf } from "../lines/json-value.ts";
import { planEntries } from "../lines/plan-entries.ts";
import type { AcpTools } from "./acp-tools.ts";

export class AcpUpdates {
  readonly #tools: AcpTools;
  readonly #readers: Readonly<Record<string, (update: JsonRecord) => readonly AgentEvent[]>> = {
    agent_message_chunk: (update) => this.#chunk("message", update),
    agent_thought_chunk: (update) => this.#chunk("reasoning", update),
    tool_call: (update) => this.#tool(update),
    tool_call_update: (update) => this.#tool(update),
    plan: ({ entries }) => [{ kind: "plan", entries: planEntries(entries, "content") }],
    usage_update: (update) => this.#usage(update),
    user_message_chunk: () => [],
    available_commands_update: () => [],
    current_mode_update: () => [],
    config_option_update: () => [],
    session_info_update: () => [],
  };
  /** Chunks in a row are one message. */
  #parts = 0;
  #part: "message" | "reasoning" | null = null;
  #costUsd = 0;
  #contextPercent: number | null = null;

  constructor(tools: AcpTools) {
    this.#tools = tools;
  }

  /** Null for an unknown update. */
  read(update: JsonRecord): readonly AgentEvent[] | null {
    const read = entryOf(this.#readers, update.sessionUpdate);
    const isChunk = /_chunk$/.test(textOf(update.sessionUpdate) ?? "");
    if (!isChunk && update.sessionUpdate !== "usage_update") this.#part = null;
    return read === undefined ? null : read(update);
  }

  /** What comes next is another message. */
  endMessage(): void {
    this.#part = null;
  }

  /** The tokens of a turn, which its end names. */
  turnUsage(usage: unknown): readonly AgentEvent[] {
    const { inputTokens, outputTokens, cachedReadTokens } = recordOf(usage);
    const used = {
      input: countOf(inputTokens),
      output: countOf(outputTokens),
      cached: countOf(cachedReadTokens),
    };
    if (used.input === 0 && used.output === 0) return [];
    return [{ kind: "usage", ...used, contextPercent: this.#contextPercent }];
  }

  #tool(update: JsonRecord): readonly AgentEvent[] {
    const { tool, isNew } = this.#tools.changed(update);
    return isNew ? [tool] : [];
  }

  #chunk(kind: "message" | "reasoning", { content }: JsonRecord): readonly AgentEvent[] {
    const text = cutText(textOf(recordOf(content).text) ?? "", TEXT_MAX.message);
    if (text === "") return [];
    if (this.#part !== kind) this.#parts += 1;
    this.#part = kind;
    const part = `m${this.#parts}`;
    if (kind === "reasoning") return [{ kind, text, part }];
    return [{ kind, from: "agent", text, part, delivered: null }];
  }

  /** `cost` is that of the whole session. */
  #usage({ used, size, cost }: JsonRecord): readonly AgentEvent[] {
    const whole = numberOf(size) ?? 0;
    if (whole > 0) this.#contextPercent = Math.min(100, Math.round((countOf(used) / whole) * 100));
    const { amount, currency } = recordOf(cost);
    const usd = currency === "USD" ? (numberOf(amount) ?? 0) - this.#costUsd : 0;
    if (usd <= 0) return [];
    this.#costUsd += usd;
    return [{ kind: "cost", usd, isEstimate: true }];
  }
}

// What one attempt uses, by the hour: counted from its agent's events while it runs. A cost that the agent reports is spread
// over the hours of the tokens it is for. What it has not reported yet is estimated from the price list, where that names
// the model; else it is unknown, which is not 0.

import type { AgentEvent } from "../agent/contract/agent-event.ts";
import type { UsageRecord } from "../records/usage-record.ts";
import { HOUR_MS, MINUTE_MS } from "../values/durations.ts";
import { type Price, type PricedTokens, priceOf, usdFor } from "./prices.ts";

export type MeterFacts = Pick<UsageRecord, "run" | "startedAtMs" | "key" | "owner" | "worker" | "account"> & {
  readonly prices: readonly Price[];
};

/** So far, by the whole attempt. Null: unknown. */
export type Metered = {
  readonly cost: { readonly usd: number; readonly isEstimate: boolean } | null;
  /** Input and output, without what was read from a cache. */
  readonly tokens: number | null;
  readonly tools: number;
  readonly workMs: number;
};

type Hour = {
  readonly hourMs: number;
  model: string | null;
  tokens: PricedTokens;
  /** Of `tokens`, what no reported cost is for yet. */
  open: PricedTokens;
  usd: number;
  isEstimate: boolean;
  tools: number;
  workMs: number;
  isWritten: boolean;
};

/** An agent that said and did nothing has used nothing, unless it only runs. */
const SILENT_WORK_MS = MINUTE_MS;
const ACTS: ReadonlySet<AgentEvent["kind"]> = new Set(["message", "reasoning", "tool"]);
const NONE: PricedTokens = { input: 0, output: 0, cached: 0 };
/** Tool calls that may run at once; an agent that never ends them does not fill the memory. */
const RUNNING_MAX = 1_000;

export class UsageMeter {
  readonly #facts: MeterFacts;
  readonly #hours: Hour[] = [];
  readonly #running = new Set<string>();
  #model: string | null = null;
  #countsTokens = false;
  #hasReported = false;
  #hasUsed = false;

  constructor(facts: MeterFacts) {
    this.#facts = facts;
  }

  /** `atMs`: by the wall clock, which may be set back. */
  note(event: AgentEvent, atMs: number): void {
    this.#hasUsed ||= hasUsed(event);
    if (event.kind === "session") this.#model = event.model ?? this.#model;
    if (event.kind === "usage") this.#addTokens(event, atMs);
    if (event.kind === "cost") this.#addCost(event, atMs);
    if (event.kind === "tool") this.#addTool(event, atMs);
    if (event.kind === "ended") this.#running.clear();
  }

  /** Time at work. */
  addWork(ms: number, atMs: number): void {
    if (ms <= 0) return;
    this.#hour(atMs).workMs += ms;
    this.#hasUsed ||= sum(this.#hours, ({ workMs }) => workMs) >= SILENT_WORK_MS;
  }

  /** Hours that changed since the last call. A record of an hour replaces the one before. */
  takeRecords(): readonly UsageRecord[] {
    if (!this.#hasUsed) return [];
    const changed = this.#hours.filter(({ isWritten }) => !isWritten);
    for (const hour of changed) hour.isWritten = true;
    return changed.map((hour) => this.#record(hour));
  }

  /** They could not be stored. */
  putBack(records: readonly UsageRecord[]): void {
    for (const { hourMs } of records) this.#hour(hourMs);
  }

  total(): Metered {
    const records = this.#hours.map((hour) => this.#record(hour));
    const known = records.flatMap(({ usd, isEstimate }) => (usd === null ? [] : [{ usd, isEstimate }]));
    return {
      cost:
        known.length === 0
          ? null
          : { usd: sum(known, ({ usd }) => usd), isEstimate: known.some(({ isEstimate }) => isEstimate) },
      tokens: this.#countsTokens ? sum(records, ({ input, output }) => input + output) : null,
      tools: sum(records, ({ tools }) => tools),
      workMs: sum(records, ({ workMs }) => workMs),
    };
  }

  #addTokens(event: Extract<AgentEvent, { kind: "usage" }>, atMs: number): void {
    const cached = Math.max(0, event.cached);
    const used = { input: Math.max(0, event.input - cached), output: Math.max(0, event.output), cached };
    const hour = this.#hour(atMs);
    if (!this.#countsTokens) for (const each of this.#hours) each.isWritten = false;
    this.#countsTokens = true;
    hour.tokens = plus(hour.tokens, used);
    hour.open = plus(hour.open, used);
  }

  /** By tokens; without any it belongs to the hour in which it was reported. */
  #addCost({ usd, isEstimate }: Extract<AgentEvent, { kind: "cost" }>, atMs: number): void {
    if (!this.#hasReported) for (const hour of this.#hours) hour.isWritten = false;
    this.#hasReported = true;
    const open = this.#hours.filter((hour) => count(hour.open) > 0);
    const all = sum(open, (hour) => count(hour.open));
    for (const hour of open.length === 0 ? [this.#hour(atMs)] : open) {
      hour.usd += open.length === 0 ? usd : (usd * count(hour.open)) / all;
      hour.isEstimate ||= isEstimate;
      hour.open = NONE;
      hour.isWritten = false;
    }
  }

  /** Once for each call, when it begins; some agents only say that it ended. */
  #addTool({ id, state }: Extract<AgentEvent, { kind: "tool" }>, atMs: number): void {
    if (!this.#running.has(id)) this.#hour(atMs).tools += 1;
    if (state !== "running") this.#running.delete(id);
    else if (this.#running.size < RUNNING_MAX) this.#running.add(id);
  }

  /** Of that time, marked as changed. */
  #hour(atMs: number): Hour {
    const hourMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
    const known = this.#hours.find((hour) => hour.hourMs === hourMs);
    const hour = known ?? {
      ...{ hourMs, model: null, tokens: NONE, open: NONE, usd: 0, isEstimate: false },
      ...{ tools: 0, workMs: 0, isWritten: false },
    };
    if (known === undefined) this.#hours.push(hour);
    hour.model = this.#model ?? hour.model;
    hour.isWritten = false;
    return hour;
  }

  #record(hour: Hour): UsageRecord {
    const { prices: _, ...facts } = this.#facts;
    const { hourMs, model, tokens, tools } = hour;
    const workMs = Math.round(hour.workMs);
    const cost = this.#costOf(hour);
    return {
      ...{ ...facts, hourMs, model, ...tokens, tools, workMs, countsTokens: this.#countsTokens },
      ...{ usd: cost?.usd ?? null, isEstimate: cost?.isEstimate ?? false },
    };
  }

  #costOf({ open, usd, isEstimate, model }: Hour): Metered["cost"] {
    const isOpen = count(open) > 0;
    if (this.#hasReported && !isOpen) return { usd, isEstimate };
    const price = this.#countsTokens ? priceOf(this.#facts.prices, model) : null;
    if (price !== null) return { usd: usd + usdFor(price, open), isEstimate: isOpen || isEstimate };
    // What was reported before counts; the rest of this hour comes with the next report.
    return this.#hasReported && usd > 0 ? { usd, isEstimate } : null;
  }
}

/** What an agent says after a refused request, all of it 0, is no use of it. */
function hasUsed(event: AgentEvent): boolean {
  if (event.kind === "usage") return event.input + event.output + event.cached > 0;
  return event.kind === "cost" ? event.usd > 0 : ACTS.has(event.kind);
}

function count({ input, output, cached }: PricedTokens): number {
  return input + output + cached;
}

function plus(one: PricedTokens, other: PricedTokens): PricedTokens {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cached: one.cached + other.cached,
  };
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

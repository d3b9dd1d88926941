// What the ledger lacks of an attempt whose supervisor is gone: it is written twice a minute, the agent's digest with each event.

import type { AttemptUse } from "../contract/run.ts";
import type { UsageRecord } from "../records/usage-record.ts";
import { HOUR_MS } from "../values/durations.ts";
import { sumUsage } from "./cost-sum.ts";
import { type Price, priceOf, usdFor } from "./prices.ts";

export type LostAttempt = Pick<
  UsageRecord,
  "run" | "startedAtMs" | "key" | "owner" | "worker" | "account" | "model"
> & {
  /** As its digest has it. */
  readonly use: AttemptUse;
  /** When its agent last said something. */
  readonly lastAtMs: number;
  readonly prices: readonly Price[];
};

/** The record with which the ledger has all of it: of the attempt's last hour, in place of the one before. Null: it lacks nothing. */
export function missingUse(records: readonly UsageRecord[], attempt: LostAttempt): UsageRecord | null {
  const { use, lastAtMs, prices, ...facts } = attempt;
  const own = records.filter(({ startedAtMs }) => startedAtMs === facts.startedAtMs);
  const has = sumUsage(own);
  const { tokens, cost } = use;
  const lacks = (used: number | undefined, known: number) => Math.max(0, (used ?? 0) - known);
  const cached = lacks(tokens?.cached, has.cached);
  const input = lacks(tokens === null ? 0 : tokens.input - tokens.cached, has.input);
  const output = lacks(tokens?.output, has.output);
  const tools = lacks(use.tools, has.tools);
  const workMs = lacks(use.workMs, has.workMs);
  const reportedUsd = lacks(cost?.usd, has.usd ?? 0);
  if (cached + input + output + tools + workMs + reportedUsd === 0) return null;
  const hourMs = Math.floor(lastAtMs / HOUR_MS) * HOUR_MS;
  const before = own.find((record) => record.hourMs === hourMs);
  const price = reportedUsd > 0 ? null : priceOf(prices, facts.model);
  const pricedUsd = price === null ? 0 : usdFor(price, { input, output, cached });
  const addedUsd = reportedUsd + pricedUsd;
  return {
    ...facts,
    hourMs,
    input: (before?.input ?? 0) + input,
    output: (before?.output ?? 0) + output,
    cached: (before?.cached ?? 0) + cached,
    tools: (before?.tools ?? 0) + tools,
    workMs: (before?.workMs ?? 0) + workMs,
    // What was not reported and has no price stays unknown.
    usd: addedUsd > 0 ? (before?.usd ?? 0) + addedUsd : (before?.usd ?? null),
    isEstimate:
      (before?.isEstimate ?? false) || pricedUsd > 0 || (reportedUsd > 0 && (cost?.isEstimate ?? false)),
    countsTokens: tokens !== null || (before?.countsTokens ?? false),
  };
}

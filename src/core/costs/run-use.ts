// What a run used, over all its attempts: those that ended say it in the run, the newest in its agent's digest until then.

import type { AgentActivity } from "../agent/activity/agent-activity.ts";
import type { Attempt, AttemptUse, Run } from "../contract/run.ts";
import type { UsageRecord } from "../records/usage-record.ts";
import { sumUsage } from "./cost-sum.ts";

/** Null: unknown. */
export type RunUse = Pick<AttemptUse, "tokens" | "cost"> & {
  /** Of at least one attempt no cost is known. */
  readonly hasUnknownCost: boolean;
  readonly tools: number | null;
  readonly workMs: number | null;
};

type Used = Pick<AttemptUse, "tokens" | "cost" | "tools" | "workMs">;

/** Sums what is known; each attempt counts once. */
export function useOf(run: Pick<Run, "attempts" | "usedBefore">, activity: AgentActivity | null): RunUse {
  const used = usedBy(run, activity);
  return {
    tokens: sumTokens(used),
    cost: sumCost(used),
    hasUnknownCost: used.some(({ cost }) => cost === null),
    tools: sumKnown(used.map(({ tools }) => tools)),
    workMs: sumKnown(used.map(({ workMs }) => workMs)),
  };
}

/** What the ledger has of an attempt whose supervisor is gone; null where that is nothing. */
export function useInLedger(records: readonly UsageRecord[], startedAtMs: number | null): AttemptUse | null {
  const own = records.filter((record) => record.startedAtMs === startedAtMs);
  if (own.length === 0) return null;
  const { usd, isEstimate, input, output, cached, countsTokens, tools, workMs } = sumUsage(own);
  return {
    tokens: countsTokens ? { input: input + cached, output, cached } : null,
    cost: usd === null ? null : { usd, isEstimate },
    ...{ events: 0, unparsed: 0, tools, workMs },
  };
}

/** What an attempt used, as its agent's digest has it. */
export function useInDigest({ tokens, cost, events, unparsed, tools, workMs }: AgentActivity): AttemptUse {
  return {
    ...{ tokens, cost, events, unparsed },
    ...(tools === undefined ? {} : { tools }),
    ...(workMs === undefined ? {} : { workMs }),
  };
}

/** `usedBefore` with one more attempt, which is no longer kept with the run. */
export function addUse(before: AttemptUse | null, use: AttemptUse | null): AttemptUse | null {
  if (before === null || use === null) return before ?? use;
  const both = [before, use];
  const tools = sumKnown(both.map((one) => one.tools));
  const workMs = sumKnown(both.map((one) => one.workMs));
  return {
    tokens: sumTokens(both),
    cost: sumCost(both),
    events: before.events + use.events,
    unparsed: before.unparsed + use.unparsed,
    ...(tools === null ? {} : { tools }),
    ...(workMs === null ? {} : { workMs }),
  };
}

/** An attempt that did not count has the same number as the next one, so its start says which it is. */
export function isOfAttempt({ attempt, startedAtMs, lastEventAtMs }: AgentActivity, one: Attempt): boolean {
  if (startedAtMs !== null) return one.startedAtMs === startedAtMs;
  return one.number === attempt && (lastEventAtMs ?? Number.NEGATIVE_INFINITY) <= one.endedAtMs;
}

function usedBy(
  { attempts, usedBefore }: Pick<Run, "attempts" | "usedBefore">,
  activity: AgentActivity | null,
): readonly Used[] {
  const ended = [usedBefore, ...attempts.map(({ use }) => use)].filter((use) => use != null);
  const isCounted = activity === null || attempts.some((one) => one.use && isOfAttempt(activity, one));
  return isCounted ? ended : [...ended, activity];
}

function sumTokens(used: readonly Used[]): RunUse["tokens"] {
  const known = used.flatMap(({ tokens }) => tokens ?? []);
  if (known.length === 0) return null;
  return known.reduce((sum, { input, output, cached }) => ({
    input: sum.input + input,
    output: sum.output + output,
    cached: sum.cached + cached,
  }));
}

function sumCost(used: readonly Used[]): RunUse["cost"] {
  const known = used.flatMap(({ cost }) => cost ?? []);
  if (known.length === 0) return null;
  const usd = known.reduce((sum, cost) => sum + cost.usd, 0);
  return { usd, isEstimate: known.some(({ isEstimate }) => isEstimate) };
}

function sumKnown(values: readonly (number | undefined)[]): number | null {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

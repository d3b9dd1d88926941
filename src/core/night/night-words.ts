// The words of a night's summary.

import { SLOT_USES, type SlotUse } from "../records/slot-time.ts";
import { isoTime } from "../text/iso-time.ts";
import { HOUR_MS } from "../values/durations.ts";
import type { NightSummary } from "./night-summary.ts";

export const SLOT_USE_WORDS: Readonly<Record<SlotUse, string>> = {
  working: "working",
  elsewhere: "working in other repositories",
  nothing_ready: "nothing was ready",
  not_automatic: "automatic start is off",
  limit: "usage limit",
  outage: "outage, sign-in or set-up",
  paused: "starts paused",
  review: "too much waits for review",
  schedule: "outside dispatch.at",
  room: "no room",
  budget: "budget used up",
  owner_limit: "limit per owner",
  waiting: "waits for a retry, an answer or other tasks",
  blocked: "settings or trust",
  asleep: "machine asleep",
  not_running: "no runner",
};

/** "6.5 h". */
export function slotHours(ms: number): string {
  return `${(ms / HOUR_MS).toFixed(1)} h`;
}

/** The most first, work before all. */
export function slotLines({
  slots,
}: NightSummary): readonly { readonly use: SlotUse; readonly ms: number }[] {
  return SLOT_USES.flatMap((use) => {
    const ms = slots[use] ?? 0;
    return ms <= 0 ? [] : [{ use, ms }];
  }).sort((a, b) => Number(isWork(b.use)) - Number(isWork(a.use)) || b.ms - a.ms);
}

export function isWork(use: SlotUse): boolean {
  return use === "working" || use === "elsewhere";
}

/** As `tasks night --format json` and /night.json say it. */
export function nightRecord(night: NightSummary) {
  const { sinceMs, nowMs, landed, inReview, needsYou, failed, spared, cost, asleepMs } = night;
  return {
    since: isoTime(sinceMs),
    until: isoTime(nowMs),
    landed,
    in_review: inReview,
    needs_you: needsYou,
    failed: failed.map(({ words, keys, attempts }) => ({ cause: words, tasks: keys, attempts })),
    not_counted: spared.map(({ words, keys, attempts }) => ({ cause: words, tasks: keys, attempts })),
    cost: {
      usd: cost.usd,
      estimated: cost.isEstimate,
      runs: cost.runs,
      runs_of_unknown_cost: cost.unknownRuns,
    },
    slot_hours: Object.fromEntries(slotLines(night).map(({ use, ms }) => [use, round(ms / HOUR_MS)])),
    asleep_ms: asleepMs,
  };
}

const round = (hours: number) => Math.round(hours * 100) / 100;

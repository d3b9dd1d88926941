// `limits.reserve`: a share of each usage window is kept for people, always or at some times: starts of an account's workers
// wait once the rest is used.

import type { DispatchHold } from "../contract/run-view.ts";
import type { AccountWindow } from "../records/scoped-pause.ts";
import { isoTimeOrNull } from "../text/iso-time.ts";
import { DAY_MS } from "../values/durations.ts";
import {
  clockTime,
  localTime,
  nextMoment,
  parseTimeSpan,
  type TimeSpan,
  type Zone,
} from "../values/local-time.ts";
import { isWithin } from "./working-hours.ts";

type Reserve = {
  /** Of each window, kept for people. */
  readonly percent: number;
  readonly days: Days;
  /** A span over midnight belongs to the day on which it begins. */
  readonly span: TimeSpan;
};

type Days = "daily" | "weekdays" | "weekends";

const WHOLE_DAY: TimeSpan = { from: 0, to: 0 };
const DAYS: readonly Days[] = ["daily", "weekdays", "weekends"];

/** `25% weekdays 08:00-18:00`; null for anything else. */
export function parseReserve(text: string): Reserve | null {
  const [share = "", ...rest] = text.split(" ");
  const percent = /^\d{1,2}%$/.test(share) ? Number.parseInt(share, 10) : null;
  const days = DAYS.find((each) => each === rest[0]) ?? null;
  const [hours, ...more] = days === null ? rest : rest.slice(1);
  const span = hours === undefined ? WHOLE_DAY : parseTimeSpan(hours);
  return percent === null || span === null || more.length > 0
    ? null
    : { percent, days: days ?? "daily", span };
}

export type ReserveInput = {
  /** The setting. */
  readonly reserve: readonly string[];
  readonly windows: readonly AccountWindow[];
  /** The account of each worker, by its name. */
  readonly accounts: Readonly<Record<string, string>>;
  readonly nowMs: number;
  readonly zone: Zone;
};

/** One for each worker whose account has used what is not kept. */
export function reserveHolds({
  reserve,
  windows,
  accounts,
  nowMs,
  zone,
}: ReserveInput): readonly DispatchHold[] {
  const kept = reserve.flatMap((text) => parseReserve(text) ?? []).filter((each) => isNow(each, nowMs, zone));
  return Object.entries(accounts).flatMap(([worker, account]) => {
    const own = windows.filter((window) => window.account === account && isInForce(window, nowMs));
    const waits = kept.flatMap((each) => own.flatMap((window) => waitFor(each, window, nowMs, zone) ?? []));
    // All of them have to be over.
    const last = waits.toSorted((a, b) => (b.untilMs ?? LATEST) - (a.untilMs ?? LATEST))[0];
    return last === undefined ? [] : [{ ...holdOf(last, account, zone), worker }];
  });
}

const LATEST = Number.MAX_SAFE_INTEGER;
/** What was said of a window whose end is unknown is no longer true a day later. */
const UNDATED_FOR_MS = DAY_MS;

type Wait = { readonly reserve: Reserve; readonly window: AccountWindow; readonly untilMs: number | null };

function isInForce({ resetsAtMs, atMs }: AccountWindow, nowMs: number): boolean {
  return nowMs < (resetsAtMs ?? atMs + UNDATED_FOR_MS);
}

function waitFor(reserve: Reserve, window: AccountWindow, nowMs: number, zone: Zone): Wait | null {
  if (window.usedPercent === null || window.usedPercent < 100 - reserve.percent) return null;
  const { from, to } = reserve.span;
  const isOver = (atMs: number): boolean => !isNow(reserve, atMs, zone);
  const endMs = nextMoment(nowMs, isOver, { zone, at: [0, from, to], days: DAYS_SEARCHED });
  const ends = [endMs, window.resetsAtMs].filter((end) => end !== null);
  return { reserve, window, untilMs: ends.length === 0 ? null : Math.min(...ends) };
}

/** The longest: five weekdays, and the days around them. */
const DAYS_SEARCHED = 7;

function isNow({ days, span }: Reserve, atMs: number, zone: Zone): boolean {
  const { weekday, minute } = localTime(atMs, zone);
  if (!isWithin(span, minute)) return false;
  const beganYesterday = span.from > span.to && minute < span.to;
  const began = beganYesterday ? (weekday + 6) % 7 : weekday;
  const isWeekend = began === 0 || began === 6;
  return days === "daily" || isWeekend === (days === "weekends");
}

function holdOf(
  { reserve, window, untilMs }: Wait,
  account: string,
  zone: Zone,
): Omit<DispatchHold, "worker"> {
  const used = `${Math.floor(window.usedPercent ?? 0)} % of ${account}'s ${nameOf(window)} is used`;
  const until = untilMs === null ? "" : ` until ${clockTime(untilMs, zone)}`;
  return {
    code: "reserve",
    sentence: `holds: ${used}, ${reserve.percent} % is kept for people${until}`,
    applies: "all",
    until: isoTimeOrNull(untilMs),
  };
}

function nameOf({ window }: AccountWindow): string {
  return window === "" ? "limit" : `limit ${window}`;
}

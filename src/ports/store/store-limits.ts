// How much a store keeps, the same for every adapter. Everything that grows has a limit here.

import { DAY_MS } from "../../core/values/durations.ts";

const QUARTER_MS = 90 * DAY_MS;

/** Cycles are for metrics and "what happened last night": a week of them. */
export const CYCLES_KEEP_MS = 7 * DAY_MS;
/** A week at one cycle a second would be 600,000. */
export const CYCLES_KEEP_COUNT = 50_000;
/** Transitions are the activity feed, and say since when a task is in its group. */
export const TRANSITIONS_KEEP_MS = QUARTER_MS;
/** 10,000 tasks that each move twenty times. */
export const TRANSITIONS_KEEP_COUNT = 200_000;
/** Keys of removed rows, for readers that follow by difference; a reader further behind reads everything. */
export const TOMBSTONES_KEEP_COUNT = 10_000;
/** As long as the feed that mentions them. */
export const RUNS_KEEP_MS = QUARTER_MS;
/** 10,000 tasks, each worked on twice. */
export const RUNS_KEEP_COUNT = 20_000;
/** After it expires: it counts how often its signal was raised again. */
export const ACKNOWLEDGEMENTS_KEEP_MS = QUARTER_MS;
/** One for each of 10,000 tasks. All are read whenever one changes. */
export const ACKNOWLEDGEMENTS_KEEP_COUNT = 10_000;
/** Pauses and windows are few: accounts and hosts. */
export const SCOPED_PAUSES_KEEP_COUNT = 200;
/** As long as the runs that they belong to. */
export const LEDGER_KEEP_MS = QUARTER_MS;
/** 10,000 attempts over ten hours each. */
export const USAGE_KEEP_COUNT = 100_000;
/** What was sent is of interest for a week. */
export const NOTIFICATIONS_KEEP_MS = 7 * DAY_MS;
export const NOTIFICATIONS_KEEP_COUNT = 1_000;
/** The header of each snapshot names them all. */
export const STOPPED_TASKS_KEEP_COUNT = 1_000;

// How much a store keeps, the same for every adapter. Everything that grows has a limit here.

import { DAY_MS } from "../../core/values/durations.ts";

/** What is kept to be looked up is kept for a quarter of a year. */
const QUARTER_MS = 90 * DAY_MS;

/** Cycles are for metrics and "what happened last night": a week of them. */
export const CYCLES_KEEP_MS = 7 * DAY_MS;
/** At one cycle a second a week would be 600,000: more than anybody reads. */
export const CYCLES_KEEP_COUNT = 50_000;
/** Transitions are the activity feed and the memory of since when a task is in its group. */
export const TRANSITIONS_KEEP_MS = QUARTER_MS;
/** A tree of 10,000 tasks whose every task moves twenty times in the keep time; beyond it the oldest go. */
export const TRANSITIONS_KEEP_COUNT = 200_000;
/** Rows that are gone, so that a reader can follow by difference; one that is further behind reads everything. */
export const TOMBSTONES_KEEP_COUNT = 10_000;
/** Closed runs, as long as the feed that tells of them. */
export const RUNS_KEEP_MS = QUARTER_MS;
/** A tree of 10,000 tasks, each worked on twice. */
export const RUNS_KEEP_COUNT = 20_000;
/** After its time is up: how often a signal was raised again is counted by its acknowledgement. */
export const ACKNOWLEDGEMENTS_KEEP_MS = QUARTER_MS;
/** One for each task of a tree of 10,000: more than anybody has seen. All are read whenever one changes. */
export const ACKNOWLEDGEMENTS_KEEP_COUNT = 10_000;
/** Tasks that a person stopped and nobody asked for since. The header of each snapshot names them all. */
export const STOPPED_TASKS_KEEP_COUNT = 1_000;

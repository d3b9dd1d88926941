import { readNight } from "../../../app/night/read-night.ts";
import { costSumText } from "../../../core/costs/cost-words.ts";
import type { NightSummary } from "../../../core/night/night-summary.ts";
import { nightRecord, SLOT_USE_WORDS, slotHours, slotLines } from "../../../core/night/night-words.ts";
import { counted } from "../../../core/text/counted.ts";
import { HOUR_MS, parseDuration } from "../../../core/values/durations.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { clockTime } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { openRepository } from "../../repository/open-repository.ts";
import { readTasks, withRunner } from "../../repository/open-runner.ts";
import { withStore } from "../../repository/open-runs.ts";

const HOURS_DEFAULT = 12;

export const command: Command = {
  insideRun: "allowed",
  description:
    "What happened since a time: what landed or is ready for review, what waits for you, what failed and why, what it cost, and what the slots were used for.",
  flags: [
    REPO,
    flag("--since <time>", `a time of day, or how long ago: 22:30, 8h (default: ${HOURS_DEFAULT}h)`),
    FORMAT,
  ],
  examples: [{ line: "tasks night --since 22:30", does: "the night, on one screen" }],
  run: night,
};

async function night(context: CommandContext): Promise<void> {
  const { clock } = context.system;
  const sinceMs = readSince(textFlag(context.flags, "since"), clock.wallMs());
  const opened = await openRepository(context);
  const { snapshot } = await withRunner(opened, (runner) => readTasks(opened, runner));
  await withStore(context, async ({ store }) => {
    const { host, per_host: slots } = snapshot.dispatch;
    const summary = await readNight(store, {
      ...{ rows: snapshot.tasks, sinceMs, nowMs: clock.wallMs() },
      ...{ host, slots, cycleS: opened.loaded.config.cycle.interval_s },
    });
    printLines(context, nightRecord(summary), lines(summary).map(terminalText));
  });
}

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** The newest moment with that time of day, or so long ago. */
function readSince(typed: string | null, nowMs: number): number {
  if (typed === null) return nowMs - HOURS_DEFAULT * HOUR_MS;
  const ago = parseDuration(typed);
  if (ago !== null) return nowMs - ago;
  const [, hours, minutes] = CLOCK.exec(typed) ?? [];
  if (hours === undefined || minutes === undefined)
    throw usage(
      `--since is ${JSON.stringify(typed)}.`,
      "It needs a time of day or a duration: 22:30, 8h, 2d.",
    );
  const since = new Date(nowMs);
  since.setHours(Number(hours), Number(minutes), 0, 0);
  // By the calendar, since a day may have 23 or 25 hours.
  if (since.getTime() > nowMs) since.setDate(since.getDate() - 1);
  return since.getTime();
}

function lines(night: NightSummary): readonly string[] {
  const { sinceMs, nowMs, landed, inReview, needsYou, failed, spared, cost } = night;
  const slots = slotLines(night);
  const all = slots.reduce((sum, { ms }) => sum + ms, 0);
  return [
    `Since ${clockTime(sinceMs, nowMs)}`,
    `  ${counted(landed.length, "task")} landed${named(landed)}`,
    `  ${counted(inReview.length, "task")} ready for review${named(inReview)}`,
    `  ${needsYou.length} ${needsYou.length === 1 ? "waits" : "wait"} for you${named(needsYou)}`,
    ...(failed.length === 0 ? ["  No attempt failed"] : ["  Failed attempts"]),
    ...failed.map(({ words, keys, attempts }) => `    ${attempts}: ${words}${named(keys)}`),
    ...(spared.length === 0 ? [] : ["  Not counted"]),
    ...spared.map(({ words, keys, attempts }) => `    ${attempts}: ${words}${named(keys)}`),
    `  Cost ${costSumText(cost)}`,
    `  Slot hours: ${slotHours(all)}`,
    ...slots.map(({ use, ms }) => `    ${slotHours(ms).padStart(7)}  ${SLOT_USE_WORDS[use]}`),
  ];
}

/** On a terminal the first few; JSON has all. */
const NAMED_MAX = 6;

function named(keys: readonly string[]): string {
  if (keys.length === 0) return "";
  const more = keys.length - NAMED_MAX;
  return `: ${keys.slice(0, NAMED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

import { costRecord, costReport } from "../../../core/costs/cost-report.ts";
import type { CostSum } from "../../../core/costs/cost-sum.ts";
import { COST_GROUPINGS, type CostGrouping, type CostRow } from "../../../core/costs/cost-table.ts";
import { costSumText, tokenSumText } from "../../../core/costs/cost-words.ts";
import { dayStartMs } from "../../../core/costs/local-day.ts";
import { DAY_MS } from "../../../core/values/durations.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { shortDuration } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { withStore } from "../../repository/open-runs.ts";

const DAYS_DEFAULT = 7;

export const command: Command = {
  insideRun: "allowed",
  description:
    "Prints what runs used: dollars, tokens without what was read from a cache, tool calls and time at work. ≈ is estimated from costs.prices, – is unknown. Days are local ones.",
  flags: [
    REPO,
    {
      usage: "--by <what>",
      description: "day (default), task, worker or owner",
      choices: [...COST_GROUPINGS],
    },
    flag("--since <days>", `the last days, today included: 30d (default: ${DAYS_DEFAULT}d)`),
    FORMAT,
  ],
  examples: [{ line: "tasks costs --by worker --since 30d", does: "which worker cost what in a month" }],
  run: costs,
};

async function costs(context: CommandContext): Promise<void> {
  const by = readGrouping(textFlag(context.flags, "by"));
  const days = readDays(textFlag(context.flags, "since"));
  await withStore(context, async (opened) => {
    const { store, output, system } = opened;
    const { zone, clock } = system;
    const sinceMs = dayStartMs(clock.wallMs() - (days - 1) * DAY_MS, zone);
    const report = costReport(await store.readUsage({ sinceMs }), { by, sinceMs, zone });
    const lines = alignColumns(
      [
        [by, "cost", "tokens", "tools", "at work", "runs"],
        ...report.rows.map(rowCells),
        cells("total", report.total),
      ],
      output.resultColumns,
    );
    printLines(opened, costRecord(report), report.rows.length === 0 ? [] : lines, "Nothing was used.");
  });
}

function readGrouping(typed: string | null): CostGrouping {
  const by = COST_GROUPINGS.find((name) => name === (typed ?? "day"));
  if (by !== undefined) return by;
  throw usage(`--by is ${JSON.stringify(typed)}.`, `It is one of ${COST_GROUPINGS.join(", ")}.`);
}

function readDays(typed: string | null): number {
  if (typed === null) return DAYS_DEFAULT;
  const [, days] = /^([1-9]\d{0,3})d?$/.exec(typed) ?? [];
  if (days !== undefined) return Number(days);
  throw usage(`--since is ${JSON.stringify(typed)}; it needs a number of days.`, "For example: --since 30d");
}

const rowCells = (row: CostRow): readonly string[] => cells(terminalText(row.name ?? "(no owner)"), row);

function cells(name: string, sum: CostSum): readonly string[] {
  const { tools, workMs, runs } = sum;
  return [name, costSumText(sum), tokenSumText(sum), String(tools), shortDuration(workMs), String(runs)];
}

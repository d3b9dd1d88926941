// Numbers on the pages of the night and of costs, against the JSON of the same instant.

import { SLOT_USE_WORDS, slotHours } from "../../../src/core/night/night-words.ts";
import { SLOT_USES } from "../../../src/core/records/slot-time.ts";
import { HOUR_MS } from "../../../src/core/values/durations.ts";
import type { Costs, Seen } from "../night-pages.ts";
import type { PagePart } from "./page-text.ts";

/** The page, or the short form on top of the status page. `steppedMs`: of the slots, by a clock that has just been set. */
export function ofNightPage(
  { night: { json, summary } }: Seen,
  page: PagePart,
  steppedMs: number,
): readonly string[] {
  const wrong: string[] = [];
  const attempts = (causes: readonly { readonly attempts: number }[]) =>
    causes.reduce((sum, one) => sum + one.attempts, 0);
  const [landed, review, person, failed] = page.tags("ul", "night")[0]?.tags("li") ?? [];
  const says = (line: PagePart | undefined, text: string) => {
    if (line?.text.startsWith(text) !== true) wrong.push(`“${line?.text}” is not “${text}”`);
  };
  says(landed, `${json.landed.length} landed`);
  says(review, `${json.in_review.length} ready for review`);
  says(person, `${json.needs_you.length} ${json.needs_you.length === 1 ? "waits" : "wait"} for you`);
  says(failed, `${attempts(json.failed)} ${attempts(json.failed) === 1 ? "attempt" : "attempts"} failed`);
  if (failed?.text.includes(`${attempts(json.not_counted)} did not count`) !== true)
    wrong.push(`“${failed?.text}” is not ${attempts(json.not_counted)} that did not count`);
  const rows = (page.tags("tbody")[0]?.tags("tr") ?? []).map(
    (row) => [row.tags("th")[0]?.text ?? "", row.tags("td")[0]?.text ?? ""] as const,
  );
  if (page.byId("slots") === null) return wrong;
  for (const use of SLOT_USES) {
    const shown = rows.find(([name]) => name === SLOT_USE_WORDS[use])?.[1] ?? null;
    const ms = summary.slots[use] ?? 0;
    const near = [ms - ROUNDED_MS, ms, ms + ROUNDED_MS].map(slotHours);
    const isNear =
      shown !== null && Math.abs(Number.parseFloat(shown) * HOUR_MS - ms) <= steppedMs + SHOWN_MS;
    if (shown === null ? ms > ROUNDED_MS + steppedMs : !near.includes(shown) && !(steppedMs > 0 && isNear))
      wrong.push(`${shown} of ${use}, not ${slotHours(ms)}`);
  }
  return wrong;
}

/** Hours have one digit after the point. */
const SHOWN_MS = 0.06 * HOUR_MS;
/** Seconds pass between the two, times all slots. */
const ROUNDED_MS = 30_000;

export function ofCostsPage({ costs: { task } }: Seen, page: PagePart): readonly string[] {
  const rows = page.tags("tbody")[0]?.tags("tr") ?? [];
  if (rows.length !== (task.rows.length === 0 ? 0 : task.rows.length + 1))
    return [`${rows.length} rows, not ${task.rows.length} and the total`];
  return rows.flatMap((row) => {
    const name = row.tags("th")[0]?.text ?? "";
    const found = name === "Total" ? task.total : task.rows.find((one) => one.name === name);
    if (found === undefined) return [`${name} is not in /costs.json`];
    return ofCells(
      row.tags("td").map(({ text }) => text),
      found,
    ).map((what) => `${name}: ${what}`);
  });
}

function ofCells(
  [cost = "", tokens = "", tools = ""]: readonly string[],
  is: Costs["total"],
): readonly string[] {
  const wrong: string[] = [];
  const [dollars] = /\d+\.\d\d/.exec(cost) ?? [];
  if (is.usd === null ? cost !== "–" : Math.abs(Number(dollars) - is.usd) > CENTS)
    wrong.push(`“${cost}”, not $${is.usd}`);
  if (is.usd !== null && cost.startsWith("≥") !== is.runs_of_unknown_cost > 0)
    wrong.push(`“${cost}”, and ${is.runs_of_unknown_cost} runs are unknown`);
  const shown = tokens.replace("≥ ", "").split(", ").map(numberOf);
  for (const [at, count] of [is.input_tokens, is.output_tokens].entries()) {
    const near = count ?? 0;
    if (count === null ? tokens !== "–" : Math.abs((shown[at] ?? 0) - near) > near * 0.05 + 1_000)
      wrong.push(`“${tokens}” tokens, not ${count}`);
  }
  if (Math.abs(Number(tools) - is.tool_calls) > TOOLS_MEANWHILE)
    wrong.push(`${tools} tool calls, not ${is.tool_calls}`);
  return wrong;
}

const CENTS = 0.011;
const TOOLS_MEANWHILE = 3;

/** "412", "31k", "1.2M". */
function numberOf(text: string): number {
  const [, number = "0", unit = ""] = /^([\d.]+)([kM]?)/.exec(text) ?? [];
  return Number(number) * (unit === "M" ? 1_000_000 : unit === "k" ? 1_000 : 1);
}

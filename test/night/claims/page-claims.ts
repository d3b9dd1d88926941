// What the HTML says, against the JSON of the same instant and against what the recorder saw.

import type { ServedSnapshot, TaskRow } from "../../../src/core/contract/snapshot.ts";
import { SECOND_MS } from "../../../src/core/values/durations.ts";
import type { Seen } from "../night-pages.ts";
import type { NightWorld } from "../night-world.ts";
import { ofCostsPage, ofNightPage } from "./number-claims.ts";
import { type PagePart, readPage } from "./page-text.ts";
import { ofRunPage, ofRunsPage, ofTaskPage, ofWorkersPage } from "./run-claims.ts";

/** Rows of a pause that the status page shows. */
const PAUSES_SHOWN = 10;

export function ofPages(world: NightWorld, seen: Seen): readonly string[] {
  return [...seen.pages].flatMap(([address, html]) =>
    ofPage(world, seen, { address, page: readPage(html) }).map((what) => `${address}: ${what}`),
  );
}

type Opened = { readonly address: string; readonly page: PagePart };

function ofPage(world: NightWorld, seen: Seen, { address, page }: Opened): readonly string[] {
  const [, first = "", second = ""] = address.split(/[/?]/);
  switch (first) {
    case "status":
      return ofStatus(world, seen, page);
    case "night":
      return ofNightPage(seen, page, steppedMs(world, seen));
    case "costs":
      return ofCostsPage(seen, page);
    case "workers":
      return ofWorkersPage(world, seen, page);
    case "runs":
      return second === "" ? ofRunsPage(seen, page) : ofRunPage(world, seen, { id: second, page });
    default:
      return ofTaskPage(seen, { key: second, page });
  }
}

/** Between two pages a cycle may account for the time that a clock skipped just before. */
function steppedMs({ plan, config }: NightWorld, { atMs, status }: Seen): number {
  const cycleMs = config.cycle.interval_s * SECOND_MS;
  return plan.clockSteps
    .filter((step) => step.atMs <= atMs && step.atMs > atMs - 2 * cycleMs)
    .reduce((sum, { byMs }) => sum + Math.abs(byMs) * status.dispatch.per_host, 0);
}

function ofStatus(world: NightWorld, seen: Seen, page: PagePart): readonly string[] {
  const { status, pages } = seen;
  // Published in between.
  if (page.byId("fresh")?.attribute("data-seq") !== String(status.seq)) return [];
  const wrong = [
    ...ofHead(status, page),
    ...ofPauses(status, page),
    ...status.tasks.flatMap((row) => ofRow(row, page)),
  ];
  const away = page.tags("section", "away")[0];
  if (away === undefined) return pages.size === 0 ? wrong : [...wrong, ...noSummary(seen)];
  return [...wrong, ...ofNightPage(seen, away, steppedMs(world, seen))];
}

/** Who left when the night began finds the summary after four hours. */
const AWAY_MS = 4 * 3_600_000;
function noSummary({ night }: Seen): readonly string[] {
  const { nowMs, sinceMs } = night.summary;
  return nowMs - sinceMs > AWAY_MS ? ["there is no summary for who left when the night began"] : [];
}

function ofHead({ counts, groups }: ServedSnapshot, page: PagePart): readonly string[] {
  const wrong: string[] = [];
  const waiting = groups.needs_attention?.length ?? 0;
  const title = page.tags("title")[0]?.text ?? "";
  const says = waiting === 0 ? "" : `${waiting} ${waiting === 1 ? "needs" : "need"} you`;
  if (says === "" ? /\bneeds? you/.test(title) : !title.includes(says))
    wrong.push(`its title is ${title}, not ${says}`);
  for (const chip of page.byId("strip")?.tags("a") ?? []) {
    const group = Object.entries(counts).find(([name]) => name === chip.attribute("data-group"));
    const shown = (chip.tags("b")[0]?.text ?? "").replace("▲", "");
    if (shown !== "–" && shown !== String(group?.[1]))
      wrong.push(`${group?.[0]} counts ${shown}, not ${group?.[1]}`);
  }
  return wrong;
}

function ofPauses(
  { dispatch: { pauses, holds, live, per_host: slots } }: ServedSnapshot,
  page: PagePart,
): readonly string[] {
  const wrong: string[] = [];
  const busy = page.tags("b", "busy")[0]?.text;
  if (busy !== `${live} of ${slots},` && busy !== `${live} of ${slots}`)
    wrong.push(`${busy} workers are busy, not ${live}`);
  const rows = page.byId("pauses")?.tags("div", "paused") ?? [];
  if (pauses.length <= PAUSES_SHOWN && rows.length !== pauses.length + holds.length)
    wrong.push(`${rows.length} rows of what waits, not ${pauses.length} and ${holds.length}`);
  for (const [at, { sentence, why, since, until }] of pauses.slice(0, PAUSES_SHOWN).entries()) {
    const row = rows[at];
    const says = row?.text ?? "";
    if (!says.includes(sentence) || !says.includes(oneLine(why)))
      wrong.push(`“${says}” is not ${sentence}: ${why}`);
    if (row?.timesMs[0] !== Date.parse(since)) wrong.push(`${sentence}: its since is not ${since}`);
    const showsEnd = until !== null && says.includes("until ");
    if (showsEnd && !row?.timesMs.includes(Date.parse(until)))
      wrong.push(`${sentence}: its end is not ${until}`);
  }
  const chip = page.tags("li", "chip")[0]?.text ?? "";
  if (pauses.length > 1 && !chip.includes(`${pauses.length} limits and outages`))
    wrong.push(`its chip says “${chip}”, and there are ${pauses.length} limits and outages`);
  return wrong;
}

/** The row is in its group, and says what its run does. */
function ofRow(row: TaskRow, page: PagePart): readonly string[] {
  const { key, group, run } = row;
  if (group === "done") return [];
  const shown = page.byId(`g-${group}`)?.byId(`t-${key}`);
  if (shown === undefined || shown === null) return [`${key} is not in ${group}`];
  const { text, timesMs } = shown;
  const wrong: string[] = [];
  if (group === "needs_attention") {
    const [first] = row.signals.filter(({ acknowledged }) => acknowledged === null);
    if (first !== undefined && !text.includes(oneLine(first.sentence)))
      wrong.push(`“${text}” is not ${first.sentence}`);
  }
  if (group !== "active" || run === null) return wrong;
  if (!text.includes(`attempt ${run.attempt}`))
    wrong.push(`${key}: “${text}” is not its attempt ${run.attempt}`);
  if (run.state !== "queued" || run.held === null) return wrong;
  const { sentence, until } = run.held;
  if (!text.includes(sentence)) wrong.push(`${key}: “${text}” is not ${sentence}`);
  if (until !== null && !timesMs.includes(Date.parse(until))) wrong.push(`${key}: its end is not ${until}`);
  return wrong;
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

// In the bar: whether ready tasks start automatically, what waits for limits and outages, and usage windows that are nearly used up.

import type { Dispatch } from "../../../core/contract/run-view.ts";
import { hasReset, pauseWords, windowShare } from "../../../core/pause/pause-words.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";

export type StartChips = { readonly dispatch: Dispatch; readonly time: PageTime };

/** A pause of all starts has its own row. */
export function renderStartChips(chips: StartChips): Html {
  const { automatic, pause } = chips.dispatch;
  return html`${pause === null && html`<li>Automatic start: ${automatic ? "on" : "off"}</li>`}
    ${renderPausesChip(chips)}${renderWindowChip(chips)}`;
}

/** What it is, where there is one; leads to the rows. */
function renderPausesChip({ dispatch, time }: StartChips): Html | null {
  const { pauses, host } = dispatch;
  const [first] = pauses;
  if (first === undefined) return null;
  const words = pauses.length === 1 ? pauseWords({ ...first, host }) : `${pauses.length} limits and outages`;
  const until = pauses.length === 1 && first.until !== null ? Date.parse(first.until) : Number.NaN;
  const ends = until > time.observedAtMs && html` until ${momentTime(until, time)}`;
  return html`<li class="chip"><a href="#pauses">◔ <bdi>${words}</bdi>${ends}${waitingWords(pauses)}</a></li>`;
}

/** ", 9 wait". */
function waitingWords(pauses: Dispatch["pauses"]): string {
  const count = countWaiting(pauses);
  return count === null || count === 0 ? "" : `, ${count} ${count === 1 ? "waits" : "wait"}`;
}

/** A task may wait for two of them. Null where not all are named, so that it cannot be counted once. */
function countWaiting(pauses: Dispatch["pauses"]): number | null {
  const [first] = pauses;
  if (pauses.length === 1 && first !== undefined) return first.waiting;
  const areNamed = pauses.every(({ waiting, waiting_tasks: named }) => waiting === named.length);
  return areNamed ? new Set(pauses.flatMap(({ waiting_tasks: named }) => named)).size : null;
}

/** From here on a window is worth a look. */
const NEARLY_USED_PERCENT = 80;

/** The fullest usage window, once it is nearly used up; the title has all, and so has the page of the workers. */
function renderWindowChip({ dispatch: { windows, pauses }, time }: StartChips): Html | null {
  const isPaused = (account: string) =>
    pauses.some(({ scope }) => scope.kind === "account" && scope.name === account);
  const known = windows
    .flatMap((window) => {
      const { account, used_percent: percent } = window;
      if (percent === null || hasReset(window, time.observedAtMs) || isPaused(account)) return [];
      return [{ words: `${account}: ${windowShare(window)}`, percent }];
    })
    .sort((a, b) => b.percent - a.percent);
  const [fullest] = known;
  if (fullest === undefined || fullest.percent < NEARLY_USED_PERCENT) return null;
  return html`<li class="chip"><a href="/workers" title="${known.map(({ words }) => words).join("; ")}">◔ <bdi>${fullest.words}</bdi></a></li>`;
}

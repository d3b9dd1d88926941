// The source of pull requests in words, one set for each of its states, so that none looks like another (F9, F10): a
// short line for the bar, whole sentences for the small print and for a task without a pull request.

import type { ShownBudget, ShownSource } from "../../live/shown-source.ts";
import { commandWords, withoutCommandMarks } from "../html/command-words.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { momentText, momentTime, type PageTime } from "../html/page-time.ts";
import { groupedDigits } from "../html/words.ts";

export type SourceItem = {
  readonly source: ShownSource;
  /** The age of the source, which ticks. */
  readonly age: Html;
  /** Whether Refresh asks for a look-up. */
  readonly canAsk: boolean;
  readonly time: PageTime;
};

/** The entry of the bar; its title has all of it. */
export function renderSourceItem({ source, age, canAsk, time }: SourceItem): Html {
  switch (source.kind) {
    case "ok":
      return html`<li${attribute("title", source.budget && budgetText(source, source.budget, time))}>pull requests ${age}</li>`;
    case "low": {
      const words = lowText(source.budget, canAsk, time);
      return html`<li class="low" title="${words}">pull requests ${age}, <i aria-hidden="true">◔</i> ${words}</li>`;
    }
    case "failing": {
      const words = failingText(source, time);
      const remedy = source.remedy === null ? "" : `. ${withoutCommandMarks(source.remedy)}`;
      return html`<li class="failing" title="pull requests ${words}${remedy}"><i aria-hidden="true">▲</i> pull requests <bdi>${words}</bdi></li>`;
    }
    case "off": {
      const title = [source.because, source.remedy].filter((part) => part !== null).map(withoutCommandMarks);
      return html`<li class="off" title="${title.join(", ")}">pull requests <b>–</b> ${offWords(source)}</li>`;
    }
  }
}

/** For the foot of every page: what the bar has no room for. */
export function renderSourcePrint(told: ShownSource, time: PageTime): Html | null {
  switch (told.kind) {
    case "ok":
      return (
        told.budget && html`Pull requests of ${repositoryName(told)}: ${budgetWords(told.budget, time)}.`
      );
    case "low":
      return html`Pull requests of ${repositoryName(told)}: ${budgetWords(told.budget, time)}. Until then they are not looked up by themselves.`;
    case "failing":
      return html`Pull requests of ${repositoryName(told)} ${failingWords(told, time)}${told.budget && html` ${budgetSentence(told.budget, time)}`}`;
    case "off":
      return html`Pull requests are ${offWords(told)}.`;
  }
}

/** "off: no token, run `gh auth login`". */
export function offWords({ because, remedy }: Extract<ShownSource, { kind: "off" }>): Html {
  return html`off${because !== null && html`: <bdi>${because}</bdi>`}${remedy !== null && html`, ${commandWords(remedy)}`}`;
}

type Failing = Extract<ShownSource, { kind: "failing" }>;

/** "failing since 11:58, facts from 11:57: GitHub refused the token (401)". */
function failingText({ sinceMs, asOfMs, error }: Failing, time: PageTime): string {
  const since = sinceMs === null ? "" : ` since ${momentText(sinceMs, time)}`;
  const facts = asOfMs === null ? "no facts yet" : `facts from ${momentText(asOfMs, time)}`;
  return `failing${since}, ${facts}: ${error}`;
}

/** The same as sentences, with what to do. */
export function failingWords({ sinceMs, asOfMs, error, remedy }: Failing, time: PageTime): Html {
  const since = sinceMs === null ? null : html` since ${momentTime(sinceMs, time)}`;
  const facts = asOfMs === null ? "there are no facts yet" : html`facts are from ${momentTime(asOfMs, time)}`;
  return html`fail${since}, ${facts}: <bdi>${error}</bdi>.${remedy !== null && html` ${commandWords(remedy)}.`}`;
}

function lowText({ remaining, limit, resetAtMs }: ShownBudget, canAsk: boolean, time: PageTime): string {
  const left = `${groupedDigits(remaining)} of ${groupedDigits(limit)} left`;
  return `budget low: ${left}, asked again at ${momentText(resetAtMs, time)}${canAsk ? " or by Refresh" : ""}`;
}

function budgetText(
  { repository }: ShownSource,
  { resetAtMs, ...budget }: ShownBudget,
  time: PageTime,
): string {
  const of = repository === null ? "" : `${repository}: `;
  return `${of}budget ${leftText(budget)}, counts anew at ${momentText(resetAtMs, time)}`;
}

function budgetWords(budget: ShownBudget, time: PageTime): Html {
  return html`budget ${leftText(budget)}, ${groupedDigits(budget.reserve)} kept for others, counts anew at ${momentTime(budget.resetAtMs, time)}`;
}

function budgetSentence(budget: ShownBudget, time: PageTime): Html {
  return html`Budget ${leftText(budget)}, counts anew at ${momentTime(budget.resetAtMs, time)}.`;
}

/** "about 4,800 of 5,000". */
function leftText({ remaining, limit, isRounded }: Omit<ShownBudget, "resetAtMs">): string {
  return `${isRounded ? "about " : ""}${groupedDigits(remaining)} of ${groupedDigits(limit)}`;
}

function repositoryName({ repository }: ShownSource): Html {
  return html`<bdi>${repository ?? "this repository"}</bdi>`;
}

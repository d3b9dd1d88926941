// The state of the pull request source in words, different for each state (F9, F10): a short line for the bar,
// sentences for the page's foot and for a task without a pull request.

import { groupedDigits } from "../../../core/text/counted.ts";
import type { ShownBudget, ShownSource } from "../../live/shown-source.ts";
import { commandWords, withoutCommandMarks } from "../html/command-words.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { momentText, momentTime, type PageTime } from "../html/page-time.ts";

export type SourceItem = {
  readonly source: ShownSource;
  /** The source's age, which ticks. */
  readonly age: Html;
  /** Whether Refresh also syncs pull requests. */
  readonly canAsk: boolean;
  readonly time: PageTime;
};

/** The bar's entry; its title has the full text. */
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

/** For the foot of every page. */
export function renderSourcePrint(source: ShownSource, time: PageTime): Html | null {
  switch (source.kind) {
    case "ok":
      return (
        source.budget &&
        html`Pull requests of ${repositoryName(source)}: ${budgetWords(source.budget, time)}.`
      );
    case "low":
      return html`Pull requests of ${repositoryName(source)}: ${budgetWords(source.budget, time)}. Until then they are not updated automatically.`;
    case "failing":
      return html`Pull requests of ${repositoryName(source)} ${failingWords(source, time)}${source.budget && html` ${budgetSentence(source.budget, time)}`}`;
    case "off":
      return offSentence(source);
  }
}

/** "off: no token, run `gh auth login`". */
export function offWords({ because, remedy }: Extract<ShownSource, { kind: "off" }>): Html {
  return html`off${because !== null && html`: <bdi>${because}</bdi>`}${remedy !== null && html`, ${commandWords(remedy)}`}`;
}

/** "No pull requests: this repository has no remote." */
export function offSentence({ because, remedy }: Extract<ShownSource, { kind: "off" }>): Html {
  const why = because === null ? null : html`: <bdi>${because}</bdi>`;
  return html`No pull requests${why}${remedy !== null && html`, ${commandWords(remedy)}`}.`;
}

type Failing = Extract<ShownSource, { kind: "failing" }>;

/** "failing since 11:58, facts from 11:57: GitHub refused the token (401)". */
function failingText({ sinceMs, asOfMs, error }: Failing, time: PageTime): string {
  const since = sinceMs === null ? "" : ` since ${momentText(sinceMs, time)}`;
  const facts = asOfMs === null ? "no facts yet" : `facts from ${momentText(asOfMs, time)}`;
  return `failing${since}, ${facts}: ${error}`;
}

/** The same as sentences, with the fix. */
export function failingWords({ sinceMs, asOfMs, error, remedy }: Failing, time: PageTime): Html {
  const since = sinceMs === null ? null : html` since ${momentTime(sinceMs, time)}`;
  const facts = asOfMs === null ? "there are no facts yet" : html`facts are from ${momentTime(asOfMs, time)}`;
  return html`fail${since}, ${facts}: <bdi>${error}</bdi>.${remedy !== null && html` ${commandWords(remedy)}.`}`;
}

function lowText({ remaining, limit, resetAtMs }: ShownBudget, canAsk: boolean, time: PageTime): string {
  const left = `${groupedDigits(remaining)} of ${groupedDigits(limit)} left`;
  return `API limit low: ${left}, checked again at ${momentText(resetAtMs, time)}${canAsk ? " or with Refresh" : ""}`;
}

function budgetText(
  { repository }: ShownSource,
  { resetAtMs, ...budget }: ShownBudget,
  time: PageTime,
): string {
  const of = repository === null ? "" : `${repository}: `;
  return `${of}GitHub API: ${leftText(budget)} left, resets ${momentText(resetAtMs, time)}`;
}

function budgetWords(budget: ShownBudget, time: PageTime): Html {
  return html`GitHub API: ${leftText(budget)} left (${groupedDigits(budget.reserve)} reserved for other programs), resets ${momentTime(budget.resetAtMs, time)}`;
}

function budgetSentence(budget: ShownBudget, time: PageTime): Html {
  return html`GitHub API: ${leftText(budget)} left, resets ${momentTime(budget.resetAtMs, time)}.`;
}

/** "about 4,800 of 5,000". */
function leftText({ remaining, limit, isRounded }: Omit<ShownBudget, "resetAtMs">): string {
  return `${isRounded ? "about " : ""}${groupedDigits(remaining)} of ${groupedDigits(limit)}`;
}

function repositoryName({ repository }: ShownSource): Html {
  return html`<bdi>${repository ?? "this repository"}</bdi>`;
}

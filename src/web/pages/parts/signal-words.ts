// Signals in words: tag, sentence, and acknowledgement.

import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import type { Signal } from "../../../core/contract/signal.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { type Html, html } from "../html/html.ts";
import { forTime, momentTime, type PageTime } from "../html/page-time.ts";
import { tag, tierTag } from "../html/tags.ts";
import { numberLink } from "./pull-request-link.ts";

type Mark = NonNullable<Signal["acknowledged"]>;

/** An acknowledged signal does not need anyone. */
export function signalTag({ tier, acknowledged }: Signal): Html {
  return acknowledged === null ? tierTag(tier) : tag("plain", markWord(acknowledged), "✓");
}

/** The time without progress keeps counting. */
export function signalSentence(
  { code, sentence, evidence }: Signal,
  { pull_request: pullRequest }: Pick<TaskRow, "pull_request">,
  time: PageTime,
): Html {
  const { since, on, until, who } = evidence;
  if (code === "wait_overdue" && until !== undefined)
    return html`<bdi>${on}</bdi> not back by ${momentTime(Date.parse(until), time)}`;
  if (code === "usage_limit" && until !== undefined)
    return html`Usage limit of <bdi>${who}</bdi> reached until ${momentTime(Date.parse(until), time)}`;
  return code === "worker_idle" && since !== undefined
    ? html`No progress ${forTime({ iso: since }, time)}`
    : html`<bdi>${linkNumbers(sentence, pullRequest)}</bdi>`;
}

/** Turns the numbers of the task's pull requests into links. */
function linkNumbers(sentence: string, pullRequest: PullRequestView | null): readonly (Html | string)[] {
  if (pullRequest === null) return [sentence];
  const views = [pullRequest, ...pullRequest.rivals];
  return sentence.split(/(#\d+)/).map((part) => {
    const view = views.find(({ number }) => part === `#${number}`);
    return view === undefined ? part : numberLink(view);
  });
}

/** "✓ acknowledged by dave until 16:00: note". */
export function acknowledgedMark(mark: Mark, time: PageTime): Html {
  const { by, until, note } = mark;
  const untilTime = until === null ? null : html` until ${momentTime(Date.parse(until), time)}`;
  return html`${tag("plain", markWord(mark), "✓")} by <bdi>${by}</bdi>${untilTime}${note && html`: <bdi>${note}</bdi>`}`;
}

function markWord({ kind }: Mark): string {
  return kind === "snoozed" ? "snoozed" : "acknowledged";
}

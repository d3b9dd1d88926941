// What is done by itself for a pull request that cannot be merged as it is, and what came of it (settings delivery.*).

import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import type { RebaseOutcome } from "../../../core/pull-request/judge-delivery.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, type PageTime } from "../html/page-time.ts";
import { counted } from "../html/words.ts";

type Fact = readonly [name: string, value: Html | string | null];

/** Facts without a value say nothing. */
export function deliveryFacts({ care, base }: PullRequestView, time: PageTime): readonly Fact[] {
  const { next, because, rebase, repairs } = care;
  return [
    ["By itself", next === null ? because && html`nothing: <bdi>${because}</bdi>` : nextWords(next, base)],
    ["Last rebase", rebase && rebaseWords(rebase, time)],
    ["Sent back", repairs === 0 ? null : `${counted(repairs, "time")} to its worker`],
  ];
}

function nextWords(next: "rebase" | "repair", base: string): Html | string {
  return next === "rebase"
    ? html`it will be rebased onto <bdi>${base}</bdi>`
    : "it will be sent back to its worker";
}

const OUTCOME_WORDS: Readonly<Record<RebaseOutcome, string>> = {
  rebased: "done",
  up_to_date: "not needed",
  dirty: "not tried",
  manual: "did not work, it has to be done by hand",
  failed: "failed",
};

function rebaseWords(
  { outcome, why, at }: NonNullable<PullRequestView["care"]["rebase"]>,
  time: PageTime,
): Html {
  return html`${OUTCOME_WORDS[outcome]} ${durationTime({ iso: at }, "ago", time)}${why !== null && html`: <bdi>${why}</bdi>`}`;
}

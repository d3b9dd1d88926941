// What the automatic delivery does about a pull request that cannot be merged, and its last result (settings
// delivery.*).

import type { RebaseOutcome } from "../../../core/contract/pull-request.ts";
import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import { counted } from "../../../core/text/counted.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, type PageTime } from "../html/page-time.ts";
import type { Fact } from "../parts/facts.ts";

/** Facts without a value are left out. */
export function deliveryFacts({ care, base }: PullRequestView, time: PageTime): readonly Fact[] {
  const { next, because, rebase, repairs } = care;
  return [
    ["Automatic repair", next === null ? because && html`<bdi>${because}</bdi>` : nextWords(next, base)],
    ["Last rebase", rebase && rebaseWords(rebase, time)],
    ["Sent back", repairs === 0 ? null : `${counted(repairs, "time")} to its worker`],
  ];
}

function nextWords(next: "rebase" | "repair", base: string): Html | string {
  return next === "rebase" ? html`will rebase onto <bdi>${base}</bdi>` : "will go back to its worker";
}

const OUTCOME_WORDS: Readonly<Record<RebaseOutcome, string>> = {
  rebased: "done",
  up_to_date: "not needed",
  dirty: "not tried",
  manual: "conflicts, rebase it by hand",
  failed: "failed",
};

function rebaseWords(
  { outcome, why, at }: NonNullable<PullRequestView["care"]["rebase"]>,
  time: PageTime,
): Html {
  return html`${OUTCOME_WORDS[outcome]} ${durationTime({ iso: at }, "ago", time)}${why !== null && html`: <bdi>${why}</bdi>`}`;
}

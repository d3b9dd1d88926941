// Pull requests in words: whom they wait for, their checks, their state.

import type { Awaited, CheckState, PullRequestState } from "../../../core/contract/pull-request.ts";
import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import { failsOnlyOptional } from "../../../core/pull-request/optional-checks.ts";
import { AWAITED_WORDS } from "../../../core/pull-request/pull-request-words.ts";
import { groupedDigits } from "../../../core/text/counted.ts";
import type { Html } from "../html/html.ts";
import { type TagTone, tag } from "../html/tags.ts";

type Tag = readonly [TagTone, word: string, shape: string];

const AWAITED_SHAPES: Readonly<Record<Awaited, readonly [TagTone, shape: string]>> = {
  you: ["bad", "▲"],
  ci: ["info", "◔"],
  github: ["info", "◔"],
  worker: ["warn", "●"],
  author: ["plain", "○"],
};

export function awaitedTag(awaited: Awaited): Html {
  const [tone, shape] = AWAITED_SHAPES[awaited];
  return tag(tone, AWAITED_WORDS[awaited], shape);
}

const CHECK_TAGS: Readonly<Record<CheckState, Tag>> = {
  failing: ["bad", "failing", "✕"],
  running: ["info", "running", "◔"],
  passing: ["ok", "passing", "✓"],
  skipped: ["plain", "skipped", "–"],
};

export function checkTag(state: CheckState): Html {
  return tag(...CHECK_TAGS[state]);
}

export function checkWord(state: CheckState): string {
  return CHECK_TAGS[state][1];
}

const STATE_TAGS: Readonly<Record<PullRequestState | "draft", Tag>> = {
  open: ["info", "open", "○"],
  draft: ["plain", "draft", "◌"],
  merged: ["ok", "merged", "✓"],
  closed: ["plain", "closed without merging", "✕"],
};

/** Merges that did not bring the task's work into the base. */
const MERGE_TAGS: Readonly<Record<NonNullable<PullRequestView["merge"]>["as"], Tag>> = {
  delivered: STATE_TAGS.merged,
  elsewhere: ["warn", "merged elsewhere", "●"],
  reverted: ["bad", "reverted", "✕"],
  earlier: ["plain", "merged earlier", "–"],
  ambiguous: ["plain", "merged, not certain", "–"],
};

export function stateTag({ state, draft, merge }: Pick<PullRequestView, "state" | "draft" | "merge">): Html {
  if (state === "merged" && merge !== null) return tag(...MERGE_TAGS[merge.as]);
  return tag(...STATE_TAGS[state === "open" && draft ? "draft" : state]);
}

export function draftTag(): Html {
  return tag(...STATE_TAGS.draft);
}

/** Failing checks named in a row; the task's page lists all. */
const NAMES_SHOWN = 3;

/** "6 of 7 passing", "2 failing: e2e, lint", "1 optional failing: docs"; null if no check ran. */
export function checksText(checks: PullRequestView["checks"]): string | null {
  const { failing, running, passing, listed } = checks;
  if (failing === 0) {
    const total = running + passing;
    return total === 0 ? null : `${groupedDigits(passing)} of ${groupedDigits(total)} passing`;
  }
  const names = listed.filter(({ state }) => state === "failing").map(({ name }) => name);
  const count = `${groupedDigits(failing)} ${failsOnlyOptional({ checks }) ? "optional failing" : "failing"}`;
  if (names.length === 0) return count;
  const shown = names.slice(0, NAMES_SHOWN);
  const more = failing - shown.length;
  return `${count}: ${shown.join(", ")}${more > 0 ? ` and ${groupedDigits(more)} more` : ""}`;
}

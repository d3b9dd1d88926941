// Pull requests in plain words: for whom each waits, how its checks stand, what it has become.

import type { Awaited } from "../../../core/pull-request/judge-pull-request.ts";
import type { CheckState, PullRequestState } from "../../../core/pull-request/pull-request.ts";
import type { PullRequestView } from "../../../core/snapshot/pull-request-schema.ts";
import type { Html } from "../html.ts";
import { type TagTone, tag } from "../tags.ts";
import { groupedDigits } from "../words.ts";

type Tag = readonly [TagTone, word: string, shape: string];

const AWAITED_TAGS: Readonly<Record<Awaited, Tag>> = {
  you: ["bad", "you", "▲"],
  ci: ["info", "CI", "◔"],
  worker: ["warn", "its worker", "●"],
  author: ["plain", "its author", "○"],
};

/** Whom it waits for. */
export function awaitedTag(awaited: Awaited): Html {
  return tag(...AWAITED_TAGS[awaited]);
}

const CHECK_TAGS: Readonly<Record<CheckState, Tag>> = {
  failing: ["bad", "red", "✕"],
  running: ["info", "running", "◔"],
  passing: ["ok", "green", "✓"],
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

/** What has become of it. */
export function stateTag({ state, draft }: Pick<PullRequestView, "state" | "draft">): Html {
  return tag(...STATE_TAGS[state === "open" && draft ? "draft" : state]);
}

export function draftTag(): Html {
  return tag(...STATE_TAGS.draft);
}

/** Red checks named in a row; the task's page has all of them. */
const NAMES_SHOWN = 3;

/** "6 of 7 green", "2 red: e2e, lint"; null where no check has anything to say. */
export function checksText({ failing, running, passing, listed }: PullRequestView["checks"]): string | null {
  if (failing === 0) {
    const total = running + passing;
    return total === 0 ? null : `${groupedDigits(passing)} of ${groupedDigits(total)} green`;
  }
  const names = listed.filter(({ state }) => state === "failing").map(({ name }) => name);
  const red = `${groupedDigits(failing)} red`;
  if (names.length === 0) return red;
  const shown = names.slice(0, NAMES_SHOWN);
  const more = failing - shown.length;
  return `${red}: ${shown.join(", ")}${more > 0 ? ` and ${groupedDigits(more)} more` : ""}`;
}

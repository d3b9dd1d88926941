// Checks and the state of the host, as sentences.

import type { PullRequestView } from "../../core/contract/pull-request-view.ts";
import type { PullRequestsSource } from "../../core/contract/snapshot.ts";
import { clockTime, shortDuration } from "./duration.ts";

/** "2 failing: e2e, lint", "3 of 7 running", "7 passing". */
export function checksText({ checks }: PullRequestView): string {
  const { failing, running, passing, listed } = checks;
  if (failing > 0) {
    const names = listed.filter(({ state }) => state === "failing").map(({ name }) => name);
    return `${failing} failing: ${names.slice(0, NAMES_MAX).join(", ")}${names.length > NAMES_MAX ? ", …" : ""}`;
  }
  if (running > 0) return `${running} of ${running + passing} running`;
  return passing > 0 ? `${passing} passing` : "no checks";
}

const NAMES_MAX = 3;

/** Where the facts come from and how old they are. */
export function sourceText(source: PullRequestsSource, nowMs: number): string {
  const remedy = source.remedy === null ? "" : `; ${source.remedy}`;
  if (source.state === "off") return `Pull requests are off: ${source.off_because ?? "not set up"}${remedy}.`;
  const budget =
    source.budget === null
      ? ""
      : `, ${source.budget.remaining} of ${source.budget.limit} requests left until ${clockTime(Date.parse(source.budget.reset_at), nowMs)}`;
  const facts =
    source.observed_at === null
      ? "nothing is known yet"
      : `as of ${clockTime(Date.parse(source.observed_at), nowMs)}, ${shortDuration(nowMs - Date.parse(source.observed_at))} ago`;
  const where = source.repository ?? "GitHub";
  if (source.state === "ok") return `${where}: ${facts}${budget}.`;
  return `${where} cannot be asked: ${source.error ?? "it failed"}${remedy}; ${facts}${budget}.`;
}

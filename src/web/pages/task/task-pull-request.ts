// A task's pull request: state, whom it waits for, checks, and what happens next. Without one, whether that is known.

import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import type { PullRequestsSource, TaskRow } from "../../../core/contract/snapshot.ts";
import { isOpen } from "../../../core/contract/task.ts";
import { counted } from "../../../core/text/counted.ts";
import { shownSource } from "../../live/shown-source.ts";
import { command, completeCommand } from "../html/command-words.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, momentTime, type PageTime } from "../html/page-time.ts";
import { type Fact, renderKnownFacts } from "../parts/facts.ts";
import { hostLink } from "../parts/pull-request-link.ts";
import { deliveryFacts } from "../pull-request/delivery-words.ts";
import { awaitedTag, stateTag } from "../pull-request/pull-request-words.ts";
import { failingWords, offSentence, offWords } from "../pull-request/source-words.ts";
import { renderChecks } from "./task-checks.ts";

export type TaskPullRequest = {
  readonly row: TaskRow;
  readonly source: PullRequestsSource;
  readonly time: PageTime;
};

export function renderPullRequest(input: TaskPullRequest): Html {
  const { pull_request: view } = input.row;
  return html`<section class="group" id="pull-request"><h2>Pull request</h2>${view === null ? renderNone(input) : renderKnown(input, view)}</section>`;
}

/** "No" only if that is known (F10). */
function renderNone({ row, source, time }: TaskPullRequest): Html {
  const shown = shownSource(source, time.observedAtMs);
  if (shown.kind === "off") return html`<p class="aside">${offSentence(shown)}</p>`;
  if (shown.kind === "failing")
    return html`<p class="aside cannot-tell">Can't tell: pull requests ${failingWords(shown, time)}</p>`;
  return html`<p class="aside">${isOpen(row.status) ? "No pull request yet." : "No pull request found."}</p>`;
}

function renderKnown(input: TaskPullRequest, view: PullRequestView): Html {
  const { row, time } = input;
  const { number, title, url } = view;
  return html`${renderAge(input)}<p>${stateTag(view)} ${hostLink(url, html`#${number} <bdi>${title}</bdi>`)}</p>
    ${renderWaits(view, time)}${renderMerge(view)}${renderMerged(row)}${renderRivals(view)}
    ${renderKnownFacts(factsOf(view, time))}
    ${renderChecks(view.checks)}`;
}

/** Says first if the facts are not kept up to date. */
function renderAge({ source, time }: TaskPullRequest): Html | null {
  const shown = shownSource(source, time.observedAtMs);
  if (shown.kind === "failing")
    return html`<p class="aside cannot-tell">Pull requests ${failingWords(shown, time)}</p>`;
  if (shown.kind !== "off") return null;
  const facts = shown.asOfMs === null ? null : html` This is from ${momentTime(shown.asOfMs, time)}.`;
  return html`<p class="aside cannot-tell">Pull requests are ${offWords(shown)}.${facts}</p>`;
}

function renderWaits({ waits }: PullRequestView, time: PageTime): Html | null {
  if (waits === null) return null;
  return html`<p>Waits for ${awaitedTag(waits.for)} <bdi>${waits.what}</bdi>, for ${durationTime({ iso: waits.since }, "for", time)}.</p>`;
}

/** A merge that did not bring the task's work into the base: what happened, and what to do. */
function renderMerge({ number, merge }: PullRequestView): Html | null {
  if (merge === null || merge.as === "delivered") return null;
  const { by, words, hint } = merge;
  return html`<p>#${number} was <bdi>${words}</bdi>.${hint !== null && html` <bdi>${hint}</bdi>`}${by !== null && html` ${hostLink(by.url, html`#${by.number} <bdi>${by.branch}</bdi>`)}`}</p>`;
}

/** Counts as finished, but the file is not updated. */
function renderMerged(row: TaskRow): Html | null {
  if (row.rule !== "merged") return null;
  return html`<p>The file is not updated yet: ${command(completeCommand(row))}</p>`;
}

/** Duplicate work. */
function renderRivals({ rivals }: PullRequestView): Html | null {
  if (rivals.length === 0) return null;
  const entries = rivals.map(
    ({ number, url, title, branch }) =>
      html`<li>${hostLink(url, html`#${number} <bdi>${title}</bdi>`)} <bdi class="slug">${branch}</bdi></li>`,
  );
  return html`<h3>Also open for this task</h3><ul class="entries small">${entries}</ul>`;
}

const COMMIT_DIGITS = 7;

function factsOf(view: PullRequestView, time: PageTime): readonly Fact[] {
  const { branch, base, head_commit: head, author, created_at: createdAt } = view;
  return [
    ["Branch", html`<bdi>${branch}</bdi> → <bdi>${base}</bdi>${behindWords(view)}`],
    ["Newest commit", html`<code title="${head}">${head.slice(0, COMMIT_DIGITS)}</code>`],
    [
      "Opened",
      html`${durationTime({ iso: createdAt }, "ago", time)}${author !== null && html` by <bdi>${author}</bdi>`}`,
    ],
    ["Review", view.state === "open" ? reviewWords(view) : null],
    ["Mergeable", view.state === "open" ? mergeableWords(view) : null],
    ["Merged by GitHub", view.host_merges === null ? null : HOST_MERGE_WORDS[view.host_merges]],
    ["Merged", view.merged_at === null ? null : ended(view.merged_at, view.merged_by, time)],
    ["Closed", view.state === "closed" && view.closed_at !== null ? closedWords(view.closed_at, time) : null],
    ["Labels", view.labels.length === 0 ? null : labelWords(view.labels)],
    ["Matched by", view.linked_by === "branch" ? "branch" : "the number or URL in the file"],
    ...deliveryFacts(view, time),
  ];
}

function behindWords({ behind_by: behind, base, state }: PullRequestView): Html | null {
  if (behind === null || state !== "open") return null;
  if (behind === 0) return html`, up to date`;
  return html`, ${counted(behind, "commit")} behind <bdi>${base}</bdi>`;
}

const REVIEW_WORDS: Readonly<Record<PullRequestView["review"], string>> = {
  none: "not required",
  required: "required",
  changes_requested: "changes requested",
  approved: "approved",
};

function reviewWords({ review, approved_commit: approved }: PullRequestView): Html | string {
  if (approved === null) return REVIEW_WORDS[review];
  return html`approved <code title="${approved}">${approved.slice(0, COMMIT_DIGITS)}</code>, changed since`;
}

const HOST_MERGE_WORDS: Readonly<Record<NonNullable<PullRequestView["host_merges"]>, string>> = {
  queue: "in the merge queue",
  queue_failed: "rejected by the merge queue",
  auto: "auto-merge is on",
};

/** What the host says: a conflict is not all that may block a merge. */
function mergeableWords({ mergeable, merge_status: status, base }: PullRequestView): Html | string {
  if (mergeable === "conflict" || status === "conflict")
    return html`no, it conflicts with <bdi>${base}</bdi>`;
  if (mergeable === "unknown" || status === "unknown") return "unknown yet";
  if (status === "blocked") return "no, GitHub blocks it";
  if (status === "behind") return html`no, it is behind <bdi>${base}</bdi>`;
  return status === "draft" ? "no, it is a draft" : "yes";
}

function ended(at: string, by: string | null, time: PageTime): Html {
  return html`${durationTime({ iso: at }, "ago", time)}${by !== null && html` by <bdi>${by}</bdi>`}`;
}

function closedWords(at: string, time: PageTime): Html {
  return html`${durationTime({ iso: at }, "ago", time)}, without merging`;
}

function labelWords(labels: readonly string[]): Html {
  return html`${labels.map((label, at) => html`${at > 0 && ", "}<bdi>${label}</bdi>`)}`;
}

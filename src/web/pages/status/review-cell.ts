// A row in review: whom and what it waits for, from its pull request, else from its finished worker.

import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import type { SignalCode } from "../../../core/contract/signal.ts";
import { counted } from "../../../core/text/counted.ts";
import { command, completeCommand } from "../html/command-words.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime } from "../html/page-time.ts";
import { asOf, numberLink } from "../parts/pull-request-link.ts";
import { awaitedTag, checksText, draftTag } from "../pull-request/pull-request-words.ts";
import { cell, factsOf, markedCell, type Row, reasonCell, signalWords } from "./what-cells.ts";

/** Finished work waits for a person to review it. */
export function reviewCell(input: Row): Html {
  const { pull_request: pullRequest, run } = input.row;
  if (pullRequest !== null && pullRequest.waits !== null)
    return pullRequestCell(input, pullRequest, pullRequest.waits);
  return run === null ? reasonCell(input) : finishedCell(input, run);
}

/** "you · review · #712 · 6 of 7 passing". */
function pullRequestCell(
  { row, section }: Row,
  view: PullRequestView,
  waits: NonNullable<PullRequestView["waits"]>,
): Html {
  const checks = checksText(view.checks);
  const signals = signalWords(row, section.time, (code) => SHOWN_BY_WAITING.has(code));
  const words = html`${awaitedTag(waits.for)} <bdi>${waits.what}</bdi> · ${numberLink(view)}${view.draft && html` ${draftTag()}`}${checks !== null && html` · <bdi>${checks}</bdi>`}${asOf(view, factsOf(section))}${signals && html`; ${signals}`}`;
  return cell(row, words, [view.title, checks]);
}

/** Already said by whom and what it waits for: "conflict", "failing checks". */
const SHOWN_BY_WAITING: ReadonlySet<string> = new Set<SignalCode>(["pr_conflict", "ci_failed"]);

/** A worker may have used another branch than its own. */
function placeOfCommits({ branch, checked_out: other }: RunView): Html {
  if (other === null) return html`<bdi>${branch}</bdi>`;
  const own =
    other.own_commits === null ? null : html` has ${other.own_commits === 0 ? "none" : other.own_commits}`;
  return html`<bdi>${other.branch ?? "no branch"}</bdi>; its own branch${own === null && " is"} <bdi>${branch}</bdi>${own}`;
}

function finishedCell(input: Row, run: RunView): Html {
  const { row, section } = input;
  const { time } = section;
  const at = run.outcome?.at ?? run.since;
  const how = run.outcome === null ? "ended without reporting a result" : "finished";
  const commits =
    run.commits === null || run.branch === null
      ? null
      : html`, ${counted(run.commits, "commit")} on ${placeOfCommits(run)}`;
  const signals = signalWords(row, time);
  const words = html`${awaitedTag("you")} <bdi>${run.worker_name ?? "worker"}</bdi> ${how} ${durationTime({ iso: at }, "ago", time)}${commits}: review it, then ${command(completeCommand(row))}${signals && html`; ${signals}`}`;
  return markedCell(input, words, "closed without merging");
}

// Why a section has no rows, in one sentence. "Nothing" only if that is known (F10).

import type { Attestation, Group, Snapshot, TaskRow } from "../../../core/contract/snapshot.ts";
import { skippedFiles } from "../../../core/problems/skipped-files.ts";
import { counted } from "../../../core/text/counted.ts";
import { isFiltered, type StatusQuery } from "../../addresses/status-query.ts";
import { shownSource } from "../../live/shown-source.ts";
import { type Html, html } from "../html/html.ts";
import type { PageTime } from "../html/page-time.ts";
import { GROUP_WORDS } from "../html/words.ts";
import { failingWords, offSentence } from "../pull-request/source-words.ts";
import { isAtWork } from "../run/run-words.ts";
import type { GroupView } from "./status-view.ts";

/** A section whose list is empty. */
export type EmptySection = {
  readonly view: GroupView;
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly query: StatusQuery;
  readonly time: PageTime;
};

export type EmptySentence = {
  readonly kind: "nothing" | "filtered" | "cannot-tell" | "off";
  readonly words: Html | string;
};

export function emptySentence(section: EmptySection): EmptySentence {
  const { view, snapshot, attestation, query } = section;
  const { tasks } = attestation.sources;
  const { verb } = GROUP_WORDS[view.group];
  if ((snapshot.groups[view.group] ?? []).length > 0 && isFiltered(query)) {
    return { kind: "filtered", words: `No task that ${verb} matches this filter.` };
  }
  if (tasks.state !== "ok") {
    const why = tasks.error ?? "the task files could not be read";
    return { kind: "cannot-tell", words: `Unknown whether any task ${verb}: ${why}.` };
  }
  // The sentences below count the whole repository, not a filtered list.
  if (isFiltered(query) && view.group !== "in_review")
    return { kind: "nothing", words: `No task ${verb}, in this filter or outside it.` };
  const unseen = view.group === "in_review" ? unseenReview(section) : null;
  return unseen ?? { kind: "nothing", words: NOTHING[view.group](snapshot) };
}

/** Without pull requests it is unknown whether anything is in review. */
function unseenReview({ attestation: { sources }, time }: EmptySection): EmptySentence | null {
  const source = shownSource(sources.pull_requests, time.observedAtMs);
  if (source.kind === "failing")
    return {
      kind: "cannot-tell",
      words: html`Unknown whether anything is in review: pull requests ${failingWords(source, time)}`,
    };
  if (source.kind !== "off") return null;
  const workers = sources.runs.state === "ok" ? " No finished work is waiting for review." : "";
  return {
    kind: "off",
    words: html`${offSentence(source)}${workers}`,
  };
}

const NOTHING: Readonly<Record<Group, (snapshot: Snapshot) => string>> = {
  needs_attention: ({ tasks, problems }) => {
    if (tasks.length > 0) return "Nothing needs you.";
    return skippedFiles(problems).length === 0
      ? "There are no tasks yet."
      : "No task could be read. The skipped files are listed above.";
  },
  active: nothingActive,
  in_review: () => "Nothing is waiting for review.",
  ready: nothingReady,
  waiting: () => "No task is waiting for another.",
  planned: () => "Nothing else is planned.",
  done: () => "No task is done yet.",
};

/** Tasks that need you may also be running; they are in the first section. */
function nothingActive({ groups, tasks }: Snapshot): string {
  const above = new Set(groups.needs_attention ?? []);
  const running = tasks.filter(({ key, run }) => above.has(key) && isAtWork(run)).length;
  if (running === 0) return "Nothing is being worked on.";
  return `Nothing else is being worked on: ${running} ${running === 1 ? "runs" : "run"} above.`;
}

/** "Nothing is ready: 12 tasks are waiting for 5 others." */
function nothingReady({ groups, tasks }: Snapshot): string {
  const waiting = new Set(groups.waiting ?? []);
  if (waiting.size === 0) return "Nothing is ready.";
  const awaited = new Set(tasks.filter((row) => waiting.has(row.key)).flatMap(unfinishedKeys));
  const wait = waiting.size === 1 ? "is waiting" : "are waiting";
  const whom = awaited.size === 0 ? "" : ` for ${counted(awaited.size, "other")}`;
  return `Nothing is ready: ${counted(waiting.size, "task")} ${wait}${whom}.`;
}

function unfinishedKeys(row: TaskRow): string[] {
  return row.dependencies
    .filter(({ state }) => state !== "finished")
    .map(({ key, reference }) => key ?? reference);
}

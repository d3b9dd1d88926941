// A finished row: its result, problems in its file, and its pull request.

import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { command, completeCommand } from "../html/command-words.ts";
import { type Html, html } from "../html/html.ts";
import { tag } from "../html/tags.ts";
import { STATUS_WORDS } from "../html/words.ts";
import { numberLink, pullRequestMark } from "../parts/pull-request-link.ts";
import { beside } from "../parts/task-cells.ts";
import { factsOf, type Row } from "./what-cells.ts";

export function outcomeCell({ row, section }: Row): Html {
  const { pull_request: pullRequest, problems } = row;
  const [problem] = problems;
  const more = problems.length - 1;
  const isOpenInFile = row.rule === "merged" && pullRequest !== null;
  const outcome = isOpenInFile ? mergedWords(row, pullRequest) : statusTag(row);
  const mark = isOpenInFile ? null : pullRequestMark(pullRequest, "closed", factsOf(section));
  const line = html`<div class="cut">${outcome}
    ${problem && html` ${tag("warn", "problem", "●")} <bdi>${problem.message}</bdi>${more > 0 && ` and ${more} more`}`}</div>`;
  const title = isOpenInFile ? `${row.reason}: ${completeCommand(row)}` : (problem?.message ?? row.reason);
  return html`<td class="what" title="${title}">${beside(line, mark)}</td>`;
}

function statusTag({ status }: TaskRow): Html {
  return status === "cancelled" ? tag("plain", "cancelled", "✕") : tag("ok", "completed", "✓");
}

/** Counts as finished, but the file is not updated. The command comes first, so it is not cut. */
function mergedWords(row: TaskRow, pullRequest: PullRequestView): Html {
  return html`${tag("ok", "merged", "✓")} as ${numberLink(pullRequest)} · ${command(completeCommand(row))} · the file still says ${statusWords(row)}`;
}

function statusWords({ status }: TaskRow): string {
  return status === null ? "an unreadable status" : STATUS_WORDS[status];
}

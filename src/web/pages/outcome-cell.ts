// The cell of a finished row: how it ended, what its file still lacks, and its pull request.

import type { PullRequestView } from "../../core/snapshot/pull-request-schema.ts";
import type { TaskRow } from "../../core/snapshot/schema.ts";
import { command } from "./command-words.ts";
import { type Html, html } from "./html.ts";
import { numberLink, pullRequestMark } from "./pull-request/pull-request-link.ts";
import { tag } from "./tags.ts";
import { beside } from "./task-cells.ts";
import { completeCommand } from "./task-commands.ts";
import { factsOf, type Row } from "./what-cells.ts";
import { STATUS_WORDS } from "./words.ts";

export function outcomeCell({ row, section }: Row): Html {
  const { pull_request: pullRequest, problems } = row;
  const [flaw] = problems;
  const more = problems.length - 1;
  const isOpenInFile = row.rule === "merged" && pullRequest !== null;
  const outcome = isOpenInFile ? mergedWords(row, pullRequest) : statusTag(row);
  const mark = isOpenInFile ? null : pullRequestMark(pullRequest, "closed", factsOf(section));
  const line = html`<div class="cut">${outcome}
    ${flaw && html` ${tag("warn", "flaw", "●")} <bdi>${flaw.message}</bdi>${more > 0 && ` and ${more} more`}`}</div>`;
  const title = isOpenInFile ? `${row.reason}: ${completeCommand(row)}` : (flaw?.message ?? row.reason);
  return html`<td class="what" title="${title}">${beside(line, mark)}</td>`;
}

function statusTag({ status }: TaskRow): Html {
  return status === "cancelled" ? tag("plain", "cancelled", "✕") : tag("ok", "completed", "✓");
}

/** It counts as done; only the file does not know yet. The command comes first, where it is not cut off. */
function mergedWords(row: TaskRow, pullRequest: PullRequestView): Html {
  return html`${tag("ok", "merged", "✓")} as ${numberLink(pullRequest)} · ${command(completeCommand(row))} · the file still says ${statusWords(row)}`;
}

function statusWords({ status }: TaskRow): string {
  return status === null ? "nothing that can be read" : STATUS_WORDS[status];
}

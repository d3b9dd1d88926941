// Notices beside the lists: what is unusual about the repository, what the detector doubts, what is not checked.

import type { Problem } from "../../../core/contract/problem.ts";
import type { Signal } from "../../../core/contract/signal.ts";
import type { Snapshot } from "../../../core/contract/snapshot.ts";
import { skippedFiles } from "../../../core/problems/skipped-files.ts";
import { counted } from "../../../core/text/counted.ts";
import { milestoneUrl, runUrl, statusLink } from "../../addresses/links.ts";
import { type Html, html } from "../html/html.ts";
import type { PageTime } from "../html/page-time.ts";
import { pastTargetWords } from "../html/page-time.ts";
import { tag, tierTag } from "../html/tags.ts";
import { EVERYONE } from "../parts/owner-menu.ts";
import { documentLink } from "../parts/task-cells.ts";

/** Problems of non-task files shown in full; the rest is counted. */
const PROBLEMS_SHOWN = 5;

export function renderNotices(
  snapshot: Snapshot,
  { notices, time }: { readonly notices: readonly string[]; readonly time: PageTime },
): Html {
  const lines = [
    ...snapshot.doubts.map(renderDoubt),
    snapshot.repository.notice,
    ...notices,
    ...new Set(Object.values(snapshot.dispatch.held)).values().map(renderHold),
    ...snapshot.milestones
      .filter(({ past_target: isPast }) => isPast)
      .map((one) => renderPastTarget(one, time)),
    withoutOwner(snapshot),
    snapshot.owners_checked ? null : "Owners are not checked: there are no people files under tasks/team/.",
    ...skippedFiles(snapshot.problems).slice(0, PROBLEMS_SHOWN).map(renderSkipped),
    otherProblems(snapshot),
  ].filter((line) => line !== null);
  const list =
    lines.length === 0
      ? null
      : html`<ul class="notices" id="notices">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
  return html`${renderUntrusted(snapshot)}${list}`;
}

/** A calm bar: running workers continue, and one command resolves it. */
function renderUntrusted({ dispatch }: Snapshot): Html | null {
  const { untrusted } = dispatch;
  if (untrusted.length === 0) return null;
  const names = untrusted.map((key, index) => html`${index > 0 && ", "}<code>${key}</code>`);
  const what = html`<strong><i aria-hidden="true">◔</i> Workers won't start until you trust this repository.</strong> <code>tasks/config.yaml</code> sets ${names}, which you have not trusted on this machine, so these settings are ignored.`;
  const next = html`<code>tasks trust</code> shows what would run and asks you to confirm. Running workers continue.`;
  return html`<p class="untrusted" id="untrusted" role="note">${what} ${next}</p>`;
}

/** Doubts, and runs without a task: those need a person but have no row. */
function renderDoubt({ code, tier, sentence, evidence }: Signal): Html {
  const { run } = evidence;
  const mark = tier === 2 ? tierTag(tier) : tag("plain", "can't tell", "?");
  return html`${mark} <bdi>${sentence}</bdi>${run !== undefined && html` <a href="${runUrl(run)}">run</a>`} <code>${code}</code>`;
}

/** Workers of one kind have the same sentence. */
function renderHold(sentence: string): Html {
  return html`${tag("warn", "on hold", "■")} <bdi>${sentence}</bdi> <code>tasks worker</code> prints the first of them; <code>tasks resume</code> lifts it. <a href="/workers">Workers</a>`;
}

/** On an owner's page: unowned tasks would otherwise show only on the everyone page. */
function withoutOwner({ owner, summary }: Snapshot): Html | null {
  const count = summary.without_known_owner.length;
  if (owner.name === EVERYONE || count === 0) return null;
  const verb = count === 1 ? "has" : "have";
  return html`<a href="${statusLink({ owner: EVERYONE, flag: "unowned" })}">${counted(count, "task")} ${verb} no known owner</a>`;
}

function renderPastTarget({ slug, title, target }: Snapshot["milestones"][number], time: PageTime): Html {
  return html`<a href="${milestoneUrl(slug)}"><bdi>${title}</bdi></a> is ${pastTargetWords(target, time)}, with tasks still open`;
}

/** Not folded, because the lists are incomplete. */
function renderSkipped({ message, hint }: Problem): Html {
  return html`<bdi>${message}</bdi> ${hint}`;
}

function otherProblems({ problems: all }: Snapshot): Html | null {
  const shownAbove = new Set(skippedFiles(all).slice(0, PROBLEMS_SHOWN));
  const problems = all.filter((problem) => !shownAbove.has(problem));
  if (problems.length === 0) return null;
  const shown = problems.slice(0, PROBLEMS_SHOWN);
  const more = problems.length - shown.length;
  return html`<details id="other-problems"><summary>${counted(problems.length, "problem")} in files that are not tasks</summary>
    <ul>${shown.map((problem) => html`<li>${problemPlace(problem)} <bdi>${problem.message}</bdi> ${problem.hint}</li>`)}
    ${more > 0 && html`<li>and ${more} more: <code>tasks validate</code> lists them all</li>`}</ul></details>`;
}

/** Found without reading the file, or because it was unreadable, so it has no page. */
const UNREAD_CODES: ReadonlySet<string> = new Set([
  "file_link",
  "file_not_regular",
  "file_too_large",
  "file_unreadable",
  "file_not_read",
]);

function problemPlace({ file, line, code }: Problem): Html {
  const place = line === null ? file : `${file}:${line}`;
  return UNREAD_CODES.has(code) ? html`<bdi>${place}</bdi>` : documentLink(file, place);
}

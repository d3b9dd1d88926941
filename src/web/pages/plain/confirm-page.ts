// Asks before ending a run: what exactly will end, a button that names it, and Cancel.

import type { SnapshotView } from "../../../app/server/live-snapshot.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import { counted } from "../../../core/text/counted.ts";
import type { Confirmation } from "../../actions/confirmation.ts";
import type { ActionName } from "../../addresses/action-names.ts";
import { taskUrl } from "../../addresses/links.ts";
import type { AssetUrls } from "../../assets/assets.ts";
import { durationText } from "../../assets/script/duration.js";
import { type Html, html } from "../html/html.ts";
import { renderMessage } from "../html/layout.ts";
import { type Acting, button, renderActionForm } from "../parts/action-form.ts";

export type ConfirmPage = {
  readonly action: ActionName;
  readonly confirmation: Confirmation;
  readonly confirm: string;
  /** The previous confirmation expired or was for something else. */
  readonly isRepeated: boolean;
  readonly acting: Acting;
  /** Null before the first snapshot. */
  readonly view: Pick<SnapshotView, "snapshot" | "rowByKey"> | null;
  readonly pause: Dispatch["pause"];
  readonly stopGraceS: number;
  readonly nowMs: number;
  readonly assets: AssetUrls;
};

export function renderConfirmPage(page: ConfirmPage): string {
  const { confirmation, acting } = page;
  const { title, sentences, yes } = wordsOf(page);
  const { note, ...fields } = confirmation.fields;
  const why =
    note === undefined
      ? null
      : html`<label>Why (optional) <input type="text" name="note" maxlength="500" autocomplete="off" value="${note}"></label>`;
  return renderMessage({
    title,
    assets: page.assets,
    repository: page.view?.snapshot.repository ?? null,
    content: html`<h1 dir="auto">${title}</h1>
      ${page.isRepeated && html`<p class="narrowed">Please confirm again: the confirmation expired, or something changed.</p>`}
      ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
      ${confirmation.kind === "stop_all" && html`<ul class="entries small">${confirmation.runs.map((run) => html`<li>${taskOf(run, page)}, ${standing(run, page.nowMs)}</li>`)}</ul>`}
      ${renderActionForm(acting, {
        action: page.action,
        className: "confirm",
        fields: { ...fields, confirm: page.confirm },
        content: html`${why}<div class="line">${button(yes)} <a class="btn" href="${acting.back}">Cancel</a></div>`,
      })}`,
  });
}

type Words = { readonly title: string; readonly sentences: readonly Html[]; readonly yes: string };

function wordsOf(page: ConfirmPage): Words {
  const { confirmation, nowMs, stopGraceS, pause } = page;
  const { kind, runs } = confirmation;
  const [run] = runs;
  const title = page.view?.rowByKey.get(run?.key ?? "")?.title ?? run?.key ?? "";
  const now = run === undefined ? html`` : html`${taskOf(run, page)}: ${standing(run, nowMs)}.`;
  const kept = html`Uncommitted work stays in its worktree${run?.worktree ? html` (<bdi>${run.worktree}</bdi>)` : null}.`;
  const end = html`The worker gets ${stopGraceS} s to finish, then it and its child processes are killed.`;
  switch (kind) {
    case "stop":
      return {
        title: `Stop the worker of ${title}?`,
        sentences: [now, html`${end} ${kept} It won't be retried automatically.`],
        yes: "Stop worker",
      };
    case "interrupt":
      return {
        title: `Interrupt the worker of ${title}?`,
        sentences: [
          now,
          html`${end} ${kept} A new attempt then continues in the same worktree with your message:`,
          html`<q class="quoted">${confirmation.fields["prompt"]}</q>`,
        ],
        yes: "Interrupt worker",
      };
    case "withdraw":
      return {
        title: `Remove ${title} from the queue?`,
        sentences: [now, html`It won't be started.`],
        yes: "Remove from queue",
      };
    case "close":
      return {
        title: `Dismiss the run of ${title}?`,
        sentences: [now, html`No one will continue it. ${kept}`],
        yes: "Dismiss run",
      };
    case "stop_all":
      return {
        title: `Stop all ${counted(runs.length, "worker")}?`,
        sentences: [
          html`Workers get ${stopGraceS} s to finish, then they and their child processes are killed. Uncommitted work stays in their worktrees. They won't be retried automatically.`,
          pause === null
            ? html`Queued tasks may start in their place. To prevent that, pause starts first.`
            : html`Starts are paused by <bdi>${pause.by}</bdi>, so nothing starts in their place.`,
        ],
        yes: `Stop ${counted(runs.length, "worker")}`,
      };
  }
}

function taskOf({ key }: Run, { view }: ConfirmPage): Html {
  const title = view?.rowByKey.get(key)?.title;
  return title === undefined
    ? html`<bdi>${key}</bdi>`
    : html`<a dir="auto" href="${taskUrl(key)}">${title}</a>`;
}

/** "claude, attempt 2 on desk, running for 48 min". */
function standing(run: Run, nowMs: number): Html {
  const since = durationText(nowMs - (run.startedAtMs ?? run.sinceMs));
  const who = html`<bdi>${run.workerName ?? "its worker"}</bdi>, attempt ${run.attempt}${run.host !== null && html` on <bdi>${run.host}</bdi>`}`;
  switch (run.state) {
    case "queued":
      return html`queued by <bdi>${run.queued.by}</bdi>, ${durationText(nowMs - run.queued.atMs)} ago`;
    case "dispatching":
      return html`${who}, starting for ${since}`;
    case "running":
      return html`${who}, running for ${since}`;
    default:
      return html`${who}, ${run.state} ${durationText(nowMs - run.sinceMs)} ago`;
  }
}

// All runs of a task, newest first.

import type { Run } from "../../../core/contract/run.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import { counted } from "../../../core/text/counted.ts";
import { runUrl } from "../../addresses/links.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { STORE_UNAVAILABLE } from "../html/words.ts";
import { shortId, stateWords } from "../run/run-words.ts";

export type TaskRuns =
  | { readonly kind: "known"; readonly runs: readonly Run[]; readonly more: boolean }
  /** The store is unavailable. */
  | { readonly kind: "unknown" }
  /** This server shows no runs. */
  | { readonly kind: "off" };

/** `current`: the run in the snapshot, so that the page shows one state everywhere. */
export function renderRuns(known: TaskRuns, current: RunView | null, time: PageTime): Html | null {
  if (known.kind === "off") return null;
  return html`<section class="group" id="runs"><h2>Runs</h2>${known.kind === "unknown" ? html`<p class="aside cannot-tell">${STORE_UNAVAILABLE}</p>` : renderList(known, current, time)}</section>`;
}

function renderList(
  { runs, more }: Extract<TaskRuns, { kind: "known" }>,
  current: RunView | null,
  time: PageTime,
): Html {
  if (runs.length === 0) return html`<p class="aside">No runs yet.</p>`;
  return html`<ol class="entries">${runs.map((run) => renderRun(run, run.id === current?.id ? current : null, time))}</ol>
    ${more && html`<p class="aside">Older runs: <code>tasks runs</code></p>`}`;
}

function renderRun(run: Run, current: RunView | null, time: PageTime): Html {
  const { id, queued, kind, workerName } = run;
  const attempt = current?.attempt ?? run.attempt;
  const standing = current === null ? run : { ...current, closing: null };
  const who =
    kind === "by_hand"
      ? html`by hand, <bdi>${workerName ?? queued.by}</bdi>`
      : attempt === 0
        ? "not started yet"
        : html`<bdi>${workerName ?? "a worker"}</bdi>, ${counted(attempt, "attempt")}`;
  return html`<li><a href="${runUrl(id)}">run <bdi>${shortId(id)}</bdi></a> <b><bdi>${stateWords(standing)}</bdi></b>
    <p class="aside">queued by <bdi>${queued.by}</bdi> at ${momentTime(queued.atMs, time)}${queued.note !== null && html`: <bdi>${queued.note}</bdi>`} · ${who}</p></li>`;
}

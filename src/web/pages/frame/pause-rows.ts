// Below the bar: what keeps starts waiting, one row each, and how to end it.

import type { Dispatch, PauseView } from "../../../core/contract/run-view.ts";
import { EVERYONE } from "../../../core/team/resolve-owner.ts";
import { statusLink } from "../../addresses/links.ts";
import { pauseParameter } from "../../addresses/status-query.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { tag } from "../html/tags.ts";
import { type Acting, button, renderActionForm } from "../parts/action-form.ts";

export type PauseRows = {
  readonly dispatch: Dispatch;
  /** Null on a read-only page. */
  readonly acting: Acting | null;
  readonly time: PageTime;
};

/** Who paused starts, when and why, and the button to resume. */
export function renderPaused({ acting, dispatch: { pause }, time }: PauseRows): Html | null {
  if (pause === null) return null;
  const note = pause.note === null ? null : html`: <bdi>${pause.note}</bdi>`;
  return html`<section class="paused" id="paused" aria-label="Starts"><p>${tag("warn", "starts paused", "■")} by <bdi>${pause.by}</bdi> since ${momentTime(Date.parse(pause.at), time)}${note}</p>
    ${acting && renderActionForm(acting, { action: "resume", content: button("Resume starts") })}</section>`;
}

/** One row for each account, host or set-up that waits: why, until when, what is tried next, and how to end it. */
export function renderPauses({ acting, dispatch: { pauses, holds }, time }: PauseRows): Html | null {
  if (pauses.length === 0 && holds.length === 0) return null;
  return html`<section class="pauses" id="pauses" aria-label="What keeps starts waiting">${pauses.slice(0, PAUSES_SHOWN).map((pause) => renderPause(pause, acting, time))}${renderMore(pauses.length)}${holds.map(renderHold)}</section>`;
}

/** More is a set-up that fails in many ways. */
const PAUSES_SHOWN = 10;

function renderMore(count: number): Html | null {
  if (count <= PAUSES_SHOWN) return null;
  return html`<div class="paused"><p>And ${count - PAUSES_SHOWN} more: <code>tasks limits</code> lists them all.</p></div>`;
}

function renderPause(pause: PauseView, acting: Acting | null, time: PageTime): Html {
  const { cause, why, since, phase, scope } = pause;
  const [tone, word, shape] = cause === "limit" ? LIMITED : OUTAGE;
  const fields = { scope: scope.kind, name: scope.name };
  const buttons =
    acting &&
    html`${renderActionForm(acting, { action: "limit-resume", fields, content: button("Resume now", { title: `${scope.name}: start again, two at a time` }) })}
    ${pause.by_hand ? renderActionForm(acting, { action: "limit-auto", fields, content: button("Automatic again", { title: `${scope.name}: end at its own time again` }) }) : renderActionForm(acting, { action: "limit-hold", fields, content: button("Wait for me", { title: `${scope.name}: wait until a person ends it` }) })}`;
  return html`<div class="paused"><p>${tag(tone, word, shape)} <b>${linked(pause)}</b> <span class="said">since ${momentTime(Date.parse(since), time)}: <bdi>${why}</bdi>; ${phase === "waiting" ? waitingWords(pause, time) : PHASE_WORDS[phase]}</span></p><div class="controls">${buttons}</div></div>`;
}

/** Leads to the tasks that wait for it, of all owners. */
function linked({ sentence, scope, waiting }: PauseView): Html {
  const words = html`<bdi>${sentence}</bdi>`;
  if (waiting === 0) return words;
  return html`<a href="${statusLink({ owner: EVERYONE, pause: pauseParameter(scope) })}">${words}</a>`;
}

/** Room, hours, reviews, what is kept for people: what keeps starts waiting although no one paused them. */
function renderHold({ code, sentence, worker, applies }: Dispatch["holds"][number]): Html {
  const words = html`<bdi>${sentence}</bdi>`;
  const linked = code === "review" ? html`<a href="${WAITING_FOR_REVIEW}">${words}</a>` : words;
  const whose = worker === null ? (applies === "new" ? "new tasks" : "all starts") : `tasks of ${worker}`;
  return html`<div class="paused"><p>${tag("info", "starts wait", "■")} ${linked} <span class="said">(${whose})</span></p></div>`;
}

/** As many as the hold counts. */
const WAITING_FOR_REVIEW = statusLink({ owner: EVERYONE, flag: "review" });

const LIMITED = ["info", "limited", "◔"] as const;
const OUTAGE = ["warn", "waits", "■"] as const;
const PHASE_WORDS = { probing: "one run tries it now", easing: "two at a time start again" } as const;

function waitingWords({ until, next_probe: nextProbe, by_hand: isByHand }: PauseView, time: PageTime): Html {
  if (isByHand) return html`waits until a person ends it`;
  if (nextProbe === null) return html`tried when the credentials change`;
  const atMs = Date.parse(nextProbe);
  const next =
    atMs > time.observedAtMs ? html`tried again at ${momentTime(atMs, time)}` : html`tried again now`;
  if (until === null) return html`no end is known, ${next}`;
  return html`until ${momentTime(Date.parse(until), time)}, then ${next}`;
}

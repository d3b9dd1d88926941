// The configured workers, what each may do, and what each kind of worker can do.

import { ABILITIES, type Ability, type WorkerSettings } from "../../../core/agent/contract/agent-kind.ts";
import { AGENT_KINDS, kindNamed } from "../../../core/agent/kinds/agent-kinds.ts";
import { judgeWorker } from "../../../core/agent/kinds/judge-worker.ts";
import { accessWords, permissionSentence } from "../../../core/agent/kinds/worker-words.ts";
import { accountOf } from "../../../core/agent/workers/account.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import { hasReset, windowName } from "../../../core/pause/pause-words.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { tag } from "../html/tags.ts";
import { type Fact, renderNamedFacts } from "../parts/facts.ts";

export type WorkersPage = Frame & {
  readonly workers: readonly WorkerSettings[];
  /** Null: none is the default one. */
  readonly defaultName: string | null;
};

export function renderWorkersPage(page: WorkersPage): string {
  const { workers, defaultName, snapshot } = page;
  const { held, pauses, windows, host } = snapshot.dispatch;
  const none = html`<p class="empty nothing">No worker is configured. <code>tasks worker use claude</code> writes one into <code>tasks/config.yaml</code>.</p>`;
  const each = workers.map((worker) =>
    renderNamedFacts(
      worker.name,
      factsOf(worker, {
        isDefault: worker.name === defaultName,
        hold: Object.hasOwn(held, worker.name) ? (held[worker.name] ?? null) : null,
        account: accountOf(worker, host),
        pauses: pauses.filter((pause) => pause.workers.includes(worker.name)),
        windows: windows.filter(({ account }) => account === accountOf(worker, host)),
        time: timeOfFrame(page),
      }),
    ),
  );
  return renderFramed(page, {
    title: "Workers",
    current: null,
    main: html`<div class="page-head"><h1>Workers</h1>
    <p class="aside">A task's file names one (<code>worker:</code>), or the default one works on it. <code>tasks worker</code> prints the same, and what is missing to log in.</p></div>
    ${workers.length === 0 ? none : each}${renderKinds()}`,
  });
}

type State = {
  readonly isDefault: boolean;
  readonly hold: string | null;
  readonly account: string;
  /** Of its account. */
  readonly pauses: Dispatch["pauses"];
  readonly windows: Dispatch["windows"];
  readonly time: PageTime;
};

/** Arguments, variables and wrappers may hold secrets, so they are not shown. */
function factsOf(worker: WorkerSettings, state: State): readonly (Fact | null)[] {
  const { kind, model, permissions, selectable, fallback } = worker;
  const { isDefault, hold, account, pauses, windows, time } = state;
  const problem = judgeWorker(worker);
  return [
    ["Agent", kindNamed(kind)?.title ?? kind],
    model === null ? null : ["Model", model],
    ["Permissions", html`<b>${permissions}</b>: ${permissionSentence(worker)}`],
    ["Runs", accessWords(worker)],
    isDefault ? ["Works on", "tasks that name no worker"] : null,
    selectable ? ["Selectable", "any task may name it"] : null,
    hold === null
      ? null
      : [
          "On hold",
          html`${tag("warn", "on hold", "■")} <bdi>${hold}</bdi> <code>tasks resume</code> lifts it.`,
        ],
    [
      "Account",
      html`<bdi>${account}</bdi>${fallback.length > 0 && html`; while it waits: <bdi>${fallback.join(", ")}</bdi>`}`,
    ],
    ...pauses.map(
      (pause): Fact => [
        "Waits",
        html`${tag(pause.cause === "limit" ? "info" : "warn", pause.cause === "limit" ? "limited" : "waits", "◔")} <bdi>${pause.why}</bdi>${pause.until !== null && html`, until ${momentTime(Date.parse(pause.until), time)}`}; <a href="/status#pauses">end it</a>`,
      ],
    ),
    ...windows.map((window): Fact => [windowName(window.window), windowWords(window, time)]),
    kindNamed(kind)?.abilities.limit.can === false
      ? ["Limits", "it cannot say that one is reached: such an attempt counts as failed"]
      : null,
    problem === null ? null : ["Problem", `${problem.message} ${problem.hint}`],
  ];
}

type Window = Dispatch["windows"][number];

function windowWords(window: Window, time: PageTime): Html {
  const { used_percent: used, resets_at: resets, at } = window;
  const share = used === null ? "– used" : `${Math.round(used)} % used`;
  const resetsWord = hasReset(window, time.observedAtMs) ? "reset at" : "resets";
  return html`${share}${resets !== null && html`, ${resetsWord} ${momentTime(Date.parse(resets), time)}`}, as of ${momentTime(Date.parse(at), time)}`;
}

function renderKinds(): Html {
  const abilities = Object.keys(ABILITIES) as readonly Ability[];
  const head = AGENT_KINDS.map(({ name }) => html`<th scope="col">${name}</th>`);
  const rows = abilities.map(
    (ability) =>
      html`<tr><th scope="row">${ABILITIES[ability]}</th>${AGENT_KINDS.map(({ abilities: can }) => html`<td>${can[ability].can ? "yes" : "no"}</td>`)}</tr>`,
  );
  return html`<section class="group"><h2>What each kind can do</h2>
    <table class="checks"><caption class="unseen">Kinds of workers and what they can do</caption>
    <thead><tr><th scope="col">A worker of this kind</th>${head}</tr></thead><tbody>${rows}</tbody></table></section>`;
}

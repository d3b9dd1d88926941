// Every page there is, rendered from sample data: for tests that hold for all of them.

import { configSchema } from "../../src/config/schema.ts";
import type { WorkerSettings } from "../../src/core/agent/contract/agent-kind.ts";
import type { Attempt, Run, RunId } from "../../src/core/contract/run.ts";
import type { Dispatch } from "../../src/core/contract/run-view.ts";
import type { PullRequestsSource, TaskRow } from "../../src/core/contract/snapshot.ts";
import { costReport } from "../../src/core/costs/cost-report.ts";
import { sumUsage } from "../../src/core/costs/cost-sum.ts";
import { rowsByKey } from "../../src/core/publication/rows-by-key.ts";
import type { Notification } from "../../src/core/records/notification.ts";
import type { UsageRecord } from "../../src/core/records/usage-record.ts";
import { MINUTE_MS } from "../../src/core/values/durations.ts";
import { UTC } from "../../src/core/values/local-time.ts";
import { type Asked, askToInterrupt, askToStop, askToStopAll } from "../../src/web/actions/confirmation.ts";
import type { NightRows } from "../../src/web/addresses/night-query.ts";
import { parseStatusQuery, type StatusQuery } from "../../src/web/addresses/status-query.ts";
import { loadAssets } from "../../src/web/assets/assets.ts";
import type { Frame } from "../../src/web/pages/frame/frame.ts";
import { fillPage, slotValues } from "../../src/web/pages/html/age-slot.ts";
import { renderNightList } from "../../src/web/pages/night/night-list-page.ts";
import { renderNightPage } from "../../src/web/pages/night/night-page.ts";
import type { Acting } from "../../src/web/pages/parts/action-form.ts";
import { renderActivityPage } from "../../src/web/pages/plain/activity-page.ts";
import { renderAmbiguousTaskPage } from "../../src/web/pages/plain/ambiguous-task-page.ts";
import { renderConfirmPage } from "../../src/web/pages/plain/confirm-page.ts";
import { renderCostsPage } from "../../src/web/pages/plain/costs-page.ts";
import { renderDocumentPage } from "../../src/web/pages/plain/document-page.ts";
import { renderErrorPage } from "../../src/web/pages/plain/error-page.ts";
import { renderLanePage } from "../../src/web/pages/plain/lane-page.ts";
import { renderNotDonePage } from "../../src/web/pages/plain/not-done-page.ts";
import { renderNotificationsPage } from "../../src/web/pages/plain/notifications-page.ts";
import { renderSearchPage } from "../../src/web/pages/plain/search-page.ts";
import { renderStartingPage } from "../../src/web/pages/plain/starting-page.ts";
import { renderWorkersPage } from "../../src/web/pages/plain/workers-page.ts";
import { type RunPage, renderRunPage } from "../../src/web/pages/run/run-page.ts";
import { type RunsPage, renderRunsPage } from "../../src/web/pages/run/runs-page.ts";
import { startPlanOf } from "../../src/web/pages/status/start-plan.ts";
import { renderStatusPage, type StatusPage } from "../../src/web/pages/status/status-page.ts";
import { renderTaskPage } from "../../src/web/pages/task/task-page.ts";
import type { TaskRuns } from "../../src/web/pages/task/task-runs.ts";
import { UNKNOWN } from "./fake-live-snapshot.ts";
import { sampleActivity, sampleEvents } from "./sample-events.ts";
import { sampleNight, snapshotOfNight } from "./sample-night.ts";
import { SOURCES } from "./sample-pull-requests.ts";
import { attestationAtWork, rowsAtWork, snapshotAtWork, storedRun } from "./sample-runs.ts";
import {
  FRESH,
  OBSERVED_AT_MS,
  sampleAttestation,
  sampleRows,
  sampleSnapshot,
  sampleTransitions,
} from "./sample-snapshot.ts";

const USED: readonly UsageRecord[] = [1.2, null].map((usd, at) => ({
  ...{ run: `run-${at}` as RunId, startedAtMs: 0, hourMs: 0, key: `infra-tooling/<b>${at}`, owner: "dave" },
  ...{ worker: "careful", account: "claude@mac", model: null, input: 412_000, output: 31_000, cached: 0 },
  ...{ usd, isEstimate: usd !== null, tools: 3, workMs: 60_000, countsTokens: usd !== null },
}));

const WORKER: WorkerSettings = {
  name: "",
  kind: "claude",
  program: null,
  command: [],
  model: null,
  args: [],
  permissions: "full",
  wrap: [],
  variables: {},
  selectable: false,
  account: null,
  fallback: [],
};

const ASSETS = loadAssets().urls;
/** Ages of the default settings. */
const LIMITS = { lateMs: 45_000, staleMs: 90_000 };

export const ACTING: Acting = { token: "a-form-token", back: "/status", id: "a-start.an-id" };

const FRAME = { freshness: FRESH, assets: ASSETS, acting: ACTING, limits: LIMITS };

export function query(text = ""): StatusQuery {
  return parseStatusQuery(new URLSearchParams(text));
}

export const PAGE_SETTINGS = { rows: 25, refreshS: 30, ...LIMITS };

/** The status page with its slots filled. */
export function statusPage(changes: Partial<StatusPage> = {}): string {
  const snapshot = changes.snapshot ?? sampleSnapshot();
  const page: StatusPage = {
    snapshot,
    plan: startPlanOf(snapshot),
    acting: null,
    attestation: sampleAttestation(),
    freshness: FRESH,
    transitions: sampleTransitions(),
    query: query(),
    notices: [],
    assets: ASSETS,
    pageSettings: PAGE_SETTINGS,
    ...changes,
  };
  return fillPage(renderStatusPage(page), slotValues({ ...page }));
}

export const SAMPLE_TEXT =
  "---\ntitle: x\n---\n# Head\n\n## Problem\n\n- [x] one\n- [ ] two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";

/** Every page but the status page, by name. */
export function otherPages(
  rows: readonly TaskRow[] = sampleRows(),
  text = SAMPLE_TEXT,
  dispatch: Partial<Dispatch> = {},
): Record<string, string> {
  const sample = sampleSnapshot(rows);
  const snapshot = { ...sample, dispatch: { ...sample.dispatch, host: "desk", ...dispatch } };
  const transitions = sampleTransitions();
  const frame = {
    snapshot,
    attestation: sampleAttestation(),
    freshness: FRESH,
    assets: ASSETS,
    acting: ACTING,
    limits: LIMITS,
  };
  const task = { ...frame, ports: PORTS, runs: { kind: "off" } } as const;
  const [row] = rows;
  if (row === undefined) throw new Error("Pages need at least one task.");
  const path = row.file as never;
  return {
    task: renderTaskPage({ ...task, row, transitions, file: { kind: "text", path, text, hash: "" } }),
    taskWithoutFile: renderTaskPage({
      ...task,
      row,
      runs: { kind: "unknown" },
      transitions: [],
      file: { kind: "missing" },
    }),
    ...pagesOfRuns(frame),
    ambiguous: renderAmbiguousTaskPage({ ...frame, slug: row.slug, rows: rows.slice(0, 2) }),
    document: renderDocumentPage({ ...frame, path: row.file, text, row }),
    workstream: renderLanePage({ ...frame, kind: "workstream", slug: row.workstream, rows }),
    milestone: renderLanePage({ ...frame, kind: "milestone", slug: "m1-pilot", rows }),
    activity: renderActivityPage({
      ...frame,
      transitions,
      filter: { task: row.key, group: null },
      olderUrl: "/activity?before=3",
    }),
    search: renderSearchPage({ ...frame, asked: row.title, rows, total: rows.length + 5 }),
    costs: renderCostsPage({
      ...frame,
      report: costReport(USED, { by: "task", sinceMs: 0, zone: UTC }),
      today: sumUsage(USED),
      time: { days: 7 },
      budget: { day_usd: 50 },
    }),
    workers: renderWorkersPage({
      ...frame,
      workers: [
        { ...WORKER, name: "careful" },
        {
          ...WORKER,
          name: "boxed",
          wrap: ["docker"],
          model: "<b>opus</b>",
          permissions: "edits",
          selectable: true,
        },
        { ...WORKER, name: "wrong", kind: "command" },
      ],
      defaultName: "careful",
    }),
    notifications: pageOfNotifications(frame, row),
    error: renderErrorPage({
      title: "Unknown owner",
      detail: "No owner is called zoe.",
      choices: [{ label: "dave", href: "/status?owner=dave" }],
      snapshot,
      assets: ASSETS,
    }),
    starting: renderStartingPage({ freshness: UNKNOWN, assets: ASSETS }),
    cannotStart: renderStartingPage({
      freshness: { ...UNKNOWN, stale_reason: "disk", detail: "The disk is full." },
      assets: ASSETS,
    }),
  };
}

/** What a night adds: its summary, the rows behind its numbers, the pages of runs that slept or wait. */
export function nightPages(): Record<string, string> {
  const snapshot = snapshotOfNight();
  const night = sampleNight();
  const frame = { ...FRAME, snapshot, attestation: attestationAtWork() };
  const rowByKey = rowsByKey(snapshot.tasks);
  const list = (rows: NightRows) => renderNightList({ ...frame, night, rows, page: 1, rowByKey });
  const run = (key: string, facts: Partial<Run> = {}) => {
    const row = rowByKey.get(key) ?? failWith(`There is no row ${key}.`);
    return runPage({ key, id: `run-${key}` as RunId, ...facts }, { snapshot, row, sleeps: SLEEPS });
  };
  return {
    statusOfNight: statusAtWork({ snapshot, away: night }),
    onePause: statusAtWork({ snapshot: snapshotOfNight({ pauses: 1 }) }),
    nightShown: statusAtWork({ snapshot, away: night, acting: null }),
    waitingForPause: statusAtWork({ snapshot, query: query("pause=account+claude@desk") }),
    night: renderNightPage({ ...frame, night, hours: 8 }),
    nightLanded: list({ show: "landed" }),
    nightFailed: list({ show: "failed", cause: null }),
    nightNotCounted: list({ show: "not_counted", cause: null }),
    nightSlots: list({ show: "slots", use: "limit" }),
    nightNone: list({ show: "slots", use: "review" }),
    runLimited: run("limited", { state: "queued" }),
    runKeepsSlot: run("keeps-its-slot"),
    runUsedUp: run("used-up", { state: "exited" }),
    costsSince: renderCostsPage({
      ...{ ...frame, report: costReport(USED, { by: "day", sinceMs: 0, zone: UTC }) },
      ...{ today: sumUsage(USED), time: { sinceMs: OBSERVED_AT_MS }, budget: { day_usd: null } },
    }),
    workersOfNight: renderWorkersPage({
      ...frame,
      ...{
        workers: [
          { ...WORKER, name: "claude" },
          { ...WORKER, name: "team", account: "team" },
        ],
        defaultName: "claude",
      },
    }),
  };
}

const SLEEPS = [
  { host: "desk", fromMs: OBSERVED_AT_MS - 9 * MINUTE_MS, toMs: OBSERVED_AT_MS - 4 * MINUTE_MS },
];

/** With one in each state, in the words of a row. */
function pageOfNotifications(frame: Frame, { key, title, reason }: TaskRow): string {
  const settings = configSchema.parse({
    notify: { browser: true, command: [title], ntfy: "https://ntfy.sh/t" },
  }).notify;
  const one: Notification = {
    id: "1",
    channel: "ntfy",
    kind: "needs_you",
    key,
    title,
    text: reason,
    atMs: OBSERVED_AT_MS,
    state: "sent",
    tries: 1,
    nextTryMs: OBSERVED_AT_MS,
    error: null,
  };
  return renderNotificationsPage({
    ...frame,
    notify: { script: ASSETS.notify },
    isUser: true,
    settings,
    notifications: [
      { ...one, state: "waiting", tries: 0 },
      { ...one, state: "waiting", error: title },
      { ...one, state: "failed", error: title, key: null },
      one,
    ],
  });
}

/** The status page of the sample with workers at work, and its buttons. */
export function statusAtWork(changes: Partial<StatusPage> = {}): string {
  return statusPage({
    snapshot: snapshotAtWork(),
    attestation: attestationAtWork(),
    acting: ACTING,
    ...changes,
  });
}

const PORTS = { first: 20_000, perRun: 10 };

/** A row of the sample at work. */
export function rowAtWork(key: string): TaskRow {
  return rowsAtWork().find((row) => row.key === key) ?? failWith(`There is no row ${key}.`);
}

/** The page of a task of the sample at work, with its runs. */
export function taskPageAtWork(
  key: string,
  changes: {
    readonly acting?: Acting | null;
    readonly runs?: TaskRuns;
    readonly row?: Partial<TaskRow>;
    readonly pullRequests?: PullRequestsSource;
    readonly dispatch?: Partial<Dispatch>;
  } = {},
): string {
  const { acting = ACTING, runs = { kind: "known", runs: [storedRun(key)], more: false } } = changes;
  const found = snapshotAtWork();
  const snapshot = { ...found, dispatch: { ...found.dispatch, ...changes.dispatch } };
  return renderTaskPage({
    snapshot,
    attestation: attestationAtWork(changes.pullRequests),
    freshness: FRESH,
    assets: ASSETS,
    limits: LIMITS,
    acting,
    row: { ...rowAtWork(key), ...changes.row },
    transitions: [],
    file: { kind: "missing" },
    runs,
    ports: PORTS,
  });
}

/** The page of a run; live unless its state says otherwise. */
export function runPage(facts: Partial<Run> = {}, changes: Partial<RunPage> = {}): string {
  const run = storedRun("group-attention-ui-by-task", facts);
  return renderRunPage({
    snapshot: snapshotAtWork(),
    attestation: attestationAtWork(),
    freshness: FRESH,
    assets: ASSETS,
    limits: LIMITS,
    acting: ACTING,
    run,
    row: changes.row === undefined ? rowAtWork(run.key) : changes.row,
    prompt: "Do it.\n\nThen say so.",
    transcript: {
      events: sampleEvents(OBSERVED_AT_MS),
      cut: false,
      readAtMs: OBSERVED_AT_MS,
      view: "all",
      isWhole: false,
    },
    sleeps: [],
    activity: sampleActivity(OBSERVED_AT_MS),
    log: { lines: ["$ npm test", "14 passed"], cut: true, endByte: 20 },
    ports: PORTS,
    account: "claude@desk",
    ...changes,
  });
}

/** The page of these runs, of the sample at work. */
export function runsPage(runs: readonly Run[], changes: Partial<RunsPage> = {}): string {
  const snapshot = snapshotAtWork();
  const rows = rowsAtWork();
  return renderRunsPage({
    snapshot,
    attestation: attestationAtWork(),
    freshness: FRESH,
    assets: ASSETS,
    limits: LIMITS,
    acting: ACTING,
    runs: runs.map((run) => ({ run, row: rows.find(({ key }) => key === run.key) ?? null })),
    olderUrl: null,
    ...changes,
  });
}

function pagesOfRuns(frame: Frame): Record<string, string> {
  const run = storedRun("port-bundles");
  const closed = storedRun("port-bundles", {
    id: "run-old" as RunId,
    state: "closed",
    closing: { by: "dave", atMs: OBSERVED_AT_MS, as: "superseded", why: "started over" },
  });
  const asks = { number: 1, text: "Which region?", choices: [], askedAtMs: OBSERVED_AT_MS, answer: null };
  const view = { snapshot: frame.snapshot, rowByKey: new Map<string, TaskRow>() };
  const confirm = (confirmation: Asked) =>
    confirmation.kind === "refused"
      ? failWith(confirmation.message)
      : renderConfirmPage({
          action: "stop",
          confirmation: confirmation.confirmation,
          confirm: "a-confirm-token",
          isRepeated: true,
          acting: ACTING,
          view,
          pause: null,
          stopGraceS: 10,
          nowMs: OBSERVED_AT_MS,
          assets: ASSETS,
        });
  return {
    taskAtWork: taskPageAtWork("port-bundles", { runs: { kind: "known", runs: [run, closed], more: true } }),
    taskAsking: taskPageAtWork("name-the-pilot"),
    taskChoosing: taskPageAtWork("pick-the-pilot-region"),
    taskAcknowledged: taskPageAtWork("upgrade-the-client"),
    taskRed: taskPageAtWork("cache-query-plans"),
    taskRivalled: taskPageAtWork("retry-uploads"),
    taskInReview: taskPageAtWork("export-as-csv", { pullRequests: SOURCES.failing }),
    taskMerged: taskPageAtWork("fix-worktree-pruning"),
    taskGivenUp: taskPageAtWork("trim-the-bundle", { pullRequests: SOURCES.low }),
    taskUnwatched: taskPageAtWork("port-bundles", { pullRequests: SOURCES.noToken }),
    taskReady: taskPageAtWork("milestone-burn-up", { runs: { kind: "known", runs: [], more: false } }),
    run: runPage({ attempts: [ATTEMPT] }),
    runAsking: runPage({ question: asks, report: { text: "half of it", atMs: OBSERVED_AT_MS } }),
    runEnded: runPage({ state: "failed", attempts: [ATTEMPT] }, { prompt: null }),
    runClosed: runPage(closed, { row: null }),
    runs: runsPage([run, closed, storedRun("gone", { workerName: null })], { olderUrl: "/runs?before=x" }),
    noRuns: runsPage([]),
    confirmStop: confirm(askToStop(run, "it is stuck")),
    confirmStopAll: confirm(askToStopAll([run, storedRun("search-debounce")], "")),
    confirmInterrupt: confirm(askToInterrupt(run, "Use the new port\nnow.")),
    notDone: renderNotDonePage({
      action: "answer",
      title: "Not done",
      message: "The worker does not ask that any more.",
      hint: "Load the page again.",
      fields: new Map([
        ["run", run.id],
        ["question", "1"],
        ["answer", "eu, please"],
      ]),
      acting: ACTING,
      snapshot: frame.snapshot,
      assets: ASSETS,
    }),
  };
}

const ATTEMPT: Attempt = {
  number: 1,
  startedAtMs: OBSERVED_AT_MS - 1_200_000,
  endedAtMs: OBSERVED_AT_MS - 600_000,
  end: { kind: "exited", code: 2 },
};

function failWith(message: string): never {
  throw new Error(message);
}

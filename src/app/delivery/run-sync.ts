// One look-up: news, then what is to be asked in full, fifty at a time. What was answered counts, whatever fails after
// it; the mark of the news moves on only when all that they named was asked, so that nothing is missed.

import type { PullRequest } from "../../core/contract/pull-request.ts";
import { fetchName, planFetches, REQUESTS_PER_SYNC } from "../../core/pull-request/plan-sync.ts";
import type { SyncTargets } from "../../core/pull-request/sync-scope.ts";
import type { PullRequestSyncState } from "../../core/pull-request/sync-state.ts";
import { sameValue } from "../../core/values/same-value.ts";
import {
  type FoundPullRequests,
  type HostFailure,
  type News,
  type PullRequestHost,
  WANTED_PER_REQUEST,
  type WantedPullRequest,
} from "../../ports/git/pull-request-host.ts";
import type { Clock } from "../../ports/system/clock.ts";

export type RunSyncInput = {
  readonly clock: Clock;
  readonly state: PullRequestSyncState;
  readonly known: ReadonlyMap<number, PullRequest>;
  readonly interest: SyncTargets;
  readonly byHand: boolean;
  readonly signal: AbortSignal;
};

export type SyncResult = {
  readonly state: PullRequestSyncState;
  /** Those that are new, or not as they were. */
  readonly changed: readonly PullRequest[];
  readonly requests: number;
};

/** Never throws. */
export async function runSync(host: PullRequestHost, input: RunSyncInput): Promise<SyncResult> {
  const startedAtMs = input.clock.wallMs();
  const { state, signal } = input;
  const news = await host.readNews({ mark: state.mark, sinceMs: state.newsUntilMs, signal });
  const told: Progress = {
    state: { ...state, repository: host.repository, news: news.budget ?? state.news },
    changed: new Map(),
    requests: news.requests,
  };
  if (news.kind === "failed") return close(told, input, news.failure);
  const failure = await fetchInFull(host, input, told, news.value);
  if (failure !== null) return close(told, input, failure);
  told.state = {
    ...told.state,
    // Facts of which some have not been asked for yet are as old as before.
    observedAtMs: told.state.postponed.length > 0 ? state.observedAtMs : startedAtMs,
    mark: news.value?.mark ?? state.mark,
    newsUntilMs: newest(state.newsUntilMs, news.value),
  };
  return close(told, input, null);
}

type Progress = {
  state: PullRequestSyncState;
  readonly changed: Map<number, PullRequest>;
  requests: number;
};

async function fetchInFull(
  host: PullRequestHost,
  { clock, known, interest, byHand, state, signal }: RunSyncInput,
  told: Progress,
  news: News | null,
): Promise<HostFailure | null> {
  const nowMs = clock.wallMs();
  const all = planFetches({ targets: interest, known: [...known.values()], state, news, byHand, nowMs });
  const most = WANTED_PER_REQUEST * Math.max(1, REQUESTS_PER_SYNC - told.requests);
  const questions = all.slice(0, most);
  let unread = 0;
  for (let at = 0; at < questions.length; at += WANTED_PER_REQUEST) {
    const wanted: readonly WantedPullRequest[] = questions.slice(at, at + WANTED_PER_REQUEST);
    const answer = await host.readPullRequests({ wanted, signal });
    told.requests += answer.requests;
    told.state = { ...told.state, questions: answer.budget ?? told.state.questions };
    if (answer.kind === "failed") return answer.failure;
    for (const found of answer.value) unread += take(found, known, told, nowMs);
  }
  told.state = { ...told.state, postponed: all.slice(most) };
  return unread === 0 ? null : partialFailure(unread, questions.length);
}

/** 1 where it could not be read: then it is asked for again. */
function take(
  { wanted, pullRequests }: FoundPullRequests,
  known: ReadonlyMap<number, PullRequest>,
  told: Progress,
  nowMs: number,
): 0 | 1 {
  if (pullRequests === null) return 1;
  const askedAtMs = { ...told.state.askedAtMs, [fetchName(wanted)]: nowMs };
  told.state = { ...told.state, askedAtMs };
  for (const one of pullRequests)
    if (!sameValue(known.get(one.number), one)) told.changed.set(one.number, one);
  return 0;
}

function partialFailure(unread: number, asked: number): HostFailure {
  return {
    reason: "malformed",
    message: `${unread} of ${asked} could not be read`,
    remedy: null,
    notBeforeMs: null,
  };
}

function newest(sinceMs: number | null, news: News | null): number | null {
  const times = news?.changed.map(({ updatedAtMs }) => updatedAtMs) ?? [];
  return times.length === 0 ? sinceMs : Math.max(sinceMs ?? 0, ...times);
}

function close(
  { state, changed, requests }: Progress,
  input: RunSyncInput,
  failure: HostFailure | null,
): SyncResult {
  const nowMs = input.clock.wallMs();
  const before = input.state.standing;
  const standing: PullRequestSyncState["standing"] =
    failure === null
      ? { kind: "ok" }
      : {
          kind: "failing",
          message: failure.message,
          remedy: failure.remedy,
          sinceMs: before.kind === "failing" ? before.sinceMs : nowMs,
          times: before.kind === "failing" ? before.times + 1 : 1,
          notBeforeMs: failure.notBeforeMs,
        };
  return { state: { ...state, standing, triedAtMs: nowMs }, changed: [...changed.values()], requests };
}

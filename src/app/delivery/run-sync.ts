// One sync: the changes since the last one, then full requests for those that need it, fifty at a time. Each answer counts,
// even if a later request fails; the changes' mark moves on only when all of them were fetched, so that none is missed.

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
  /** New or changed ones. */
  readonly changed: readonly PullRequest[];
  readonly requests: number;
};

/** Never throws. */
export async function runSync(host: PullRequestHost, input: RunSyncInput): Promise<SyncResult> {
  const startedAtMs = input.clock.wallMs();
  const { state, signal } = input;
  const news = await host.readNews({ mark: state.mark, sinceMs: state.newsUntilMs, signal });
  const progress: Progress = {
    state: { ...state, repository: host.repository, news: news.budget ?? state.news },
    changed: new Map(),
    requests: news.requests,
  };
  if (news.kind === "failed") return close(progress, input, news.failure);
  const failure = await fetchInFull(host, input, progress, news.value);
  if (failure !== null) return close(progress, input, failure);
  progress.state = {
    ...progress.state,
    // While some requests are postponed, the facts are as old as before.
    observedAtMs: progress.state.postponed.length > 0 ? state.observedAtMs : startedAtMs,
    mark: news.value?.mark ?? state.mark,
    newsUntilMs: newest(state.newsUntilMs, news.value),
  };
  return close(progress, input, null);
}

type Progress = {
  state: PullRequestSyncState;
  readonly changed: Map<number, PullRequest>;
  requests: number;
};

async function fetchInFull(
  host: PullRequestHost,
  { clock, known, interest, byHand, state, signal }: RunSyncInput,
  progress: Progress,
  news: News | null,
): Promise<HostFailure | null> {
  const nowMs = clock.wallMs();
  const all = planFetches({ targets: interest, known: [...known.values()], state, news, byHand, nowMs });
  const most = WANTED_PER_REQUEST * Math.max(1, REQUESTS_PER_SYNC - progress.requests);
  const questions = all.slice(0, most);
  let unread = 0;
  for (let at = 0; at < questions.length; at += WANTED_PER_REQUEST) {
    const wanted: readonly WantedPullRequest[] = questions.slice(at, at + WANTED_PER_REQUEST);
    const answer = await host.readPullRequests({ wanted, signal });
    progress.requests += answer.requests;
    progress.state = { ...progress.state, questions: answer.budget ?? progress.state.questions };
    if (answer.kind === "failed") return answer.failure;
    for (const found of answer.value) unread += take(found, known, progress, nowMs);
  }
  progress.state = { ...progress.state, postponed: all.slice(most) };
  return unread === 0 ? null : partialFailure(unread, questions.length);
}

/** 1 if it could not be read, and has to be requested again. */
function take(
  { wanted, pullRequests }: FoundPullRequests,
  known: ReadonlyMap<number, PullRequest>,
  progress: Progress,
  nowMs: number,
): 0 | 1 {
  if (pullRequests === null) return 1;
  const askedAtMs = { ...progress.state.askedAtMs, [fetchName(wanted)]: nowMs };
  progress.state = { ...progress.state, askedAtMs };
  for (const one of pullRequests)
    if (!sameValue(known.get(one.number), one)) progress.changed.set(one.number, one);
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

// How many pull requests one query asks for. GitHub gives up on a query after about ten seconds, and fifty pull
// requests with a hundred checks each may be too much: the query would fail every time. So after two such failures in a
// row the batch size is halved, and after some hours the full size is tried again.

import {
  type Budget,
  type FoundPullRequests,
  type HostAnswer,
  WANTED_PER_REQUEST,
  type WantedPullRequest,
} from "../../ports/git/pull-request-host.ts";

export type AskBatch = (
  wanted: readonly WantedPullRequest[],
) => Promise<HostAnswer<readonly FoundPullRequests[]>>;

export type BatchSize = {
  /** Asks for all, one batch after the other; the first failure ends it. */
  ask(
    wanted: readonly WantedPullRequest[],
    askBatch: AskBatch,
  ): Promise<HostAnswer<readonly FoundPullRequests[]>>;
};

/** Starts with the full size. */
export function createBatchSize(nowMs: () => number): BatchSize {
  let size = WANTED_PER_REQUEST;
  let shrunkAtMs = 0;
  let failures = 0;

  function learn(answer: HostAnswer<unknown>): void {
    failures = isTooHeavy(answer) ? failures + 1 : 0;
    if (failures < FAILURES_IN_A_ROW || size <= SIZE_MIN) return;
    size = Math.ceil(size / 2);
    shrunkAtMs = nowMs();
    failures = 0;
  }

  return {
    async ask(wanted, askBatch) {
      if (nowMs() - shrunkAtMs > RESET_AFTER_MS) size = WANTED_PER_REQUEST;
      const value: FoundPullRequests[] = [];
      let budget: Budget | null = null;
      let requests = 0;
      for (const batch of cut(wanted, size)) {
        const answer = await askBatch(batch);
        learn(answer);
        budget = answer.budget ?? budget;
        requests += answer.requests;
        if (answer.kind === "failed") return { ...answer, budget, requests };
        value.push(...answer.value);
      }
      return { kind: "answered", value, budget, requests };
    },
  };
}

/** A single failure may have any cause. */
const FAILURES_IN_A_ROW = 2;
/** No host fails for so few: something else is wrong. */
const SIZE_MIN = 10;
/** The host may only have been slow for a while. */
const RESET_AFTER_MS = 6 * 3_600_000;

function isTooHeavy(answer: HostAnswer<unknown>): boolean {
  return (
    answer.kind === "failed" && (answer.failure.reason === "timeout" || answer.failure.reason === "server")
  );
}

function cut<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

// How many pull requests are asked for at once. GitHub gives up on a question after some ten seconds, and with a hundred
// checks each, fifty pull requests may be too much: the question would fail every time. So after two failures of that
// kind in a row the pieces are halved, and after some hours whole questions are tried again.

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
  /** Asks for all, one piece after the other; the first failure is the answer. */
  ask(
    wanted: readonly WantedPullRequest[],
    askPiece: AskBatch,
  ): Promise<HostAnswer<readonly FoundPullRequests[]>>;
};

/** Begins with whole questions. */
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
    async ask(wanted, askPiece) {
      if (nowMs() - shrunkAtMs > TRY_WHOLE_AFTER_MS) size = WANTED_PER_REQUEST;
      const value: FoundPullRequests[] = [];
      let budget: Budget | null = null;
      let requests = 0;
      for (const piece of cut(wanted, size)) {
        const answer = await askPiece(piece);
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

/** One failure may be anything. */
const FAILURES_IN_A_ROW = 2;
/** So few are too heavy for no host: something else is wrong. */
const SIZE_MIN = 10;
/** What made the host slow may be over; what is heavy by itself fails twice more. */
const TRY_WHOLE_AFTER_MS = 6 * 3_600_000;

function isTooHeavy(answer: HostAnswer<unknown>): boolean {
  return (
    answer.kind === "failed" && (answer.failure.reason === "timeout" || answer.failure.reason === "server")
  );
}

function cut<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

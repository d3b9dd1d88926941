// The cycle of a command, in full: tasks, runs and, where that is due, pull requests. Everything is written when it returns.

import type { CycleCause } from "../../core/contract/cycle.ts";
import type { Attestation, Snapshot } from "../../core/contract/snapshot.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import type { CycleContext, RunnerContext } from "../cycle/cycle-context.ts";
import { type CycleWatching, createHeartbeat, type Heartbeat } from "../cycle/heartbeat.ts";
import { assemblePublished } from "../cycle/heartbeat-memory.ts";
import type { PublishRight } from "../cycle/publish-snapshot.ts";
import { writeSnapshotFiles } from "../cycle/snapshot-file-writer.ts";
import { CommitDatesReader } from "../runner/commit-dates-reader.ts";
import { settlesWithin } from "../wait/sleep.ts";
import { leaveResumePoint } from "./confirm-unchanged.ts";
import { heartbeatFailed } from "./heartbeat-failed.ts";
import type { SyncOnce } from "./sync-once.ts";

/** The wait for dates that only improve a few "at least". */
const COMMIT_DATES_WAIT_MS = 500;

type CycleRequest = CycleWatching & {
  readonly right: PublishRight;
  /** `always`: also for a snapshot that is only confirmed. */
  readonly files: "always" | "when_published";
  readonly pullRequests: CycleContext["pullRequests"];
  /** Null when no sync is due. */
  readonly due: SyncOnce | null;
};

type CycleResult = {
  /** Of everyone. */
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly outcome: "published" | "attested";
};

/** Throws UserError `heartbeat_failed`, or the signal's reason. */
export async function cycleOnce(
  context: RunnerContext,
  { right, files, pullRequests, due, ...watching }: CycleRequest,
): Promise<CycleResult> {
  const heartbeat = createHeartbeat({ ...context, watch: null, pullRequests, barred: () => ({}) });
  const first = await runCycles(context, heartbeat, right, watching);
  const hasNews =
    (await due?.sync(heartbeat, right.epoch)) &&
    (await runCycle(heartbeat, "pull_request_news", right)) === "published";
  const outcome = hasNews ? "published" : first;
  await heartbeat.writeIndex();
  const published = heartbeat.published();
  if (published === null) throw heartbeatFailed("Nothing was published.");
  const { attestation } = published;
  const { snapshot } = assemblePublished(published);
  const writesFiles = files === "always" || outcome === "published";
  if (writesFiles) await writeSnapshotFiles(context, { snapshot, attestation });
  await leaveResumePoint(context, heartbeat, {
    snapshot,
    filesWrittenAtMs: writesFiles ? context.clock.wallMs() : null,
  });
  return { snapshot, attestation, outcome };
}

/** One cycle, and a second one if commit dates arrive that improve it. */
async function runCycles(
  context: RunnerContext,
  heartbeat: Heartbeat,
  right: PublishRight,
  watching: CycleWatching,
): Promise<CycleResult["outcome"]> {
  const reader = new CommitDatesReader({ ...context, monotonicMs: context.clock.monotonicMs });
  try {
    const known = await context.store.readCommitDates();
    const reading = reader.readIfOld(context.git.facts().commit, known);
    const first = await runCycle(heartbeat, "command", right, watching);
    const isRead = reading !== null && (await settlesWithin(reading, COMMIT_DATES_WAIT_MS));
    const dates = isRead ? await reading : null;
    if (dates === null) return first;
    heartbeat.useCommitDates(dates);
    await context.store.writeCommitDates(dates);
    const second = await runCycle(heartbeat, "commit_dates", right, watching);
    return second === "published" ? second : first;
  } finally {
    reader.stop();
  }
}

async function runCycle(
  heartbeat: Heartbeat,
  cause: CycleCause,
  right: PublishRight,
  watching: CycleWatching = {},
): Promise<CycleResult["outcome"]> {
  const outcome = await heartbeat.cycle(new Set([cause]), right, watching);
  if (outcome.kind === "failed" && watching.signal?.aborted) {
    await heartbeat.writeIndex();
    watching.signal.throwIfAborted();
  }
  switch (outcome.kind) {
    case "published":
    case "attested":
      return outcome.kind;
    case "failed":
      throw heartbeatFailed(outcome.detail);
    case "refused":
      throw heartbeatFailed("Another runner took over while this one ran.");
    default:
      return assertNever(outcome);
  }
}

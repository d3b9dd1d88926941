// The short way for a process that runs one cycle: when nothing that the published snapshot was derived from has
// changed, it is true still, and saying so needs one listing instead of every record and row (P4).
// Whatever is in doubt, the answer is null and the cycle runs in full.

import type { FileStamp } from "../../core/contract/parsed-file.ts";
import type { Repository, Snapshot } from "../../core/contract/snapshot.ts";
import type { PullRequestSyncState } from "../../core/pull-request/sync-state.ts";
import { EVERYONE } from "../../core/team/resolve-owner.ts";
import { fingerprintStamps } from "../../core/tree/fingerprint-stamps.ts";
import { planReads } from "../../core/tree/update-index.ts";
import type { PublishedState, ResumePoint } from "../../ports/store/store.ts";
import type { RunnerContext } from "../cycle/cycle-context.ts";
import type { Heartbeat } from "../cycle/heartbeat.ts";
import { newAttestation, type PublishRight } from "../cycle/publish-snapshot.ts";
import { recordCycle } from "../cycle/record-cycle.ts";

/** Snapshot files say when they were true. One written this recently need not be written again. */
const FILES_GOOD_FOR_MS = 30_000;

export type Unchanged = { readonly point: ResumePoint; readonly published: PublishedState };

type ConfirmRequest = {
  readonly right: PublishRight;
  readonly files: "always" | "when_published";
  readonly syncState: PullRequestSyncState;
};

/** Attests what is published if it is surely still true, as a cycle of its own; otherwise null, and nothing is done. */
export async function confirmUnchanged(
  context: RunnerContext,
  { right, files, syncState }: ConfirmRequest,
): Promise<Unchanged | null> {
  const { clock, store, git } = context;
  const startedAtMs = clock.wallMs();
  const startedMs = clock.monotonicMs();
  const point = await store.readResumePoint();
  const published = await store.readPublished();
  if (point === null || published === null) return null;
  if (point.seq !== published.seq || point.epoch !== published.epoch) return null;
  if (point.validUntilMs !== null && startedAtMs >= point.validUntilMs) return null;
  if (files === "always" && !(await areFilesRecent(context, point, startedAtMs))) return null;
  const listing = context.files.list();
  if (listing.kind === "failed") return null;
  const repository = { name: context.repositoryName, ...git.facts() };
  // Open runs have to be looked at, which is what a cycle does.
  const runsVersion = await store.readRunsVersion();
  const pullRequestsVersion = await store.readPullRequestsVersion();
  if ((await store.readOpenRuns()).length > 0) return null;
  const versions = { runsVersion, pullRequestsVersion };
  const facts = { stamps: listing.stamps, repository, datesHead: repository.commit, versions };
  if (basisOf(context, facts) !== point.basis) return null;
  if (!(await right.confirm())) return null;
  const previous = published.attestation;
  const attestation = newAttestation(context, { previous, syncState, startedMs, nowMs: clock.wallMs() });
  if (!(await store.attest({ epoch: right.epoch, attestation }))) return null;
  await recordCycle(context, {
    startedAtMs,
    endedAtMs: clock.wallMs(),
    cause: "command",
    outcome: "attested",
    reason: null,
    detail: null,
    tasks: Object.values(point.counts).reduce((sum, count) => sum + count, 0),
  });
  return { point, published: { ...published, attestation } };
}

/** Leaves a point for the next process, if what is published can be confirmed by a listing alone. */
export async function leaveResumePoint(
  context: RunnerContext,
  heartbeat: Heartbeat,
  { snapshot, filesWrittenAtMs }: { readonly snapshot: Snapshot; readonly filesWrittenAtMs: number | null },
): Promise<void> {
  const published = heartbeat.published();
  const basis = heartbeat.basis();
  if (published === null || basis === null) return;
  const { index, repository, commitDates } = basis;
  const runsVersion = heartbeat.runsVersion();
  if (runsVersion === null) return;
  const versions = { runsVersion, pullRequestsVersion: await context.store.readPullRequestsVersion() };
  const stamps = [...index.values()].map(({ stamp }) => stamp);
  // A file that could not be read may be readable now, which its stamp would not tell.
  if (planReads(index, { stamps, complete: true }).read.length > 0) return;
  const { seq, epoch, counts, escalation } = snapshot;
  await context.store.writeResumePoint({
    seq,
    epoch,
    basis: basisOf(context, { stamps, repository, datesHead: commitDates?.head ?? null, versions }),
    validUntilMs: published.built.nextChangeMs,
    filesWrittenAtMs,
    counts,
    escalation,
  });
}

/** Everything a snapshot is derived from, as one text; another version of this program may derive differently. */
function basisOf(
  { version, config, startSettings }: RunnerContext,
  basis: {
    readonly stamps: Iterable<FileStamp>;
    readonly repository: Repository;
    readonly datesHead: string | null;
    readonly versions: { readonly runsVersion: number; readonly pullRequestsVersion: number };
  },
): string {
  const { repository, datesHead, versions } = basis;
  const { name, branch, commit, default_branch, git, notice } = repository;
  const facts = [name, branch, commit, default_branch, git, notice];
  const { thresholds, github, delivery } = config;
  const settings = [thresholds, startSettings(), github, delivery];
  return JSON.stringify([version, fingerprintStamps(basis.stamps), facts, datesHead, versions, settings]);
}

async function areFilesRecent(
  { owners, snapshotFiles }: RunnerContext,
  { filesWrittenAtMs }: ResumePoint,
  nowMs: number,
): Promise<boolean> {
  // Whose file it is, an alias or role, only the whole snapshot tells.
  if (owners.length > 0 || filesWrittenAtMs === null) return false;
  const ageMs = nowMs - filesWrittenAtMs;
  const isRecent = ageMs >= 0 && ageMs < FILES_GOOD_FOR_MS;
  return isRecent && (await snapshotFiles.owners()).includes(EVERYONE);
}

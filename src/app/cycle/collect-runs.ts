// The second source of a cycle: the open runs from the store, and what the probe observes of them now. Read from the store
// only when it says that something changed; looked at each time. What is the same as before keeps its identity, so that
// a snapshot in which nothing moved is not derived again.

import { holdSentence } from "../../core/agent/kinds/hold-words.ts";
import { isInForce } from "../../core/agent/kinds/judge-parsing.ts";
import type { Acknowledgement } from "../../core/contract/acknowledgement.ts";
import { isLive, type Run } from "../../core/contract/run.ts";
import { viewPauses, viewWindows } from "../../core/dispatch/view-pauses.ts";
import { heldUntilPauseEnds } from "../../core/pause/held-until.ts";
import type { Sleep } from "../../core/records/slot-time.ts";
import { judgeProgress, type LostTime, type Progress } from "../../core/run/judge-progress.ts";
import type { RunObservation } from "../../core/run/observation.ts";
import { activityNow, lastLineOf } from "../../core/run/run-activity.ts";
import { NOTHING_SEEN, type RunFacts, type RunsInput } from "../../core/run/run-facts.ts";
import type { BuiltSnapshot } from "../../core/snapshot/built-snapshot.ts";
import { isoTime } from "../../core/text/iso-time.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { sameValue } from "../../core/values/same-value.ts";
import type { KindHold, Pause, StoppedTask } from "../../ports/store/run-store.ts";
import { accountsOf, collectHolds, noteDisk, noteRoom, noteToday } from "./collect-holds.ts";
import type { CycleContext } from "./cycle-context.ts";
import { noteJump } from "./note-jump.ts";
import type { RunsMemory } from "./runs-memory.ts";
import type { StartSettings } from "./start-settings.ts";

/**
 * Brings the memory up to date and gives what the snapshot is built from. `published`: before this cycle. Throws what the
 * store throws.
 */
export async function collectRuns(
  cycle: CycleContext,
  memory: RunsMemory,
  published: Published | null,
): Promise<RunsInput> {
  // Once a cycle: each look at the settings costs a stat of three files.
  const settings = cycle.startSettings();
  const context = { ...cycle, startSettings: () => settings };
  await noteJump(context, memory);
  await readStored(context, memory);
  noteDisk(context, memory, published?.rows ?? null);
  await noteRoom(context, memory, published?.header.dispatch ?? null);
  await noteToday(context, memory);
  const observations = memory.runs.length === 0 ? NO_OBSERVATIONS : await context.runProbe.look(memory.runs);
  const input = assemble(context, memory, observations);
  memory.input = memory.input !== null && sameValue(plain(memory.input), plain(input)) ? memory.input : input;
  return memory.input;
}

type Published = Pick<BuiltSnapshot, "header" | "rows">;

const NO_OBSERVATIONS: ReadonlyMap<string, RunObservation> = new Map();

async function readStored({ store }: CycleContext, memory: RunsMemory): Promise<void> {
  const version = await store.readRunsVersion();
  if (version === memory.version) return;
  const [runs, pause, stopped, kindHolds, acknowledgements] = [
    await store.readOpenRuns(),
    await store.readPause(),
    await store.readStoppedTasks(),
    await store.readKindHolds(),
    await store.readAcknowledgements(),
  ];
  const [pauses, windows] = [await store.readScopedPauses(), await store.readAccountWindows()];
  const sinceMs = Math.min(...runs.map(({ queued }) => queued.atMs));
  const sleeps = runs.length === 0 ? [] : await store.readSleeps({ sinceMs });
  // What changed between these reads has a newer version than the one noted, so the next cycle reads it again.
  Object.assign(memory, {
    version,
    runs,
    pause,
    stopped,
    kindHolds,
    acknowledgements,
    pauses,
    windows,
    sleeps,
  });
}

function assemble(
  context: CycleContext,
  memory: RunsMemory,
  observations: ReadonlyMap<string, RunObservation>,
): RunsInput {
  const settings = context.startSettings();
  const { dispatch, hasWorker, workersElsewhere, untrusted } = settings;
  const byKey = new Map<string, RunFacts>();
  for (const run of memory.runs) {
    const now = heldUntilPauseEnds(run, memory.pauses);
    const facts = factsOf(context, memory, now, observations.get(run.id) ?? null);
    const before = memory.input?.byKey.get(run.key);
    byKey.set(run.key, before !== undefined && sameValue(before, facts) ? before : facts);
  }
  const live = memory.runs.filter((run) => isLive(run) && run.kind === "supervised").length;
  return {
    byKey,
    acknowledgementsByKey: groupByKey(memory),
    dispatch: {
      automatic: dispatch.automatic,
      pause: viewPause(memory.pause),
      host: context.holder.host,
      configured: hasWorker,
      live,
      elsewhere: workersElsewhere,
      per_host: dispatch.workers_per_host,
      per_owner: dispatch.workers_per_owner,
      stopped: viewStopped(memory.stopped),
      default_worker: settings.defaultWorker,
      fallbacks: fallbacksOf(settings),
      held: viewHolds(context, settings, memory.kindHolds),
      pauses: viewPauses({ ...memory, accounts: accountsOf(context) }),
      windows: viewWindows(memory),
      holds: collectHolds(context, memory),
      room: memory.room,
      barred: context.barred(),
      untrusted: [...untrusted],
    },
    attemptsMax: dispatch.attempts,
    reviewsMax: dispatch.max_in_review,
    budget:
      sameValue(memory.input?.budget, settings.budget) && memory.input !== null
        ? memory.input.budget
        : settings.budget,
    jump: live === 0 ? null : viewJump(memory),
  };
}

function factsOf(
  { clock, config, holder }: CycleContext,
  { grace, lostTimes, sleeps, diskMb: disks }: RunsMemory,
  run: Run,
  found: RunObservation | null,
): RunFacts {
  const nowMs = clock.wallMs();
  const activity = activityNow(run, found?.activity ?? null, nowMs);
  const observation = found && { ...found, activity };
  const asleep = sleepsOf(run, { sleeps, host: holder.host });
  const progress: Progress | null = judgeProgress({
    run,
    observation,
    graceUntilMs: grace?.untilMs ?? null,
    graceWhy: grace?.why ?? null,
    lostTimes: [...lostTimes, ...asleep.map(lostTimeOf)].toSorted((a, b) => a.afterMs - b.afterMs),
    quietMs: config.thresholds.idle_watch_minutes * MINUTE_MS,
    nowMs,
  });
  const diskMb = disks.get(run.id) ?? null;
  if (observation === null) return { run, progress, seen: { ...NOTHING_SEEN, asleep, diskMb } };
  const { worktreeExists, drifted, leftRunning, worktree } = observation;
  const seen = {
    worktreeExists,
    drifted,
    leftRunning,
    commits: worktree?.commits ?? null,
    checkedOut: worktree?.checkedOut ?? null,
    lastLine: lastLineOf(observation),
    activity,
    diff: worktree?.diff ? { ...worktree.diff, atMs: worktree.lookedAtMs } : null,
    diskMb,
    branch: worktree?.branch ?? null,
    head: worktree?.head ?? null,
    asleep,
  };
  return { run, progress, seen };
}

/** Of the run's own host, since it was queued; of this one while it has none. */
function sleepsOf(
  run: Run,
  { sleeps, host }: { readonly sleeps: readonly Sleep[]; readonly host: string },
): readonly Sleep[] {
  return sleeps.filter((sleep) => sleep.host === (run.host ?? host) && sleep.toMs > run.queued.atMs);
}

const lostTimeOf = ({ fromMs, toMs }: Sleep): LostTime => ({ afterMs: fromMs, ms: toMs - fromMs });

function groupByKey({ acknowledgements, input }: RunsMemory): RunsInput["acknowledgementsByKey"] {
  const grouped = new Map<string, readonly Acknowledgement[]>();
  for (const [key, found] of Map.groupBy(acknowledgements, ({ key: of }) => of)) {
    const before = input?.acknowledgementsByKey.get(key);
    grouped.set(key, before !== undefined && sameValue(before, found) ? before : found);
  }
  return grouped;
}

function viewPause(pause: Pause | null): RunsInput["dispatch"]["pause"] {
  return pause && { by: pause.by, at: isoTime(pause.atMs), note: pause.note };
}

/** A hold of another version than the one that is installed holds nothing. */
function viewHolds(
  { programStamp }: CycleContext,
  { workersByKind }: StartSettings,
  holds: readonly KindHold[],
): RunsInput["dispatch"]["held"] {
  const inForce = holds.filter((hold) => programStamp === undefined || isInForce(hold, programStamp));
  return Object.fromEntries(
    inForce.flatMap((hold) => (workersByKind[hold.kind] ?? []).map((name) => [name, holdSentence(hold)])),
  );
}

function fallbacksOf({ workers }: StartSettings): RunsInput["dispatch"]["fallbacks"] {
  const withOne = workers.filter(({ fallback }) => fallback.length > 0);
  return Object.fromEntries(withOne.map(({ name, fallback }) => [name, [...fallback]]));
}

function viewStopped(stopped: readonly StoppedTask[]): RunsInput["dispatch"]["stopped"] {
  return Object.fromEntries(stopped.map(({ key, by, atMs, note }) => [key, { by, at: isoTime(atMs), note }]));
}

function viewJump({ grace }: RunsMemory): RunsInput["jump"] {
  if (grace === null || grace.jumpedAtMs === null) return null;
  return { since: isoTime(grace.jumpedAtMs), until: isoTime(grace.untilMs) };
}

/** Maps as lists, which can be compared. */
function plain({ byKey, acknowledgementsByKey, ...rest }: RunsInput) {
  return { ...rest, runs: [...byKey.values()], acknowledgements: [...acknowledgementsByKey.values()] };
}

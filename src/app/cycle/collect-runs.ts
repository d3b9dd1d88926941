// The second source of a cycle: the open runs from the store, and what the probe observes of them now. Read from the store
// only when it says that something changed; looked at each time. What is the same as before keeps its identity, so that
// a snapshot in which nothing moved is not derived again.

import { holdSentence } from "../../core/agent/kinds/hold-words.ts";
import { isInForce } from "../../core/agent/kinds/judge-parsing.ts";
import type { Acknowledgement } from "../../core/contract/acknowledgement.ts";
import { isLive, type Run } from "../../core/contract/run.ts";
import type { Dispatch } from "../../core/contract/run-view.ts";
import { judgeProgress, type LostTime, type Progress } from "../../core/run/judge-progress.ts";
import type { RunObservation } from "../../core/run/observation.ts";
import { activityNow, lastLineOf } from "../../core/run/run-activity.ts";
import { NOTHING_SEEN, type RunFacts, type RunsInput } from "../../core/run/run-facts.ts";
import { isoTime } from "../../core/text/iso-time.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { sameValue } from "../../core/values/same-value.ts";
import type { KindHold, Pause, StoppedTask } from "../../ports/store/run-store.ts";
import { collectHolds, noteRoom } from "./collect-holds.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { RunsMemory } from "./runs-memory.ts";
import type { StartSettings } from "./start-settings.ts";

/** Clocks further apart than this were stepped, or the machine slept: as for the age of a page. */
const CLOCK_JUMP_MS = 2_000;
/** A worker that was silent through more of them has had time to move. */
const LOST_TIMES_MAX = 100;

/**
 * Brings the memory up to date and gives what the snapshot is built from. `published`: before this cycle. Throws what the
 * store throws.
 */
export async function collectRuns(
  context: CycleContext,
  memory: RunsMemory,
  published: Dispatch | null,
): Promise<RunsInput> {
  await readStored(context, memory);
  noteJump(context, memory);
  await noteRoom(context, memory, published);
  const observations = memory.runs.length === 0 ? NO_OBSERVATIONS : await context.runProbe.look(memory.runs);
  const input = assemble(context, memory, observations);
  memory.input = memory.input !== null && sameValue(plain(memory.input), plain(input)) ? memory.input : input;
  return memory.input;
}

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
  const windows = await store.readAccountWindows();
  // What changed between these reads has a newer version than the one noted, so the next cycle reads it again.
  Object.assign(memory, { version, runs, pause, stopped, kindHolds, acknowledgements, windows });
}

/** A machine that slept makes every worker look silent: they get time to move before they count as idle. */
function noteJump({ clock, config }: CycleContext, memory: RunsMemory): void {
  const now = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
  const { lastLook } = memory;
  memory.lastLook = now;
  const graceMs = config.thresholds.grace_minutes * MINUTE_MS;
  if (lastLook === null) {
    memory.grace = { why: "the runner just took over", untilMs: now.wallMs + graceMs, jumpedAtMs: null };
    return;
  }
  const wallDeltaMs = now.wallMs - lastLook.wallMs;
  const lostMs = wallDeltaMs - (now.monotonicMs - lastLook.monotonicMs);
  if (lostMs > CLOCK_JUMP_MS) noteLostTime(memory, { afterMs: lastLook.wallMs, ms: lostMs });
  if (Math.abs(lostMs) > CLOCK_JUMP_MS) {
    const why = "the clock jumped, or the machine slept";
    memory.grace = { why, untilMs: now.wallMs + graceMs, jumpedAtMs: now.wallMs };
  } else if (memory.grace !== null && now.wallMs >= memory.grace.untilMs) {
    memory.grace = null;
  }
}

function noteLostTime(memory: RunsMemory, lost: LostTime): void {
  memory.lostTimes = [...memory.lostTimes, lost].slice(-LOST_TIMES_MAX);
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
    const facts = factsOf(context, memory, run, observations.get(run.id) ?? null);
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
      pauses: [],
      windows: [],
      holds: collectHolds(context, memory),
      room: memory.room,
      barred: context.barred(),
      untrusted: [...untrusted],
    },
    attemptsMax: dispatch.attempts,
    reviewsMax: dispatch.max_in_review,
    jump: live === 0 ? null : viewJump(memory),
  };
}

function factsOf(
  { clock, config }: CycleContext,
  { grace, lostTimes }: RunsMemory,
  run: Run,
  found: RunObservation | null,
): RunFacts {
  const nowMs = clock.wallMs();
  const activity = activityNow(run, found?.activity ?? null, nowMs);
  const observation = found && { ...found, activity };
  const progress: Progress | null = judgeProgress({
    run,
    observation,
    graceUntilMs: grace?.untilMs ?? null,
    graceWhy: grace?.why ?? null,
    lostTimes,
    quietMs: config.thresholds.idle_watch_minutes * MINUTE_MS,
    nowMs,
  });
  if (observation === null) return { run, progress, seen: NOTHING_SEEN };
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
    branch: worktree?.branch ?? null,
    head: worktree?.head ?? null,
  };
  return { run, progress, seen };
}

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

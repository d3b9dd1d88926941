// The queue: which runs and ready tasks to start, in which order, and why each of the others waits. The dispatcher,
// `tasks dispatch --dry-run` and the page share this one plan, so that they agree.
//
// The queue holds queued runs and, with automatic start, every ready task, in the order of the group `ready`: highest
// priority first, then oldest.

import type { Dispatch } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import type { SlotUse } from "../records/slot-time.ts";
import { isInProgress, workerFor } from "./fallback.ts";
import { generalHoldsFor } from "./general-holds-for.ts";
import { PausesInPlan } from "./pauses-in-plan.ts";
import { inOrder } from "./queue-order.ts";
import {
  type Hold,
  hold,
  isCandidate,
  isNotDue,
  NEXT_ATTEMPT,
  whyBarred,
  whyBlocked,
} from "./why-not-started.ts";

export type PlannedStart = {
  readonly key: string;
  /** `start`: now. `hold`: not now, or not automatically; `reason` says why. */
  readonly decision: "start" | "hold";
  /** "starts now", "3rd in line, 8 of 8 workers busy". */
  readonly reason: string;
  /** What a free slot counts as while this task waits; `working` when it starts, or waits for a slot only. */
  readonly use: SlotUse;
  /** Position in the queue, from 1; null when it is not in it. */
  readonly place: number | null;
};

export type PlanInput = {
  readonly rows: Iterable<TaskRow>;
  readonly dispatch: Dispatch;
  readonly nowMs: number;
};

/** One entry for every task that is ready or queued, in order. `rows` are those of the whole repository. */
export function planStarts({ rows, dispatch, nowMs }: PlanInput): readonly PlannedStart[] {
  const candidates: TaskRow[] = [];
  const liveByOwner = new Map<string | null, number>();
  let runsAlone: string | null = null;
  // Once: an iterator has nothing left after that.
  for (const row of rows) {
    if (isWorking(row)) {
      liveByOwner.set(row.owner, (liveByOwner.get(row.owner) ?? 0) + 1);
      if (row.run?.waits_alone === true) runsAlone = row.key;
    } else if (isCandidate(row)) candidates.push(row);
  }
  candidates.sort(inOrder);
  // A run that something else keeps from starting neither probes a pause nor makes others wait until it has run alone.
  const able = candidates.filter(
    (row) => whyBarred(row, dispatch) === null && !isNotDue(row, nowMs) && whyBlocked(row, dispatch) === null,
  );
  const through = new PausesInPlan(dispatch, able, nowMs);
  const alone = runsAlone ?? nextAlone(able, through);
  return takePlaces(candidates, { dispatch, nowMs, liveByOwner, through, alone });
}

/** The task whose worker has to run alone and could start now: nothing else starts before it. */
function nextAlone(able: readonly TaskRow[], through: PausesInPlan): string | null {
  const next = able.find(
    (row) => row.run?.waits_alone === true && row.run.state === "queued" && through.whyHeld(row) === null,
  );
  return next?.key ?? null;
}

type Room = {
  readonly dispatch: Dispatch;
  readonly nowMs: number;
  readonly liveByOwner: Map<string | null, number>;
  readonly through: PausesInPlan;
  /** The task whose worker runs alone, or is the next to: nothing else starts meanwhile. */
  readonly alone: string | null;
};

function takePlaces(candidates: readonly TaskRow[], room: Room): PlannedStart[] {
  const { dispatch, liveByOwner, nowMs } = room;
  let free = dispatch.per_host - dispatch.live - dispatch.elsewhere;
  let places = 0;
  return candidates.map((row): PlannedStart => {
    const { key, owner } = row;
    const barred = whyBarred(row, dispatch) ?? (isNotDue(row, nowMs) ? whyLater(row, room) : null);
    if (barred !== null) return { key, decision: "hold", ...barred, place: null };
    const place = ++places;
    const ownersLive = liveByOwner.get(owner) ?? 0;
    const held = whyHeld(row, room, ownersLive) ?? (free > 0 ? null : busy(place, dispatch));
    if (held !== null) return { key, decision: "hold", ...held, place };
    free -= 1;
    liveByOwner.set(owner, ownersLive + 1);
    room.through.count(row);
    return { key, decision: "start", reason: startsNow(row, dispatch), use: "working", place };
  });
}

function startsNow(row: TaskRow, dispatch: Dispatch): string {
  const { worker, insteadOf } = workerFor(row, dispatch);
  return insteadOf === null ? "starts now" : `starts now with ${worker}, as ${insteadOf} waits`;
}

/** A retry whose time has not come: what it waits for beyond that is the better reason. */
function whyLater(row: TaskRow, { dispatch, through }: Room): Hold {
  return (whyBlocked(row, dispatch) === null ? through.whyHeld(row) : null) ?? NEXT_ATTEMPT;
}

function whyHeld(row: TaskRow, room: Room, ownersLive: number): Hold | null {
  const { dispatch } = room;
  const { owner } = row;
  const { per_owner: limit } = dispatch;
  const blocked = whyBlocked(row, dispatch);
  if (blocked !== null) return blocked;
  const { worker: name } = workerFor(row, dispatch);
  const waits = room.through.whyHeld(row) ?? whyGenerallyHeld(row, name, dispatch) ?? whyAlone(row, room);
  if (waits !== null) return waits;
  if (ownersLive < limit) return null;
  const whose =
    owner === null ? `the limit of ${limit} for tasks without owner` : `${owner}'s limit of ${limit}`;
  return hold("owner_limit", `${whose} is reached`);
}

/** Room, hours, reviews: the first that applies. */
function whyGenerallyHeld({ run }: TaskRow, worker: string, dispatch: Dispatch): Hold | null {
  const isNew = run === null || !isInProgress(run);
  const [first] = generalHoldsFor({ worker, isNew, raises: run?.budget?.raises ?? 0 }, dispatch);
  return first === undefined ? null : hold(first.code === "reserve" ? "limit" : first.code, first.sentence);
}

function whyAlone({ key, run }: TaskRow, { alone, dispatch }: Room): Hold | null {
  if (alone === null) return null;
  if (alone !== key)
    return hold("waiting", `waits while ${alone} runs alone, as its worker ran out of memory`);
  const others = dispatch.live + dispatch.elsewhere;
  return run?.state === "queued" && others > 0 ? hold("waiting", "waits to run alone") : null;
}

function busy(place: number, { live, elsewhere, per_host: limit }: Dispatch): Hold {
  const others = elsewhere === 0 ? "" : `, ${elsewhere} of them in other repositories`;
  const reason = `${ordinal(place)} in the queue, ${live + elsewhere} of ${limit} workers busy${others}`;
  return hold("working", reason);
}

/** A supervised worker is alive or starting. */
export function isWorking({ run }: Pick<TaskRow, "run">): boolean {
  return (
    run !== null && run.kind === "supervised" && (run.state === "dispatching" || run.state === "running")
  );
}

/** 1st, 2nd, 3rd, 4th, ... 11th, ... 21st. */
export function ordinal(number: number): string {
  const last = number % 100;
  if (last >= 11 && last <= 13) return `${number}th`;
  return `${number}${["th", "st", "nd", "rd"][number % 10] ?? "th"}`;
}

/** Any number of workers. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

const NO_LIMITS: Omit<Dispatch, "stopped"> = {
  automatic: true,
  pause: null,
  host: "",
  configured: true,
  live: 0,
  elsewhere: 0,
  per_host: UNLIMITED,
  per_owner: UNLIMITED,
  barred: {},
  default_worker: null,
  fallbacks: {},
  held: {},
  pauses: [],
  windows: [],
  holds: [],
  room: null,
  untrusted: [],
};

/**
 * The queue as a person sees it who claims a task or starts tasks by name: ready tasks without a run, without limits and
 * pauses, whether or not they start automatically, except those with an unreliable file or
 * stopped by a person.
 */
export function freeTasks(
  rows: readonly TaskRow[],
  { stopped, nowMs }: Pick<Dispatch, "stopped"> & { readonly nowMs: number },
): readonly TaskRow[] {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return planStarts({ rows, dispatch: { ...NO_LIMITS, stopped }, nowMs }).flatMap(({ key, decision }) => {
    const row = byKey.get(key);
    return decision === "start" && row !== undefined && row.run === null ? [row] : [];
  });
}

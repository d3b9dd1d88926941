// What waits for limits and outages (the status page, `tasks limits`, metrics), against what workers were refused.

import type { PauseView } from "../../../src/core/contract/run-view.ts";
import { PAUSE_CAUSES } from "../../../src/core/records/scoped-pause.ts";
import type { Seen } from "../night-pages.ts";
import type { NightWorld } from "../night-world.ts";
import { type OnTheWall, onTheWall } from "./on-the-wall.ts";

/** From a refusal to its pause, and from there to the pages. */
const SOON_MS = 10_000;

type Refusal = {
  readonly atMs: number;
  readonly account: string;
  readonly kind: string;
  readonly untilMs: number;
};

export function ofPauses(world: NightWorld, seen: Seen): readonly string[] {
  const wall = onTheWall(world, seen.atMs);
  const refusals = wall.alive
    .flatMap((one) => one.refused.map((met) => ({ ...met, account: one.account })))
    .sort((a, b) => a.atMs - b.atMs);
  const { pauses } = seen.status.dispatch;
  return [
    ...pauses.flatMap((pause) =>
      ofPause(world, { pause, refusals, wall }).map((what) => `${pause.sentence}: ${what}`),
    ),
    ...missing(refusals, pauses, wall.nowMs),
    ...ofLimits(seen),
    ...ofMetrics(seen),
  ];
}

type Paused = { readonly pause: PauseView; readonly refusals: readonly Refusal[]; readonly wall: OnTheWall };

function ofPause({ recorder }: NightWorld, { pause, refusals, wall }: Paused): readonly string[] {
  const { scope, cause, since, until, waiting_tasks: waiting } = pause;
  const wrong: string[] = [];
  for (const key of waiting) {
    const isAlive = wall.alive.some(
      (one) => one.key === key && one.isAlive && wall.nowMs - one.fromMs > SOON_MS,
    );
    if (isAlive || recorder.finished.has(key))
      wrong.push(`${key} waits for it, and ${isAlive ? "works" : "is finished"}`);
  }
  if (cause === "setup") {
    const keys = new Set(recorder.failedSetUps.map(({ key }) => key));
    return keys.size < 2 ? [...wrong, "no two tasks met it"] : wrong;
  }
  const ofScope = refusals.filter(({ account }) => scope.kind === "host" || account === scope.name);
  const met = ofScope.filter(({ kind }) => kind === cause);
  // A probe that meets something else continues the pause.
  if (met.length === 0) wrong.push("no worker met it");
  if (!ofScope.some(({ atMs }) => wasAt(wall, atMs, Date.parse(since))))
    wrong.push(`since ${since}, and no worker was refused then`);
  const last = met.at(-1);
  if (cause === "limit" && until !== null && last !== undefined && last.atMs < wall.nowMs - SOON_MS)
    if (!met.some(({ untilMs }) => untilMs === Date.parse(until)))
      wrong.push(`until ${until}, and no worker heard of it`);
  return wrong;
}

/** In the instant in which the clock was set it may have been read before or after. */
function wasAt({ steps }: OnTheWall, atMs: number, sinceMs: number): boolean {
  const beforeStep = steps.flatMap((step) =>
    Math.abs(atMs - step.atMs) < SOON_MS ? [atMs - step.byMs, atMs + step.byMs] : [],
  );
  return [atMs, ...beforeStep].some((ms) => Math.abs(ms - sinceMs) < SOON_MS);
}

/** An account whose limit has not been reset yet waits. */
function missing(
  refusals: readonly Refusal[],
  pauses: readonly PauseView[],
  nowMs: number,
): readonly string[] {
  return refusals.flatMap(({ kind, account, untilMs, atMs }) => {
    if (kind !== "limit" || untilMs < nowMs + SOON_MS || atMs > nowMs - SOON_MS) return [];
    const isThere = pauses.some(({ scope, cause }) => cause === "limit" && scope.name === account);
    return isThere
      ? []
      : [`${account} is limited until ${new Date(untilMs).toISOString()}, and nothing says so`];
  });
}

/** What `tasks limits` reads is what the page shows. */
function ofLimits({ status, scopedPauses }: Seen): readonly string[] {
  const shown = status.dispatch.pauses.map(
    ({ scope, cause, since, until }) => `${scope.name} ${cause} ${since} ${until}`,
  );
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const stored = scopedPauses
    .filter(({ phase }) => phase !== "suspected")
    .map(({ scope, cause, sinceMs, untilMs }) => `${scope.name} ${cause} ${iso(sinceMs)} ${iso(untilMs)}`);
  const same = (one: readonly string[], other: readonly string[]) =>
    one.filter((each) => !other.includes(each));
  return [
    ...same(shown, stored).map((each) => `the page has “${each}”, and tasks limits does not`),
    ...same(stored, shown).map((each) => `tasks limits has “${each}”, and the page does not`),
  ];
}

function ofMetrics({ status, metrics }: Seen): readonly string[] {
  return PAUSE_CAUSES.flatMap((cause) => {
    const [, shown] = new RegExp(`^tasks_pauses\\{cause="${cause}"\\} (\\d+)$`, "m").exec(metrics) ?? [];
    const count = status.dispatch.pauses.filter((pause) => pause.cause === cause).length;
    return shown === String(count) ? [] : [`tasks_pauses counts ${shown} of ${cause}, not ${count}`];
  });
}

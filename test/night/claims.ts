// What the pages claim, against what the recorder saw. Each difference is a sentence.

import type { TaskRow } from "../../src/core/contract/snapshot.ts";
import { ofAttempts } from "./claims/attempt-claims.ts";
import { ofCosts } from "./claims/cost-claims.ts";
import { cutOff } from "./claims/cut-off.ts";
import { wallOf } from "./claims/on-the-wall.ts";
import { ofRepetition } from "./claims/once-claims.ts";
import { ofPages } from "./claims/page-claims.ts";
import { ofPauses } from "./claims/pause-claims.ts";
import { ofSlots } from "./claims/slot-claims.ts";
import type { Seen } from "./night-pages.ts";
import type { NightWorld } from "./night-world.ts";
import type { Sitting } from "./recorder.ts";

/** A start or an end reaches the pages within this. */
const SOON_MS = 5_000;

export function falseClaims(world: NightWorld, seen: Seen): readonly string[] {
  const { status } = seen;
  const at = new Date(seen.atMs).toISOString().slice(11, 19);
  const wrong = [
    ...status.tasks.flatMap((row) => ofRow(world, row).map((what) => `${row.key}: ${what}`)),
    ...counts(seen),
    ...ofCosts(world, seen),
    ...ofAttempts(world, seen),
    ...ofPauses(world, seen),
    ...ofPages(world, seen),
    ...(seen.atMs >= world.plan.endMs ? [...ofSlots(world, seen), ...ofRepetition(world)] : []),
    ...(status.freshness.stale ? [`the page is stale: ${status.freshness.detail}`] : []),
  ];
  return wrong.map((what) => `${at} ${what}`);
}

function ofRow(world: NightWorld, row: TaskRow): readonly string[] {
  const { recorder } = world;
  const { run } = row;
  const wrong: string[] = [];
  const sittings = recorder.of(row.key);
  const last = sittings.at(-1);
  if (isRecent(world, last)) return [];
  const isAlive = last !== undefined && last.toMs === null;
  if (isAlive !== (run?.state === "running"))
    wrong.push(`its worker is ${isAlive ? "alive" : "gone"}, and its run is ${run?.state ?? "absent"}`);
  if (run?.state === "running" && run.epoch !== last?.epoch) wrong.push("the page shows another attempt");
  const tokens = recorder.tokensOf(row.key);
  const shown = run?.tokens ?? null;
  // While nothing can be written to the disk, what a worker says now is not there yet.
  const isKnown = !world.isDiskFull || !isAlive;
  const known = (shown?.input ?? 0) + (shown?.output ?? 0);
  const least =
    tokens -
    cutOff(
      world,
      recorder.used.filter(({ key }) => key === row.key),
    );
  if (isKnown && run !== null && tokens > 0 && (known > tokens || known < least))
    wrong.push(`it used ${tokens} tokens, and the page shows ${JSON.stringify(shown)}`);
  if (recorder.finished.has(row.key) !== (run?.outcome?.kind === "done"))
    wrong.push(
      `it was ${recorder.finished.has(row.key) ? "" : "not "}finished, and the page shows otherwise`,
    );
  const failures = recorder.failuresOf(row.key);
  if (run !== null && run.failures_in_row > failures)
    wrong.push(
      `it failed ${failures} times through its own fault, and the page counts ${run.failures_in_row}`,
    );
  return [...wrong, ...ofHeld(world, row, last)];
}

/** A run that met a limit waits for it: the page says until when. */
function ofHeld(world: NightWorld, { run }: TaskRow, last: Sitting | undefined): readonly string[] {
  const trouble = last?.refused.at(-1)?.trouble;
  if (last === undefined || last.toMs === null || trouble?.kind !== "limit") return [];
  if (wallOf(world, world.time.nowMs) >= trouble.resetsAtMs) return [];
  const held = run?.held ?? null;
  if (held?.cause !== "limit") return [`it met a limit, and the page shows ${JSON.stringify(held)}`];
  const untilMs = held.until === null ? null : Date.parse(held.until);
  return untilMs === trouble.resetsAtMs
    ? []
    : [`limited until ${new Date(trouble.resetsAtMs).toISOString()}, and the page says ${held.until}`];
}

/** In the same instant a page may be either before or after. */
function isRecent(world: NightWorld, last: Sitting | undefined) {
  const sinceMs = last === undefined ? 0 : (last.toMs ?? last.usedAtMs);
  return world.time.nowMs - sinceMs < SOON_MS;
}

function counts({ status, pages }: Seen): readonly string[] {
  const inGroups = Object.values(status.groups).flat();
  const wrong = inGroups.length === status.tasks.length ? [] : ["the groups do not hold every task once"];
  for (const [group, keys] of Object.entries(status.groups))
    if (status.counts[group as keyof typeof status.counts] !== keys.length)
      wrong.push(`${group} counts ${status.counts[group as keyof typeof status.counts]} of ${keys.length}`);
  for (const key of status.groups.active)
    if (!pages.get("/status")?.includes(key)) wrong.push(`${key} is not on the page`);
  return wrong;
}

// Tokens and dollars, against what workers printed: each once, whatever ended them.

import type { UsageRecord } from "../../../src/core/records/usage-record.ts";
import { HOUR_MS } from "../../../src/core/values/durations.ts";
import type { Costs, Seen } from "../night-pages.ts";
import type { NightWorld } from "../night-world.ts";
import type { Sitting, Used } from "../recorder.ts";
import { isCutOff } from "./cut-off.ts";
import { wallOf } from "./on-the-wall.ts";

/** A worker that lives is written to the ledger twice a minute, by polls of some seconds. */
const WRITTEN_MS = 40_000;
/** The agents' totals have six digits after the point. */
const USD_NEAR = 1e-4;

type Row = Costs["rows"][number];

export function ofCosts(world: NightWorld, seen: Seen): readonly string[] {
  const { recorder } = world;
  const wrong: string[] = [];
  for (const by of ["task", "worker"] as const) {
    const { rows, total } = seen.costs[by];
    const bySitting = Map.groupBy(recorder.sittings, ({ key, worker }) => (by === "task" ? key : worker));
    for (const name of new Set([...rows.map((row) => row.name ?? ""), ...bySitting.keys()])) {
      const row = rows.find((one) => one.name === name) ?? null;
      const sittings = bySitting.get(name) ?? [];
      const used = recorder.used.filter(({ sitting }) => sittings.includes(sitting));
      wrong.push(
        ...ofRow(world, { row, sittings, used }, seen.atMs).map(
          (what) => `/costs.json ${by} ${name}: ${what}`,
        ),
      );
    }
    const sum = rows.reduce((all, { usd }) => all + (usd ?? 0), 0);
    if (Math.abs(sum - (total.usd ?? 0)) > USD_NEAR)
      wrong.push(`/costs.json by ${by}: the total is not the sum`);
  }
  return [...wrong, ...ofHours(world, seen), ...ofNight(seen)];
}

type Named = {
  readonly row: Row | null;
  readonly sittings: readonly Sitting[];
  readonly used: readonly Used[];
};

function ofRow(world: NightWorld, { row, sittings, used }: Named, atMs: number): readonly string[] {
  const wrong: string[] = [];
  const shown = (row?.input_tokens ?? 0) + (row?.output_tokens ?? 0);
  const [least, most] = [tokens(used.filter((one) => isWritten(world, one, atMs))), tokens(used)];
  if (shown < least || shown > most)
    wrong.push(`${shown} tokens, and its workers printed ${least} to ${most}`);
  const usd = sittings.reduce((sum, sitting) => sum + (sitting.usd ?? 0), 0);
  const lately = sittings.some(
    ({ usdAtMs }) => usdAtMs !== null && (usdAtMs > atMs - WRITTEN_MS || isCutOff(world, usdAtMs)),
  );
  if (!lately && Math.abs((row?.usd ?? 0) - usd) > USD_NEAR)
    wrong.push(`$${row?.usd ?? 0}, and its workers printed $${usd}`);
  const { least: saidNothing, most: unknown } = unknownOf(sittings, used);
  const shownUnknown = row?.runs_of_unknown_cost ?? 0;
  if (!lately && (shownUnknown < saidNothing || shownUnknown > unknown))
    wrong.push(`${shownUnknown} runs of unknown cost, and ${saidNothing} to ${unknown} did not say theirs`);
  return wrong;
}

/**
 * Runs of which at least a part has no cost. One that lives may still say it, and a command that was refused says nothing. What
 * was said before counts for the rest of its hour.
 */
function unknownOf(sittings: readonly Sitting[], used: readonly Used[]) {
  const ended = (one: Sitting) => one.toMs !== null;
  const isSilent = (one: Sitting) =>
    used.some(({ sitting, atMs }) => sitting === one && atMs > (one.usdAtMs ?? 0));
  const runs = (some: readonly Sitting[]) => new Set(some.map(({ run }) => run)).size;
  return {
    least: runs(sittings.filter((one) => ended(one) && one.usd === null && one.tokens > 0)),
    most: runs(sittings.filter((one) => isSilent(one) || one.tokens === 0)),
  };
}

/** By now it must be in the ledger: its worker has ended, or it was some time ago. */
function isWritten(world: NightWorld, { atMs, sitting }: Used, nowMs: number): boolean {
  if (isCutOff(world, atMs)) return false;
  if (sitting.toMs !== null && sitting.toMs < nowMs - WRITTEN_MS) return true;
  return atMs < nowMs - WRITTEN_MS;
}

const tokens = (used: readonly Used[]) => used.reduce((sum, { input, output }) => sum + input + output, 0);

/** By the hour, as far as it is over. */
function ofHours(world: NightWorld, { usage, atMs }: Seen): readonly string[] {
  const hourOf = (ms: number) => Math.floor(ms / HOUR_MS) * HOUR_MS;
  const shown = Map.groupBy(usage, ({ hourMs }) => hourMs);
  const printed = Map.groupBy(world.recorder.used, (one) => hourOf(wallOf(world, one.atMs)));
  return [...new Set([...shown.keys(), ...printed.keys()])].flatMap((hourMs) => {
    const sum = (shown.get(hourMs) ?? []).reduce((all, record) => all + tokensIn(record), 0);
    const used = printed.get(hourMs) ?? [];
    const [least, most] = [tokens(used.filter((one) => isWritten(world, one, atMs))), tokens(used)];
    if (sum >= least && sum <= most) return [];
    return [
      `the hour of ${new Date(hourMs).toISOString()}: ${sum} tokens, and ${least} to ${most} were printed`,
    ];
  });
}

const tokensIn = ({ input, output }: UsageRecord) => input + output;

/** The night's cost is that of the ledger. */
function ofNight({ night, usage }: Seen): readonly string[] {
  const usd = usage.reduce((sum, record) => sum + (record.usd ?? 0), 0);
  const { cost } = night.json;
  return Math.abs((cost.usd ?? 0) - usd) > USD_NEAR
    ? [`/night.json costs $${cost.usd}, and the ledger $${usd}`]
    : [];
}

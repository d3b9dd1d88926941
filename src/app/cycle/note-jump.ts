// What passed since the last cycle beside the time in which this process ran: the machine slept, or its clock was set.

import { SLEEP_MIN_MS, whatPassed } from "../../core/records/sleep.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { RunsMemory } from "./runs-memory.ts";

/** Clocks further apart than this were stepped, or the machine slept: as for the age of a page. */
const CLOCK_JUMP_MS = 2_000;
/** A worker that was silent through more of them has had time to move. */
const LOST_TIMES_MAX = 100;

/**
 * A machine that slept makes every worker look silent: they get time to move before they count as idle, and the sleep is
 * stored. A first cycle notes none: since the last runner the machine may have been switched off. Throws what the store
 * throws; the next cycle then notes the same sleep.
 */
export async function noteJump(context: CycleContext, memory: RunsMemory): Promise<void> {
  const { clock, store, holder, config } = context;
  const graceMs = config.thresholds.grace_minutes * MINUTE_MS;
  const now = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs(), bootMs: clock.bootMs?.() ?? null };
  const { lastLook } = memory;
  if (lastLook === null) {
    memory.lastLook = now;
    memory.grace = { why: "the runner just took over", untilMs: now.wallMs + graceMs, jumpedAtMs: null };
    return;
  }
  const { asleepMs, steppedMs } = whatPassed(lastLook, now);
  const isSleep = asleepMs >= SLEEP_MIN_MS;
  // When in between it slept is not known: it ends now, which is after all that its workers did before.
  if (isSleep) {
    await store.writeSleep({
      host: holder.host,
      fromMs: Math.round(now.wallMs - asleepMs),
      toMs: now.wallMs,
    });
    memory.version = null;
  }
  memory.lastLook = now;
  const lostMs = steppedMs + (isSleep ? 0 : asleepMs);
  if (lostMs > CLOCK_JUMP_MS)
    memory.lostTimes = [...memory.lostTimes, { afterMs: lastLook.wallMs, ms: lostMs }].slice(-LOST_TIMES_MAX);
  if (Math.max(asleepMs, Math.abs(steppedMs)) > CLOCK_JUMP_MS) {
    const why = asleepMs > CLOCK_JUMP_MS ? "the machine slept" : "the clock was set";
    memory.grace = { why, untilMs: now.wallMs + graceMs, jumpedAtMs: now.wallMs };
  } else if (memory.grace !== null && now.wallMs >= memory.grace.untilMs) {
    memory.grace = null;
  }
}

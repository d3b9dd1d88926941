// Keeps account of what the slots of this host are used for, between the cycles of the runner that leads. A stretch in
// which no cycle came (the runner was stopped) is left out, and so is time asleep: who reads it names the gap
// (core/night/slot-hours.ts). The machine is taken to have slept at the end of the time between two cycles, as the store's
// sleeps are.

import type { Dispatch } from "../../core/contract/run-view.ts";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import { continuesSpan, growSpan, type SlotLook } from "../../core/night/slot-span.ts";
import { lookGapMs, SPAN_WRITTEN_IDLE_MS } from "../../core/night/slot-timing.ts";
import { sameUses, slotsNow } from "../../core/night/slots-now.ts";
import type { SlotSpan, SlotUses } from "../../core/records/slot-time.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import type { Store } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";

export type SlotLedgerContext = {
  readonly store: Pick<Store, "writeSlotSpan">;
  readonly clock: Pick<Clock, "wallMs" | "monotonicMs">;
  readonly holder: { readonly host: string };
  readonly config: { readonly cycle: { readonly interval_s: number } };
};

export type Slots = { readonly rows: ReadonlyMap<string, TaskRow>; readonly dispatch: Dispatch };

/** As for the age of a page: clocks further apart were stepped, or the machine slept. */
const CLOCK_JUMP_MS = 2_000;
const WRITE_EVERY_MS = MINUTE_MS;

export class SlotLedger {
  readonly #context: SlotLedgerContext;
  #look: (SlotLook & { readonly monotonicMs: number }) | null = null;
  #span: SlotSpan | null = null;
  #writtenAtMs = 0;
  #counted: { readonly slots: Slots; readonly atMs: number; readonly counts: SlotUses } | null = null;

  constructor(context: SlotLedgerContext) {
    this.#context = context;
  }

  /** After a cycle. Throws what the store throws; nothing is lost then, the next call writes it. */
  async note(slots: Slots): Promise<void> {
    const { clock, config } = this.#context;
    const now = { atMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
    const counts = this.#count(slots, now.atMs);
    const before = this.#look;
    if (before === null) return this.#lookFrom(now, counts);
    // In the same millisecond, or the clock was set back: what was accounted for stays, and the newest look holds from there.
    if (now.atMs <= before.atMs) return this.#lookFrom({ ...now, atMs: before.atMs }, counts);
    const ranMs = now.monotonicMs - before.monotonicMs;
    if (ranMs > lookGapMs(config.cycle.interval_s)) {
      await this.stop();
      return this.#lookFrom(now, counts);
    }
    const isJump = now.atMs - before.atMs - ranMs > CLOCK_JUMP_MS;
    const toMs = isJump ? before.atMs + Math.max(0, ranMs) : now.atMs;
    if (toMs > before.atMs)
      this.#span = growSpan(this.#span, { host: this.#context.holder.host, from: before, toMs });
    if (isJump) {
      await this.stop();
      return this.#lookFrom(now, counts);
    }
    this.#lookFrom(now, counts);
    if (this.#span === null) return;
    if (!continuesSpan(this.#span, before.counts, counts)) await this.#write(null);
    else if (now.atMs - this.#writtenAtMs >= dueAfterMs(counts)) await this.#write(this.#span);
  }

  /** Writes what is not written yet; accounting begins again with the next call of `note`. */
  async stop(): Promise<void> {
    this.#look = null;
    if (this.#span !== null) await this.#write(null);
  }

  #lookFrom(now: { readonly atMs: number; readonly monotonicMs: number }, counts: SlotUses): void {
    this.#look = { ...now, counts };
  }

  /** Writes the span, and continues with `next`. */
  async #write(next: SlotSpan | null): Promise<void> {
    const span = this.#span;
    if (span === null) return;
    await this.#context.store.writeSlotSpan(span);
    this.#span = next;
    this.#writtenAtMs = span.toMs;
  }

  /** Once for each snapshot, and again when a minute may have made something due. A plan of 10,000 tasks is not free. */
  #count(slots: Slots, nowMs: number): SlotUses {
    const known = this.#counted;
    if (known?.slots.rows === slots.rows && known.slots.dispatch === slots.dispatch)
      if (isIdle(known.counts) || (nowMs - known.atMs < MINUTE_MS && nowMs >= known.atMs))
        return known.counts;
    const counts = slotsNow(slots.rows, slots.dispatch, nowMs);
    this.#counted = { slots, atMs: nowMs, counts };
    return counts;
  }
}

function dueAfterMs(counts: SlotUses): number {
  return isIdle(counts) ? SPAN_WRITTEN_IDLE_MS : WRITE_EVERY_MS;
}

/** Nothing works, and nothing waits that time alone would start. */
function isIdle(counts: SlotUses): boolean {
  const { nothing_ready: idle = 0, not_automatic: asked = 0 } = counts;
  return sameUses(counts, { nothing_ready: idle, not_automatic: asked });
}

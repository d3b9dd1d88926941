// Keeps snapshots that are being read page by page. Unchanged rows are shared between snapshots, so one more costs two
// lists of keys and the changed rows.

import type { ShownView } from "../../../app/server/live-snapshot.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { Clock } from "../../../ports/system/clock.ts";

/** From its last page on: programs continue within seconds, people within minutes. */
export const PINNED_MS = 5 * MINUTE_MS;

/** About 2 MB each at 100,000 tasks. */
const PINNED_MAX = 8;

type Entry = { readonly view: ShownView; readonly untilMs: number };

export class PinnedSnapshots {
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** By publication, the most recently used last. */
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | null = null;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** Pins a snapshot, or updates the attestation of a pinned one. */
  pin({ snapshot, attestation }: ShownView): void {
    const name = nameOf(snapshot);
    this.#entries.delete(name);
    this.#entries.set(name, {
      view: { snapshot, attestation },
      untilMs: this.#clock.monotonicMs() + PINNED_MS,
    });
    this.#prune();
  }

  /** Null if it is not or no longer pinned. */
  find(publication: { readonly epoch: number; readonly seq: number }): ShownView | null {
    this.#prune();
    return this.#entries.get(nameOf(publication))?.view ?? null;
  }

  get size(): number {
    return this.#entries.size;
  }

  #prune(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [name, { untilMs }] of this.#entries) {
      if (untilMs > nowMs && this.#entries.size <= PINNED_MAX) break;
      this.#entries.delete(name);
    }
    if (this.#timer !== null || this.#entries.size === 0) return;
    // Frees expired snapshots even without further requests.
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#prune();
    }, PINNED_MS);
    this.#timer.unref();
  }
}

function nameOf({ epoch, seq }: { readonly epoch: number; readonly seq: number }): string {
  return `${epoch}.${seq}`;
}

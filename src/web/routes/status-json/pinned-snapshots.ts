// Snapshots that somebody reads page by page stay readable for a while after newer ones were published. Rows that did
// not change are the same in all of them, so one more costs two lists of keys and the rows that did.

import type { ShownView } from "../../../app/server/live-snapshot.ts";
import type { Clock } from "../../../ports/system/clock.ts";

/** From its last page on: whoever reads on asks within seconds, a person who tries it out within a minute or two. */
export const PINNED_MS = 5 * 60_000;

/** About 2 MB each at 100,000 tasks. */
const PINNED_MAX = 8;

type Entry = { readonly view: ShownView; readonly untilMs: number };

export class PinnedSnapshots {
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** By publication, the one that was asked for last at the end. */
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | null = null;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** Keeps it from now on; of one that is kept already the newest attestation. */
  pin({ snapshot, attestation }: ShownView): void {
    const name = nameOf(snapshot);
    this.#entries.delete(name);
    this.#entries.set(name, {
      view: { snapshot, attestation },
      untilMs: this.#clock.monotonicMs() + PINNED_MS,
    });
    this.#prune();
  }

  /** Null for one that is not kept any more, and for one that never was. */
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
    // Nobody may ever ask again, and what is over is given back all the same.
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

// What the answers of one instant share: headers, and texts with the age in them. An instant lasts as long as the view and
// the freshness do, whose age counts milliseconds: under load dozens of requests fall into one.

import type { SnapshotView } from "../../../app/server/live-snapshot.ts";
import type { Freshness } from "../../../core/contract/snapshot.ts";

/** Addresses asked for within one millisecond; what does not fit is put together for each request. */
const SHARED_MAX = 64;

export class InstantCache<Shared> {
  #view: SnapshotView | null = null;
  #freshness: Freshness | null = null;
  readonly #shared = new Map<string, Shared>();

  /** What was made under this name in this instant, or what `make` gives. */
  get(view: SnapshotView, freshness: Freshness, name: string, make: () => Shared): Shared {
    if (view !== this.#view || freshness !== this.#freshness) {
      this.#shared.clear();
      this.#view = view;
      this.#freshness = freshness;
    }
    const known = this.#shared.get(name);
    if (known !== undefined) return known;
    const made = make();
    if (this.#shared.size < SHARED_MAX) this.#shared.set(name, made);
    return made;
  }
}

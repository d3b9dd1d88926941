// Caches what answers within the same instant share: headers, and texts with the age. An instant lasts as long as the
// view and its freshness, whose age counts milliseconds; under load it has dozens of requests.

import type { SnapshotView } from "../../../app/server/live-snapshot.ts";
import type { Freshness } from "../../../core/contract/snapshot.ts";

/** Addresses cached per millisecond; more are computed per request. */
const SHARED_MAX = 64;

export class InstantCache<Shared> {
  #view: SnapshotView | null = null;
  #freshness: Freshness | null = null;
  readonly #shared = new Map<string, Shared>();

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

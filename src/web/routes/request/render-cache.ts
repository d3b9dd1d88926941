// Rendered bytes by view, bounded in number and size. A view has one entry: when its version is over, the next request
// renders it again. Least recently used entries go first, so that odd addresses cannot push out the page everyone has open.

export type RenderCacheLimits = { readonly entries: number; readonly bytes: number };

type Entry<Rendered> = { readonly version: string; readonly rendered: Rendered; readonly bytes: number };

/** Keeps the newest rendering of each view. */
export class RenderCache<Rendered> {
  readonly #entries = new Map<string, Entry<Rendered>>();
  readonly #limits: RenderCacheLimits;
  #bytes = 0;

  constructor(limits: RenderCacheLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The rendering of this view at this version, or null. */
  get(view: string, version: string): Rendered | null {
    const entry = this.#entries.get(view);
    if (entry === undefined || entry.version !== version) return null;
    // A Map iterates in order of insertion: putting the entry back makes it the newest.
    this.#entries.delete(view);
    this.#entries.set(view, entry);
    return entry.rendered;
  }

  /** The newest rendering is kept whatever its size: making it again for every request would cost more. */
  set(view: string, version: string, rendered: Rendered, bytes: number): void {
    this.#drop(view);
    this.#entries.set(view, { version, rendered, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      const fits = this.#bytes <= this.#limits.bytes && this.#entries.size <= this.#limits.entries;
      if (fits || oldest === view) break;
      this.#drop(oldest);
    }
  }

  #drop(view: string): void {
    const entry = this.#entries.get(view);
    if (entry === undefined) return;
    this.#entries.delete(view);
    this.#bytes -= entry.bytes;
  }
}

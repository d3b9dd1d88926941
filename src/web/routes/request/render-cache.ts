// Caches rendered bytes by view, limited in number and size. A view has one entry, replaced when its version changes.
// The least recently used go first, so that odd addresses cannot push out popular pages.

export type RenderCacheLimits = { readonly entries: number; readonly bytes: number };

type Entry<Rendered> = { readonly version: string; readonly rendered: Rendered; readonly bytes: number };

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
    // A Map iterates in insertion order: reinserting makes the entry the newest.
    this.#entries.delete(view);
    this.#entries.set(view, entry);
    return entry.rendered;
  }

  /** Keeps the newest rendering whatever its size: rendering it per request would cost more. */
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

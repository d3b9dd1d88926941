// Reads the dates of last commits in the background: one `git log` for each HEAD, never part of a cycle. Until the dates
// arrive, and for files that have none, the page says "at least".

import { MINUTE_MS } from "../../core/values/durations.ts";
import type { Git } from "../../ports/git/git-facts.ts";
import type { CommitDates } from "../../ports/store/store.ts";
import type { Log } from "../../ports/system/log.ts";

/** A `git log` that failed is not tried again for the same HEAD before this. */
const RETRY_AFTER_MS = MINUTE_MS;

export type CommitDatesContext = { readonly git: Git; readonly log: Log; readonly monotonicMs: () => number };

/** One reader for each heartbeat; `stop` ends a `git log` in flight. Safe to call twice. */
export class CommitDatesReader {
  readonly #context: CommitDatesContext;
  readonly #abort = new AbortController();
  #reading: Promise<CommitDates | null> | null = null;
  #tried: { readonly commit: string; readonly atMs: number } | null = null;

  constructor(context: CommitDatesContext) {
    this.#context = context;
  }

  /** The dates, if `commit` is not the HEAD of the ones known and nobody is reading already; otherwise null. */
  readIfOld(commit: string | null, known: CommitDates | null): Promise<CommitDates | null> | null {
    if (commit === null || known?.head === commit || this.#reading !== null) return null;
    const nowMs = this.#context.monotonicMs();
    if (this.#tried?.commit === commit && nowMs - this.#tried.atMs < RETRY_AFTER_MS) return null;
    this.#tried = { commit, atMs: nowMs };
    this.#reading = this.#read(known);
    return this.#reading;
  }

  stop(): void {
    this.#abort.abort();
  }

  async #read(known: CommitDates | null): Promise<CommitDates | null> {
    try {
      return await this.#context.git.commitDates(this.#abort.signal, known);
    } catch (error) {
      this.#context.log.warn({ error }, "dates of commits could not be read");
      return null;
    } finally {
      this.#reading = null;
    }
  }
}

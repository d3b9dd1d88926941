// Reads the dates of last commits in the background: one `git log` per HEAD, never in a cycle. Until they arrive, and for
// files without one, the page says "at least".

import { MINUTE_MS } from "../../core/values/durations.ts";
import type { Git } from "../../ports/git/git-facts.ts";
import type { CommitDates } from "../../ports/store/store.ts";
import type { Log } from "../../ports/system/log.ts";

/** A failed `git log` is retried for the same HEAD after this. */
const RETRY_AFTER_MS = MINUTE_MS;

export type CommitDatesContext = { readonly git: Git; readonly log: Log; readonly monotonicMs: () => number };

/** `stop` ends a running `git log`. Safe to call twice. */
export class CommitDatesReader {
  readonly #context: CommitDatesContext;
  readonly #abort = new AbortController();
  #reading: Promise<CommitDates | null> | null = null;
  #tried: { readonly commit: string; readonly atMs: number } | null = null;

  constructor(context: CommitDatesContext) {
    this.#context = context;
  }

  /** Null when the known dates are of `commit`, or a read is running. */
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

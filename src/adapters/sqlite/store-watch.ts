// The bell of the store: reports when another connection has committed to it, in this process or another, of any version.
//
// A commit writes to the log beside the database, which a watch on the folder reports; SQLite's `data_version` then
// shows, without a transaction, whether another connection committed. The log is written a moment before the commit is
// visible, so two more checks follow each event. A slow check covers events that never come.
//
//   watched --an event--> checked at once, 10 ms later, 100 ms after that, and then every 3 s
//   watched --the slow check finds an unreported change--> doubted: checked every 250 ms --an event, or a minute--> watched
//   watched --the watch breaks, or the folder is gone--> unwatched: checked every 250 ms --watched again--> watched

import { lstatSync } from "node:fs";
import { basename, dirname } from "node:path";
import {
  folderIdentity,
  isNetworkFolder,
  type WatchFolder,
  watchOneFolder,
} from "../tree-files/folder-watches.ts";

/** After the check that an event caused: for a writer that was interrupted between log and commit. */
const CHECK_AFTER_EVENT_MS = [10, 100];
/** A process with a deleted log open must notice it within 5 s (connection.ts). */
const CHECK_WATCHED_MS = 3_000;
/** Where no watch works: network folders, system limits. */
const CHECK_UNWATCHED_MS = 250;
/** A minute: a watch that missed a change may have been slow, or may report nothing at all. */
const CHECKS_IN_DOUBT = 240;

export type StoreWatchSettings = {
  /** The database. */
  readonly file: string;
  /** Changes when another connection has committed, or the file was replaced. Throws what the store throws. */
  readonly readMark: () => string;
  readonly watchFolder?: WatchFolder;
};

/** Works from the first listener to the last. Keeps no process alive. */
export class StoreWatch {
  readonly #settings: StoreWatchSettings;
  readonly #folder: string;
  readonly #listeners = new Set<() => void>();
  /** Null while the store cannot be read. */
  #mark: string | null = null;
  #watch: { readonly watcher: ReturnType<WatchFolder>; readonly identity: string } | null = null;
  /** How many quick checks remain because no event reported a change. */
  #doubtfulChecks = 0;
  #timer: NodeJS.Timeout | undefined;
  /** How many of the checks after an event are done. */
  #checksAfterEvent = CHECK_AFTER_EVENT_MS.length;
  #hasNewEvent = false;

  constructor(settings: StoreWatchSettings) {
    this.#settings = settings;
    this.#folder = dirname(settings.file);
  }

  /** Calls back after each change from now on. Returns a function that stops it. */
  listen(listener: () => void): () => void {
    const entry = () => listener();
    this.#listeners.add(entry);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  /** For a change by this connection that other parts of the process wait for. */
  notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Safe to call twice. */
  stop(): void {
    this.#listeners.clear();
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  /** Watches before it reads: a change in between is reported once too often rather than missed. */
  #start(): void {
    this.#keepWatch();
    this.#mark = this.#readMark();
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#listeners.size === 0) return;
    const slowMs = this.#watch !== null && this.#doubtfulChecks === 0 ? CHECK_WATCHED_MS : CHECK_UNWATCHED_MS;
    this.#timer = setTimeout(
      () => this.#onTime(),
      CHECK_AFTER_EVENT_MS[this.#checksAfterEvent] ?? slowMs,
    ).unref();
  }

  #onTime(): void {
    if (this.#hasNewEvent) {
      this.#checkAfterEvent();
      return;
    }
    const isSlow = this.#checksAfterEvent === CHECK_AFTER_EVENT_MS.length;
    if (isSlow) {
      this.#keepWatch();
      this.#doubtfulChecks = Math.max(0, this.#doubtfulChecks - 1);
    } else this.#checksAfterEvent += 1;
    this.#check({ isReported: !isSlow });
    this.#wait();
  }

  /** A transaction is many events: all within the first pause are one check. */
  #onEvent(): void {
    if (this.#checksAfterEvent === 0) this.#hasNewEvent = true;
    else this.#checkAfterEvent();
  }

  #checkAfterEvent(): void {
    this.#hasNewEvent = false;
    this.#checksAfterEvent = 0;
    this.#check({ isReported: true });
    this.#wait();
  }

  #check({ isReported }: { readonly isReported: boolean }): void {
    const mark = this.#readMark();
    if (mark === this.#mark) return;
    this.#mark = mark;
    this.#doubtfulChecks = isReported && mark !== null ? 0 : CHECKS_IN_DOUBT;
    // A store that was replaced may be in a folder that was replaced.
    this.#keepWatch();
    this.notify();
  }

  /** A store that cannot be read notifies once, and again once it can be: readers then meet the error themselves. */
  #readMark(): string | null {
    try {
      return this.#settings.readMark();
    } catch {
      return null;
    }
  }

  #keepWatch(): void {
    const stats = lstatSync(this.#folder, { throwIfNoEntry: false });
    const identity = stats === undefined ? null : folderIdentity(stats);
    if (this.#watch !== null && this.#watch.identity === identity) return;
    this.#unwatch();
    if (identity === null || isNetworkFolder(this.#folder)) return;
    try {
      const watcher = (this.#settings.watchFolder ?? watchOneFolder)(this.#folder);
      watcher.on("change", (kind, name) => {
        if (this.#listeners.size > 0 && this.#isOurs(kind, name)) this.#onEvent();
      });
      watcher.on("error", () => {
        this.#unwatch();
        this.#wait();
      });
      this.#watch = { watcher, identity };
    } catch {
      // A system limit: the next slow check tries again.
    }
  }

  #unwatch(): void {
    this.#watch?.watcher.close();
    this.#watch = null;
  }

  /** Any change of the log; the database or the folder when it appears or disappears. */
  #isOurs(kind: string, name: unknown): boolean {
    if (typeof name !== "string") return true;
    const file = basename(this.#settings.file);
    if (name === `${file}-wal`) return true;
    return kind === "rename" && (name === file || name === basename(this.#folder));
  }
}

// Says when another connection has committed to the store, in this process or another, of whatever version.
//
// A commit writes to the log beside the database, which a watch on the folder reports; SQLite's `data_version` then tells,
// without a transaction, whether it was somebody else's. The log is written a moment before the commit can be seen, so
// that each event is followed by two more checks. A slow check stands in for events that never come.
//
//   watched --an event--> checked at once, 10 ms later, 100 ms after that, and then every 3 s
//   watched --the slow check finds what no event told--> doubted: checked every 250 ms --an event tells, or a minute--> watched
//   watched --the watch breaks, or the folder is gone--> unwatched: checked every 250 ms --watched again--> watched

import { lstatSync } from "node:fs";
import { basename, dirname } from "node:path";
import { isNetworkFolder } from "../file-system/network-file-system.ts";
import { folderIdentity, type WatchFolder, watchOneFolder } from "../tree-files/folder-watches.ts";

/** After the check that an event caused: for a writer that was interrupted between its log and its commit. */
const CHECK_AFTER_EVENT_MS = [10, 100];
/** Whoever has a log open that was deleted must notice it within 5 s (connection.ts). */
const CHECK_WATCHED_MS = 3_000;
/** Where no watch works: the network, the system's limits. */
const CHECK_UNWATCHED_MS = 250;
/** A minute: a watch that once said nothing may have been slow, or may never say anything. */
const CHECKS_IN_DOUBT = 240;

export type StoreWatchSettings = {
  /** The database. */
  readonly file: string;
  /** Another text than before when somebody else has committed, or the file is another one. Throws what the store throws. */
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
  /** How many quick checks are left because a change was told by no event. */
  #checksInDoubt = 0;
  #timer: NodeJS.Timeout | undefined;
  /** How many of the checks after an event have been made. */
  #checksAfterEvent = CHECK_AFTER_EVENT_MS.length;
  #hasNewEvent = false;

  constructor(settings: StoreWatchSettings) {
    this.#settings = settings;
    this.#folder = dirname(settings.file);
  }

  /** Calls back after each change from now on. Returns how to stop. */
  listen(listener: () => void): () => void {
    const entry = () => listener();
    this.#listeners.add(entry);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  /** For a change of one's own that others in this process wait for. */
  ring(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Safe to call twice. */
  stop(): void {
    this.#listeners.clear();
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  /** Watches before it reads: what happens in between rings once too often, never too little. */
  #start(): void {
    this.#keepWatch();
    this.#mark = this.#readMark();
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#listeners.size === 0) return;
    const slowMs = this.#watch !== null && this.#checksInDoubt === 0 ? CHECK_WATCHED_MS : CHECK_UNWATCHED_MS;
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
      this.#checksInDoubt = Math.max(0, this.#checksInDoubt - 1);
    } else this.#checksAfterEvent += 1;
    this.#check({ isTold: !isSlow });
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
    this.#check({ isTold: true });
    this.#wait();
  }

  #check({ isTold }: { readonly isTold: boolean }): void {
    const mark = this.#readMark();
    if (mark === this.#mark) return;
    this.#mark = mark;
    this.#checksInDoubt = isTold && mark !== null ? 0 : CHECKS_IN_DOUBT;
    // Made anew by somebody, the store may lie in a folder made anew.
    this.#keepWatch();
    this.ring();
  }

  /** A store that cannot be read rings once, and again when it can be: whoever looks then meets the fault itself. */
  #readMark(): string | null {
    try {
      return this.#settings.readMark();
    } catch {
      return null;
    }
  }

  #keepWatch(): void {
    const identity = this.#readFolderIdentity();
    if (this.#watch !== null && this.#watch.identity === identity) return;
    this.#unwatch();
    if (identity === null || isNetworkFolder(this.#folder)) return;
    try {
      const watcher = (this.#settings.watchFolder ?? watchOneFolder)(this.#folder);
      watcher.on("change", (kind, name) => {
        if (this.#listeners.size > 0 && this.#isOurs(kind, name)) this.#onEvent();
      });
      watcher.on("error", () => this.#lose());
      this.#watch = { watcher, identity };
    } catch {
      // A limit of the system: the next slow check tries again.
    }
  }

  #lose(): void {
    this.#unwatch();
    this.#wait();
  }

  #unwatch(): void {
    this.#watch?.watcher.close();
    this.#watch = null;
  }

  /** The log, by whatever happens to it; the database, when it comes or goes; the folder itself. */
  #isOurs(kind: string, name: unknown): boolean {
    if (typeof name !== "string") return true;
    const file = basename(this.#settings.file);
    if (name === `${file}-wal`) return true;
    return kind === "rename" && (name === file || name === basename(this.#folder));
  }

  #readFolderIdentity(): string | null {
    const stats = lstatSync(this.#folder, { throwIfNoEntry: false });
    return stats === undefined ? null : folderIdentity(stats);
  }
}

// The store of the night's machine: the real one in one file, opened by each process for itself.

import { EventEmitter } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { temporaryFolder } from "../support/git-repository.ts";

const MEMORY = "/dev/shm";
const FILE = "store.sqlite";
/** Supervisors, the person and the recovery ask these every few seconds, mostly with nothing written since. */
const READS = /^read|^pendingRefresh$/;
const REPEATED: ReadonlySet<string> = new Set(["readRun", "readOpenRuns", "readScopedPauses", "readRow"]);

export class NightStore {
  /** In memory where there is such a folder, since nothing here is about how long a disk takes. */
  readonly #folder = existsSync(MEMORY) ? mkdtempSync(join(MEMORY, "tasks-night-")) : temporaryFolder();
  readonly #nowMs: () => number;
  readonly #onWrite: (name: string) => void;
  readonly #watchers = new Set<FolderWatcher>();
  /** What was read since the last write, by question. */
  readonly #read = new Map<string, unknown>();
  #writes = 0;

  constructor(nowMs: () => number, onWrite: (name: string) => void) {
    this.#nowMs = nowMs;
    this.#onWrite = onWrite;
  }

  /** For one process: its own connection, with the bell that rings when another one has written. */
  async open(): Promise<Store> {
    const watcher = new FolderWatcher(this.#watchers);
    const store = await openSqliteStore({
      file: join(this.#folder, FILE),
      nowMs: this.#nowMs,
      watchFolder: () => watcher,
    });
    return wrapped(store, (name, ask, given) => {
      if (!READS.test(name)) return this.#write(watcher, name, ask);
      return REPEATED.has(name) ? this.#answer(`${name} ${JSON.stringify(given)}`, ask) : ask();
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #write(watcher: FolderWatcher, name: string, ask: Ask): Promise<unknown> {
    this.#forget();
    this.#onWrite(name);
    try {
      return await ask();
    } finally {
      this.#forget();
      for (const other of this.#watchers)
        if (other !== watcher) other.emit("change", "change", `${FILE}-wal`);
    }
  }

  async #answer(question: string, ask: Ask): Promise<unknown> {
    if (this.#read.has(question)) return this.#read.get(question);
    const writes = this.#writes;
    const answer = await ask();
    if (this.#writes === writes) this.#read.set(question, answer);
    return answer;
  }

  #forget(): void {
    this.#writes += 1;
    this.#read.clear();
  }
}

type Ask = () => unknown;

/** What processes of a machine that is off still ask of the store is never answered. */
export function whileOn(store: Store, isOn: () => boolean): Store {
  return wrapped(store, (_, ask) => (isOn() ? ask() : new Promise(() => {})));
}

/** Each call of its methods through `call`. */
function wrapped(store: Store, call: (name: string, ask: Ask, given: readonly unknown[]) => unknown): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function" || name === "onChange") return value;
      return (...given: unknown[]) => call(String(name), () => value(...given), given);
    },
  });
}

/** A watch of the store's folder, without a file system that reports late. */
class FolderWatcher extends EventEmitter {
  readonly #watchers: Set<FolderWatcher>;
  constructor(watchers: Set<FolderWatcher>) {
    super();
    this.#watchers = watchers;
    watchers.add(this);
  }
  close(): void {
    this.#watchers.delete(this);
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

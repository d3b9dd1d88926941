// Proof that every change so far has been reported: a cookie file is written in a watched folder, and once its event
// arrives, so have all earlier ones. On Linux all watches of an event loop share one inotify instance (libuv has one
// `inotify_fd` per loop), and the kernel keeps one queue per instance, in order of the changes (inotify(7)). Elsewhere
// the order is not guaranteed, so nothing is proven.
//
// The cookie is in the state folder, never under `tasks/`: git ignores it, and the order holds across folders.

import { type FSWatcher, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PRIVATE_FILE_MODE } from "../file-system/private-modes.ts";
import { makePrivateFolder, prepareStateFolder } from "../file-system/state-folder.ts";
import { watchOneFolder } from "./folder-watches.ts";

/** A cookie takes about a millisecond. After this long, a full scan of tens of milliseconds is cheaper. */
const PROOF_LIMIT_MS = 100;

export class WatchProof {
  readonly #stateFolder: string;
  readonly #folder: string;
  readonly #waiting = new Map<string, (arrived: boolean) => void>();
  #watcher: FSWatcher | null = null;
  #cookies = 0;

  constructor(stateFolder: string) {
    this.#stateFolder = stateFolder;
    this.#folder = join(stateFolder, "watch");
  }

  /** True once every event of changes before the call has been delivered; false if that is unknown. */
  async prove(): Promise<boolean> {
    if (process.platform !== "linux") return false;
    const arrived = await this.#sendCookie();
    // The folder may have been replaced: watch it again next time.
    if (!arrived) this.stop();
    return arrived;
  }

  stop(): void {
    this.#watcher?.close();
    this.#watcher = null;
    for (const settle of [...this.#waiting.values()]) settle(false);
  }

  #sendCookie(): Promise<boolean> {
    this.#cookies += 1;
    const name = `cookie-${process.pid}-${this.#cookies}`;
    try {
      this.#watch();
      const file = join(this.#folder, name);
      writeFileSync(file, "", { flag: "wx", mode: PRIVATE_FILE_MODE });
      unlinkSync(file);
    } catch {
      // A full or read-only disk, or no watch: nothing can be proven.
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      const settle = (arrived: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(name);
        resolve(arrived);
      };
      const timer = setTimeout(() => settle(false), PROOF_LIMIT_MS);
      this.#waiting.set(name, settle);
    });
  }

  #watch(): void {
    if (this.#watcher !== null) return;
    prepareStateFolder(this.#stateFolder);
    makePrivateFolder(this.#folder);
    const watcher = watchOneFolder(this.#folder);
    watcher.on("change", (_kind, name) => this.#waiting.get(String(name))?.(true));
    watcher.on("error", () => this.stop());
    this.#watcher = watcher;
  }
}

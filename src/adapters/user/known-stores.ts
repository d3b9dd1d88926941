// Which store belongs to which repository, in this user's state folder: one small file per repository. A repository can
// contain a store, but not this.

import { hash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { unlessMissing } from "../file-system/file-error.ts";
import { replaceSmallFile } from "../file-system/replace-small-file.ts";
import { makePrivateFolder } from "../file-system/state-folder.ts";
import { prepareUserFolder } from "./user-folders.ts";

const FOLDER = "stores";

const entrySchema = z.object({ repository: z.string(), store: z.string() });
type Entry = z.infer<typeof entrySchema>;

export class KnownStores {
  readonly #stateFolder: string;
  readonly #folder: string;

  /** `stateFolder` is the user's; it may not exist yet. */
  constructor(stateFolder: string) {
    this.#stateFolder = stateFolder;
    this.#folder = join(stateFolder, FOLDER);
  }

  /** The id of this repository's store; null if none is known. Throws what the file system throws. */
  idOf(repository: string): string | null {
    return readEntry(this.#fileOf(repository))?.store ?? null;
  }

  /** The known repositories that have this store. */
  repositoriesOf(store: string): readonly string[] {
    return unlessMissing(() => readdirSync(this.#folder), [])
      .filter((name) => name.endsWith(".json"))
      .map((name) => readEntry(join(this.#folder, name)))
      .flatMap((entry) => (entry?.store === store ? [entry.repository] : []));
  }

  remember(entry: Entry): void {
    prepareUserFolder(this.#stateFolder);
    makePrivateFolder(this.#folder);
    replaceSmallFile(this.#fileOf(entry.repository), JSON.stringify(entry));
  }

  forget(repository: string): void {
    rmSync(this.#fileOf(repository), { force: true });
  }

  #fileOf(repository: string): string {
    return join(this.#folder, `${hash("sha256", repository)}.json`);
  }
}

/** Null also for one that was cut off: its store is then treated as unknown. */
function readEntry(file: string): Entry | null {
  try {
    const text = unlessMissing(() => readFileSync(file, "utf8"), "null");
    return entrySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

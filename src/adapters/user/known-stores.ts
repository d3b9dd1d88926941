// Which store belongs to which repository, as this user's own state folder remembers it: one small file per repository.
// A repository can bring a store along; it cannot bring this.

import { hash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { errorCode } from "../file-system/file-error.ts";
import { makePrivateFolder } from "../file-system/state-folder.ts";
import { prepareUserFolder } from "./user-folders.ts";

const FOLDER = "stores";
const PRIVATE_FILE_MODE = 0o600;

const entrySchema = z.object({ repository: z.string(), store: z.string() });
type Entry = z.infer<typeof entrySchema>;

export class KnownStores {
  readonly #stateFolder: string;
  readonly #folder: string;

  /** `stateFolder` is the user's own; it may not exist yet. */
  constructor(stateFolder: string) {
    this.#stateFolder = stateFolder;
    this.#folder = join(stateFolder, FOLDER);
  }

  /** The id of the store that is this repository's; null when none is known. Throws what the file system throws. */
  idOf(repository: string): string | null {
    return readEntry(this.#fileOf(repository))?.store ?? null;
  }

  /** The repositories whose store this is, as far as they are known. */
  repositoriesOf(store: string): readonly string[] {
    return listNames(this.#folder)
      .map((name) => readEntry(join(this.#folder, name)))
      .flatMap((entry) => (entry?.store === store ? [entry.repository] : []));
  }

  remember(entry: Entry): void {
    prepareUserFolder(this.#stateFolder);
    makePrivateFolder(this.#folder);
    const file = this.#fileOf(entry.repository);
    const temporary = `${file}.${process.pid}.new`;
    rmSync(temporary, { force: true });
    writeFileSync(temporary, JSON.stringify(entry), { flag: "wx", mode: PRIVATE_FILE_MODE });
    renameSync(temporary, file);
  }

  forget(repository: string): void {
    rmSync(this.#fileOf(repository), { force: true });
  }

  #fileOf(repository: string): string {
    return join(this.#folder, `${hash("sha256", repository)}.json`);
  }
}

/** One that was cut off is none: its store is met as if for the first time. */
function readEntry(file: string): Entry | null {
  try {
    return entrySchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

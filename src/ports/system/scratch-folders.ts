// Folders for the time being, outside anybody's repository.

export type ScratchFolders = {
  /** A new empty folder that only this user can read; its absolute path ends with `name`. */
  make(name: string): Promise<string>;
  /** Copies a folder with everything in it. */
  copy(from: string, to: string): Promise<void>;
  /** The text of a file, or null when there is none. */
  readText(path: string): Promise<string | null>;
  /** Writes a file, also over one that is there. */
  writeText(path: string, text: string): Promise<void>;
  /** Removes a folder made here, with the one around it. Safe to call twice. */
  remove(folder: string): Promise<void>;
};

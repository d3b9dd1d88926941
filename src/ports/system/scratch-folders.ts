// Temporary folders, outside of every repository.

export type ScratchFolders = {
  /** A new empty folder, private to this user; its absolute path ends with `name`. */
  make(name: string): Promise<string>;
  copy(from: string, to: string): Promise<void>;
  /** Null when there is no such file. */
  readText(path: string): Promise<string | null>;
  writeText(path: string, text: string): Promise<void>;
  /** Removes a folder made here. Safe to call twice. */
  remove(folder: string): Promise<void>;
};

// Hooks of git as a record: no repository, no file.

import type { GitHooks, HookFile, HookName, HookSearch } from "../../src/ports/git/git-hooks.ts";

export type MemoryGitHooks = GitHooks & {
  set(name: HookName, file: HookFile): void;
  get(name: HookName): HookFile;
  /** Somewhere else, or nowhere, from now on; null: in their usual folder. */
  setSearch(search: Exclude<HookSearch, { kind: "found" }> | null): void;
  /** Writing fails from now on. */
  setFailure(why: string | null): void;
};

/** `treeFolder` is where the task tree is in the repository. */
export function createMemoryGitHooks(treeFolder = ""): MemoryGitHooks {
  const files = new Map<HookName, HookFile>();
  let search: Exclude<HookSearch, { kind: "found" }> | null = null;
  let failure: string | null = null;
  const get = (name: HookName): HookFile => files.get(name) ?? { kind: "none" };

  function change(work: () => void) {
    if (failure !== null) return { kind: "failed", why: failure } as const;
    work();
    return { kind: "done" } as const;
  }

  const folder = {
    shown: ".git/hooks",
    treeFolder,
    read: get,
    write: (name: HookName, text: string) => change(() => void files.set(name, { kind: "text", text })),
    remove: (name: HookName) => change(() => void files.delete(name)),
  };

  return {
    find: async () => search ?? { kind: "found", folder },
    get,
    set: (name, file) => void files.set(name, file),
    setSearch(next) {
      search = next;
    },
    setFailure(why) {
      failure = why;
    },
  };
}

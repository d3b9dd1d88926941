// The hooks that git runs after something changed in a repository: files in one folder, which may be anything already.

/** After a merge or pull, and after a branch was checked out. */
export type HookName = "post-merge" | "post-checkout";

export type HookFile =
  | { readonly kind: "none" }
  | { readonly kind: "text"; readonly text: string }
  /** Something that is not to be changed from here; `why` completes "the hook …". */
  | { readonly kind: "unusable"; readonly why: string };

export type HookChange =
  | { readonly kind: "done" }
  /** `why` completes "it could not be written: …". */
  | { readonly kind: "failed"; readonly why: string };

export type HookFolder = {
  /** For people: relative where it is inside the repository. */
  readonly shown: string;
  /** Where the task tree is, relative to the folder that git runs hooks in; empty when it is that folder. */
  readonly treeFolder: string;
  read(name: HookName): HookFile;
  /** Replaces the whole file or makes it, so that git runs it. */
  write(name: HookName, text: string): HookChange;
  remove(name: HookName): HookChange;
};

export type HookSearch =
  | { readonly kind: "found"; readonly folder: HookFolder }
  /** Somebody chose a place that is not for this program to write to; `why` is a sentence. */
  | { readonly kind: "elsewhere"; readonly shown: string; readonly why: string; readonly treeFolder: string }
  | { readonly kind: "failed"; readonly message: string; readonly hint: string };

export type GitHooks = {
  /** Where git looks for hooks now. Never throws. */
  find(signal: AbortSignal): Promise<HookSearch>;
};

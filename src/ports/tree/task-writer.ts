// Changes task files, on an explicit command only (invariant 1). One edit at a time per repository, across processes; what
// another program saved in the meantime is never overwritten.

import type { RelativePath } from "../../core/contract/task.ts";
import type { TreeRead } from "./tree-reader.ts";

/** Why nothing was written. */
export type WriteFailure =
  /** As in TreeReader; `not_utf8`: bytes would be lost. */
  | {
      readonly kind: "refused";
      readonly reason: Extract<TreeRead, { kind: "refused" }>["reason"] | "not_utf8";
    }
  /** The system refused: `detail` is part of a sentence. */
  | { readonly kind: "failed"; readonly detail: string; readonly cause: unknown }
  /** Another process holds the edit lock for longer than an edit takes. */
  | { readonly kind: "busy" };

export type RewriteResult =
  | { readonly kind: "written" }
  /** `change` returned null. */
  | { readonly kind: "left" }
  /** Another program saved the file between reading and writing; its version stays. */
  | { readonly kind: "changed" }
  | { readonly kind: "missing" }
  | WriteFailure;

export type CreateResult = { readonly kind: "written" } | { readonly kind: "exists" } | WriteFailure;

export type TaskWriter = {
  /**
   * Replaces the text of a file with what `change` returns, whole or not at all, and keeps its mode. `path` is relative to
   * the repository and untrusted. Nothing is written when `change` throws.
   */
  rewrite(path: string, change: (text: string) => string | null): Promise<RewriteResult>;
  /** Makes a file that must not exist yet, and its folder. */
  create(path: RelativePath, text: string): Promise<CreateResult>;
};

// Changes task files, on an explicit command only (invariant 1). One edit at a time per repository, whichever process
// makes it; what somebody else saved meanwhile is never written over.

import type { RelativePath } from "../../core/contract/task.ts";
import type { TreeRead } from "./tree-reader.ts";

/** Why nothing was written, whatever was to be. */
export type WriteFailure =
  /** As in TreeReader; `not_utf8`: bytes that are no text would be lost. */
  | {
      readonly kind: "refused";
      readonly reason: Extract<TreeRead, { kind: "refused" }>["reason"] | "not_utf8";
    }
  /** The system would not: `detail` is part of a sentence. */
  | { readonly kind: "failed"; readonly detail: string; readonly cause: unknown }
  /** Another process has been editing for longer than an edit takes. */
  | { readonly kind: "busy" };

export type RewriteResult =
  /** `change` gave a new text, and the file has it. */
  | { readonly kind: "written" }
  /** `change` gave null. */
  | { readonly kind: "left" }
  /** The file was saved by somebody else between reading and writing, and is as they saved it. */
  | { readonly kind: "changed" }
  | { readonly kind: "missing" }
  | WriteFailure;

export type CreateResult = { readonly kind: "written" } | { readonly kind: "exists" } | WriteFailure;

export type TaskWriter = {
  /**
   * Replaces the text of a file by what `change` makes of it, whole or not at all, with the mode it had. `path` is
   * relative to the repository and hostile until proven otherwise. `change` may throw; nothing is written then.
   */
  rewrite(path: string, change: (text: string) => string | null): Promise<RewriteResult>;
  /** Makes a file that must not exist yet, and its folder where that is missing. */
  create(path: RelativePath, text: string): Promise<CreateResult>;
};

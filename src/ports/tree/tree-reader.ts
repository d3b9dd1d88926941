// Reads the one file that a page or command shows. Never follows links or leaves `tasks/`, and caps the size; links are
// checked on the opened file, not on a path that could be swapped (S10).

import type { RelativePath } from "../../core/contract/task.ts";

export type TreeRead =
  | { readonly kind: "text"; readonly path: RelativePath; readonly text: string; readonly hash: string }
  | { readonly kind: "missing" }
  | {
      readonly kind: "refused";
      readonly reason: "outside" | "link" | "too_large" | "not_a_file" | "unreadable";
    };

export type TreeReader = {
  /** `path` is relative to the repository and untrusted. */
  read(path: string): Promise<TreeRead>;
};

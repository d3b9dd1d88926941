// Whether a task's text is the one that the last commit has: a worker's branch starts from a commit, not from the root.

import type { RelativePath } from "../../core/contract/task.ts";

export type CommittedFiles = {
  /** Null when git cannot tell. Line ends play no part. */
  has(path: RelativePath, text: string, signal: AbortSignal): Promise<boolean | null>;
};

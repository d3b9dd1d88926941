// Whether the last commit has a task's text: a worker's branch starts from a commit, not from the working tree.

import type { RelativePath } from "../../core/contract/task.ts";

export type CommittedFiles = {
  /** Ignores line endings. Null if git failed. */
  has(path: RelativePath, text: string, signal: AbortSignal): Promise<boolean | null>;
};

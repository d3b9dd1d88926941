// What is in progress in a worktree, from the files that git keeps meanwhile.

import { join } from "node:path";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";
import { shortRef } from "./refs.ts";

export type GitOperation = {
  /** "a rebase is in progress". */
  readonly what: string;
  /** The words after `git` that abort it. */
  readonly abort: string;
  /** HEAD is a commit on the way, not the branch that is checked out again in the end. */
  readonly movesHead: boolean;
};

const OPERATIONS: ReadonlyArray<readonly [file: string, operation: GitOperation]> = [
  [
    "rebase-apply/applying",
    { what: "patches are being applied (git am)", abort: "am --abort", movesHead: false },
  ],
  ["rebase-merge", operation("rebase", { movesHead: true })],
  ["rebase-apply", operation("rebase", { movesHead: true })],
  ["MERGE_HEAD", operation("merge")],
  ["CHERRY_PICK_HEAD", operation("cherry-pick")],
  ["REVERT_HEAD", operation("revert")],
  ["BISECT_LOG", { what: "a bisect is in progress", abort: "bisect reset", movesHead: true }],
];

function operation(name: string, { movesHead = false } = {}): GitOperation {
  return { what: `a ${name} is in progress`, abort: `${name} --abort`, movesHead };
}

/** `own` is the worktree's own git folder. */
export function findOperation(own: string): GitOperation | null {
  return OPERATIONS.find(([file]) => look(join(own, file)) !== null)?.[1] ?? null;
}

/** As the beginning of a sentence. */
export function beginSentence({ what }: GitOperation): string {
  return what.slice(0, 1).toUpperCase() + what.slice(1);
}

/** A rebase detaches HEAD, but remembers the branch that it will check out again. */
export function readRebasedBranch(own: string): string | null {
  const name =
    readSmallFile(join(own, "rebase-merge/head-name")) ?? readSmallFile(join(own, "rebase-apply/head-name"));
  const ref = name?.trim();
  return ref?.startsWith("refs/heads/") ? shortRef(ref) : null;
}

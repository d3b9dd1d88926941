// What is half done in a worktree, from the files that git leaves while it is.

import { join } from "node:path";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";
import { shortRef } from "./refs.ts";

export type UnderWay = {
  /** The beginning of a sentence. */
  readonly what: string;
  /** The words after `git` that give it up. */
  readonly giveUp: string;
  /** HEAD is a commit on the way, and not the branch that will be given back. */
  readonly movesHead: boolean;
};

const KINDS: ReadonlyArray<UnderWay & { readonly file: string }> = [
  {
    file: "rebase-apply/applying",
    what: "Patches are being applied (git am)",
    giveUp: "am --abort",
    movesHead: false,
  },
  { file: "rebase-merge", what: "A rebase is under way", giveUp: "rebase --abort", movesHead: true },
  { file: "rebase-apply", what: "A rebase is under way", giveUp: "rebase --abort", movesHead: true },
  { file: "MERGE_HEAD", what: "A merge is under way", giveUp: "merge --abort", movesHead: false },
  {
    file: "CHERRY_PICK_HEAD",
    what: "A cherry-pick is under way",
    giveUp: "cherry-pick --abort",
    movesHead: false,
  },
  { file: "REVERT_HEAD", what: "A revert is under way", giveUp: "revert --abort", movesHead: false },
  { file: "BISECT_LOG", what: "A bisect is under way", giveUp: "bisect reset", movesHead: true },
];

/** `own` is the worktree's own git folder. */
export function findUnderWay(own: string): UnderWay | null {
  return KINDS.find(({ file }) => look(join(own, file)) !== null) ?? null;
}

/** A rebase detaches HEAD, but remembers the branch it will give back. */
export function readBranchUnderWay(own: string): string | null {
  const name =
    readSmallFile(join(own, "rebase-merge/head-name")) ?? readSmallFile(join(own, "rebase-apply/head-name"));
  const ref = name?.trim();
  return ref?.startsWith("refs/heads/") ? shortRef(ref) : null;
}

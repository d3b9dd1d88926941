// What the worktree and the branch of a task are called. A key comes from a file's name, so it may be anything; only
// what git takes as part of a branch name, and what stays inside the folder of worktrees, becomes either.

import { quote } from "../quote.ts";

/** Inside the repository; hidden from git by a `.gitignore` of its own. */
export const WORKTREES_FOLDER = ".worktrees";

export type WorktreeName =
  | {
      readonly kind: "named";
      /** Relative to the repository: `.worktrees/<key>`. */
      readonly worktree: string;
      /** `task/<key>`. */
      readonly branch: string;
    }
  | { readonly kind: "refused"; readonly message: string; readonly hint: string };

/** File systems end at 255 bytes, and git adds `.lock`. */
const PART_BYTES_MAX = 200;
/** A key is a slug, or `<workstream>/<slug>` where two files share the slug. */
const PARTS_MAX = 2;

export function nameWorktree(key: string): WorktreeName {
  const parts = key.split("/");
  const flaw = parts.length > PARTS_MAX ? "it has too many slashes" : firstFlaw(parts);
  if (flaw === null) return { kind: "named", worktree: `${WORKTREES_FOLDER}/${key}`, branch: `task/${key}` };
  return {
    kind: "refused",
    message: `The task ${quote(key)} cannot have a branch: ${flaw}.`,
    hint: "Rename the task's file: letters, digits, dashes and dots within the name are always good.",
  };
}

function firstFlaw(parts: readonly string[]): string | null {
  for (const part of parts) {
    const flaw = FLAWS.find(([isFlawed]) => isFlawed(part));
    if (flaw !== undefined) return flaw[1];
  }
  return null;
}

/** What git allows in no branch name (git-check-ref-format), and what no file system stores. */
const FLAWS: ReadonlyArray<readonly [isFlawed: (part: string) => boolean, why: string]> = [
  [(part) => part === "", "its name, or a part of it, is empty"],
  [(part) => !part.isWellFormed(), "its name is not valid Unicode"],
  [
    (part) => FORBIDDEN.test(part),
    "git allows no spaces, control characters, or any of ~^:?*[\\ in branch names",
  ],
  [(part) => part.startsWith("."), "its name begins with a dot"],
  [(part) => part.endsWith("."), "its name ends with a dot"],
  [(part) => part.toLowerCase().endsWith(".lock"), "its name ends with .lock, which git uses itself"],
  [(part) => part.includes(".."), "its name has two dots in a row"],
  [(part) => part.includes("@{"), "its name has @{ in it, which git reads as a time"],
  [(part) => sizeBytes(part) > PART_BYTES_MAX, `its name is longer than ${PART_BYTES_MAX} bytes`],
];

const FORBIDDEN = /[\p{Cc} ~^:?*[\\]/u;

function sizeBytes(wellFormed: string): number {
  return encodeURIComponent(wellFormed).replace(/%../g, "x").length;
}

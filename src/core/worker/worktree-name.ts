// The names of a task's worktree and branch. A key comes from a file's name, so it may be anything. What git accepts in a
// branch name is used as it is, anything else in a safe form with a hash of the key. The store leads from a name back to its
// task.

import { quote } from "../text/quote.ts";
import { OTHER_START, textHash } from "../text/text-hash.ts";

/** Inside the repository; hidden from git by a `.gitignore` of its own. */
export const WORKTREES_FOLDER = ".worktrees";

export type WorktreeName =
  | {
      readonly kind: "named";
      /** Relative to the repository: `.worktrees/<key>`, or its safe form. */
      readonly worktree: string;
      /** `task/<key>`, or its safe form. */
      readonly branch: string;
    }
  | { readonly kind: "refused"; readonly message: string; readonly hint: string };

/** File systems end at 255 bytes, and git adds `.lock`. */
const PART_BYTES_MAX = 200;
/** A key is a slug, or `<workstream>/<slug>` where two files share the slug. */
const PARTS_MAX = 2;

export function nameWorktree(key: string): WorktreeName {
  const parts = key.split("/");
  if (parts.length <= PARTS_MAX && parts.every((part) => part !== "")) {
    const name = parts.map((part) => (isSafe(part) ? part : safeForm(part))).join("/");
    return { kind: "named", worktree: `${WORKTREES_FOLDER}/${name}`, branch: `task/${name}` };
  }
  const problem =
    parts.length > PARTS_MAX ? "it has too many slashes" : "its name, or a part of it, is empty";
  return {
    kind: "refused",
    message: `The task ${quote(key)} cannot have a branch: ${problem}.`,
    hint: "Rename the task's file.",
  };
}

function isSafe(part: string): boolean {
  return !UNSAFE.some((isUnsafe) => isUnsafe(part));
}

/** What git allows in no branch name (git-check-ref-format), and what no file system stores. */
const UNSAFE: ReadonlyArray<(part: string) => boolean> = [
  (part) => !part.isWellFormed(),
  (part) => FORBIDDEN.test(part),
  (part) => part.startsWith("."),
  (part) => part.endsWith("."),
  (part) => part.toLowerCase().endsWith(".lock"),
  (part) => part.includes(".."),
  (part) => part.includes("@{"),
  // Git reads it as HEAD.
  (part) => part === "@",
  (part) => sizeBytes(part) > PART_BYTES_MAX,
];

/** Readable, and short enough with any hash behind it. */
const READABLE_LENGTH_MAX = 40;

function safeForm(part: string): string {
  const readable = part
    .toWellFormed()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-/, "");
  const words = [...readable].slice(0, READABLE_LENGTH_MAX).join("").replace(/-$/, "");
  return `${words === "" ? "task" : words}-${hashOf(part)}`;
}

/** 64 bits are no secret, and enough that no two names of a repository meet. */
function hashOf(text: string): string {
  return [textHash(text), textHash(text, OTHER_START)].map((hash) => hash.toString(36)).join("");
}

const FORBIDDEN = /[\p{Cc} ~^:?*[\\]/u;

function sizeBytes(wellFormed: string): number {
  return encodeURIComponent(wellFormed).replace(/%../g, "x").length;
}

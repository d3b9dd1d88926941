// Compares a text with what HEAD has at its path, by the name that git would give it: one process, and no filter of the
// repository's configuration runs. Paths are relative to the root, which may lie below git's own top folder.

import { createHash } from "node:crypto";
import type { CommittedFiles } from "../../../ports/git/committed-files.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";

/** One object is looked up by name. */
const TIMEOUT_MS = 10_000;
/** `git rev-parse --verify --quiet` when there is no such object. */
const NOT_THERE = 1;

export function createCommittedFiles(place: GitPlace): CommittedFiles {
  return {
    has: async (path, text, signal) => {
      const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `HEAD:./${path}`];
      const result = await runGit(place, args, { timeoutMs: TIMEOUT_MS, signal });
      if (result.ending === "exited" && result.exitCode === NOT_THERE) return false;
      if (!result.ok) return null;
      const name = result.stdout.trim();
      // A worktree may have line ends that the repository has not.
      return [text, text.replaceAll("\r\n", "\n")].some((form) => blobName(form, name.length) === name);
    },
  };
}

/** SHA-1 names have 40 digits, SHA-256 ones 64. */
function blobName(text: string, digits: number): string {
  const bytes = Buffer.from(text, "utf8");
  const hash = createHash(digits === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

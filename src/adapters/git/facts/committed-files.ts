// Compares a text with what HEAD has at its path, by the name that git would give it: one process, and no filter of the
// repository's configuration runs. Paths are relative to the root, which may lie below git's own top folder.

import { createHash } from "node:crypto";
import type { CommittedFiles } from "../../../ports/git/committed-files.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";

/** `git rev-parse --verify --quiet` when there is no such object. */
const NOT_THERE = 1;

export function createCommittedFiles(place: GitPlace): CommittedFiles {
  return {
    has: async (path, text, signal) => {
      const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `HEAD:./${path}`];
      const result = await runGit({ ...place, signal }, args);
      if (result.ending === "exited" && result.exitCode === NOT_THERE) return false;
      return result.ok ? isBlob(Buffer.from(text, "utf8"), result.stdout.trim()) : null;
    },
  };
}

/** Whether git has this content under that name. A checkout may have CRLF line ends where the repository has not. */
export function isBlob(bytes: Buffer, name: string): boolean {
  if (blobName(bytes, name.length) === name) return true;
  if (!bytes.includes("\r\n")) return false;
  const converted = Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
  return blobName(converted, name.length) === name;
}

/** SHA-1 names have 40 digits, SHA-256 ones 64. */
function blobName(bytes: Buffer, digits: number): string {
  const hash = createHash(digits === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

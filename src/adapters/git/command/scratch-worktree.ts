// A private repository with its own worktree, for git work that must not touch anyone's files, branches or configuration. It
// shares the objects of the real repository and nothing else, so git follows the configuration of the user and of the
// machine in it, and none that the repository brings along (S18).
//
// The caller names the folder and holds a lock on it. Whatever a killed process left there is deleted before the next
// use, and nothing outside refers to it.

import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE } from "../../file-system/private-modes.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit } from "./git-command.ts";

export type ScratchOptions = {
  readonly folder: string;
  /** The git folder of the real repository. */
  readonly common: string;
  /** What is checked out, and on which branch: that of the scratch worktree alone. */
  readonly commit: CommitSha;
  readonly branch: string;
  /** Whether new objects go into the real repository; otherwise they are deleted with the scratch worktree. */
  readonly keepsObjects: boolean;
  /** Its configuration, in the form of git's own file. */
  readonly config?: string;
  /** Patterns as in .gitignore: only these files are checked out. */
  readonly files?: readonly string[];
};

/** A large repository; a hang is ended. */
const CHECKOUT_TIMEOUT_MS = 10 * MINUTE_MS;
const SHA1_LENGTH = 40;

/** With nothing checked out yet. Throws what the file system throws. */
export function createScratchWorktree(place: GitPlace, options: ScratchOptions): GitPlace {
  const { folder, common, commit, branch, keepsObjects, files = [] } = options;
  removeScratchWorktree(folder);
  const git = join(folder, ".git");
  for (const name of ["refs", "info"])
    mkdirSync(join(git, name), { recursive: true, mode: PRIVATE_FOLDER_MODE });
  const write = (name: string, text: string) =>
    writeFileSync(join(git, name), text, { mode: PRIVATE_FILE_MODE });
  write("HEAD", `ref: refs/heads/${branch}\n`);
  write("config", configuration(options));
  // The only commit that git has here: a clone may lack files of any other one that its refs name.
  write("packed-refs", `# pack-refs with: peeled fully-peeled \n${commit} refs/heads/${branch}\n`);
  write("info/sparse-checkout", files.map((pattern) => `${pattern}\n`).join(""));
  shareObjects(join(common, "objects"), join(git, "objects"), keepsObjects);
  const shallow = join(common, "shallow");
  if (look(shallow) !== null) copyFileSync(shallow, join(git, "shallow"));
  return { ...place, root: folder };
}

/** Writes the files of its commit. */
export function checkOutScratchWorktree(scratch: GitPlace): Promise<CommandResult> {
  return runGit(scratch, ["reset", "--quiet", "--hard"], { timeoutMs: CHECKOUT_TIMEOUT_MS });
}

export function removeScratchWorktree(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function shareObjects(real: string, own: string, keepsObjects: boolean): void {
  if (keepsObjects) {
    symlinkSync(real, own);
    return;
  }
  mkdirSync(join(own, "info"), { recursive: true });
  writeFileSync(join(own, "info/alternates"), `${real}\n`);
}

function configuration({ commit, config = "", files }: ScratchOptions): string {
  const isSha1 = commit.length === SHA1_LENGTH;
  const format = isSha1 ? "" : "[extensions]\n\tobjectFormat = sha256\n";
  return `[core]
	repositoryFormatVersion = ${isSha1 ? 0 : 1}
	bare = false
	logAllRefUpdates = false
	sparseCheckout = ${files !== undefined}
	sparseCheckoutCone = false
${format}${config}`;
}

/** A value in git's configuration file; it holds no control characters. */
export function quoteConfigValue(value: string): string {
  return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

// A git folder of our own that borrows the objects of the repository, and nothing else: what git does in it follows the
// configuration of the user and of the machine, and nothing that the repository says (S18). It lies in the worktree's own
// git folder, so that conditions such as `includeIf "gitdir:~/work/"` hold in it, and goes with the worktree.

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { look } from "../../file-system/read-small-file.ts";
import type { GitPlace } from "../command/git-command.ts";
import type { Checkout } from "./rebase-site.ts";
import type { RemoteAddress } from "./remote-address.ts";

export type Borrowed = {
  /** Git in the borrowed repository; attributes are those of the worktree's files. */
  readonly place: GitPlace;
  /** For files of ours; goes with the rest. */
  readonly folder: string;
};

export type Loan = {
  readonly remote: RemoteAddress;
  readonly head: CommitSha;
  /** Whether new objects go into the repository; else they go when this is over. */
  readonly keepsObjects: boolean;
};

/** What the remote is called in here. The user's configuration may say something of `origin`. */
export const REMOTE = "tasks-remote";
const PRIVATE_FOLDER_MODE = 0o700;
/** An address may hold a password. */
const PRIVATE_FILE_MODE = 0o600;
const SHA1_LENGTH = 40;

/** What a process that was killed left in its place goes first. Throws what the file system throws. */
export function borrowRepository({ place, own, common, branch }: Checkout, loan: Loan): Borrowed {
  const folder = scratchFolder(own);
  rmSync(folder, { recursive: true, force: true });
  const git = join(folder, "git");
  for (const part of ["refs", "objects/info"])
    mkdirSync(join(git, part), { recursive: true, mode: PRIVATE_FOLDER_MODE });
  const write = (name: string, text: string) =>
    writeFileSync(join(git, name), text, { mode: PRIVATE_FILE_MODE });
  write("HEAD", `ref: refs/heads/${branch}\n`);
  write("config", configuration(loan));
  // What need not be fetched. A clone may lack files of any other commit that it knows.
  write("packed-refs", `# pack-refs with: peeled fully-peeled \n${loan.head} refs/heads/${branch}\n`);
  const objects = join(common, "objects");
  if (!loan.keepsObjects) write("objects/info/alternates", `${objects}\n`);
  const shallow = join(common, "shallow");
  if (look(shallow) !== null) copyFileSync(shallow, join(git, "shallow"));
  const environment = {
    GIT_DIR: git,
    GIT_WORK_TREE: place.root,
    ...(loan.keepsObjects ? { GIT_OBJECT_DIRECTORY: objects } : {}),
  };
  const run: GitPlace["run"] = (request) =>
    place.run({ ...request, env: { ...request.env, ...environment } });
  return { place: { ...place, run }, folder };
}

export function returnRepository({ own }: Pick<Checkout, "own">): void {
  rmSync(scratchFolder(own), { recursive: true, force: true });
}

export function scratchFolder(own: string): string {
  return join(own, "tasks-rebase");
}

function configuration({ head, remote: { fetchFrom, pushTo } }: Loan): string {
  const isSha1 = head.length === SHA1_LENGTH;
  const format = isSha1 ? "" : "[extensions]\n\tobjectFormat = sha256\n";
  return `[core]
	repositoryFormatVersion = ${isSha1 ? 0 : 1}
	bare = false
	logAllRefUpdates = false
${format}[remote "${REMOTE}"]
	url = ${quoted(fetchFrom)}
${pushTo === null ? "" : `	pushUrl = ${quoted(pushTo)}\n`}`;
}

/** As git's configuration has it; addresses with control characters were refused before. */
function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

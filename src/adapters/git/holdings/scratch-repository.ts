// An empty bare repository outside the real one that borrows its objects, for questions whose answer git can only compute
// by writing objects. The real repository is not touched, and nothing of its configuration or attributes has a part (S18).

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { look } from "../../file-system/read-small-file.ts";
import type { GitPlace } from "../command/git-command.ts";

const SHA1_LENGTH = 40;

/** `common` is the real git folder, `head` any commit of it. Removed before this returns. Throws what the file system throws. */
export async function withScratchRepository<Result>(
  place: GitPlace,
  { common, head }: { readonly common: string; readonly head: CommitSha },
  work: (scratch: GitPlace) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "tasks-scratch-"));
  try {
    for (const part of ["refs", "objects/info"]) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, "HEAD"), "ref: refs/heads/none\n");
    writeFileSync(join(folder, "config"), configuration(head));
    writeFileSync(join(folder, "objects/info/alternates"), `${join(common, "objects")}\n`);
    const shallow = join(common, "shallow");
    if (look(shallow) !== null) copyFileSync(shallow, join(folder, "shallow"));
    return await work({ ...place, root: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configuration(head: CommitSha): string {
  const isSha1 = head.length === SHA1_LENGTH;
  const format = isSha1 ? "" : "[extensions]\n\tobjectFormat = sha256\n";
  return `[core]\n\trepositoryFormatVersion = ${isSha1 ? 0 : 1}\n\tbare = true\n${format}`;
}

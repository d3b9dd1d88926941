// Copies of files that git ignores, such as `.env`, for a worktree: the files of worktree.copy. A file is copied once; a copy
// that a worker changed stays. Links are followed in no part of a path, on neither side. A failure is a sentence.

import { isUtf8 } from "node:buffer";
import { mkdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { countDotenvValues, DOTENV_VALUES_MAX, dotenvSecrets } from "../../../core/text/dotenv-secrets.ts";
import { quote } from "../../../core/text/quote.ts";
import { findCopyProblem } from "../../../core/worker/copied-path.ts";
import type { CopiedFiles } from "../../../ports/git/worktrees.ts";
import { writeFileAtomically } from "../../file-system/atomic-write.ts";
import { describeFileError, errorCode, unlessMissing } from "../../file-system/file-error.ts";
import { type HeldFolder, holdFolder } from "../../file-system/held-folder.ts";
import { FILE_BYTES_MAX, readRegularFile } from "../../file-system/opened-file.ts";
import { PRIVATE_FILE_MODE } from "../../file-system/private-modes.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";

const NOT_IGNORED = 1;

/** `folder`: what stands in the worktree for `place.root`. Both absolute and real. */
export async function copyFiles(
  place: GitPlace,
  folder: string,
  paths: readonly string[],
): Promise<CopiedFiles> {
  const secrets: string[] = [];
  for (const path of paths) {
    const copied = await attempt(path, async () => {
      const bytes = (await readPlain(folder, path)) ?? (await copyOne(place, folder, path));
      if (isUtf8(bytes)) secrets.push(...dotenvSecrets(bytes.toString("utf8")));
    });
    if (copied !== null) return { kind: "failed", detail: copied };
  }
  return { kind: "copied", secrets: longestFirst(secrets) };
}

/** Why a copy would fail, as far as the repository itself tells; null when it would not. */
export async function rehearseCopies(place: GitPlace, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const problem = await attempt(path, async () => {
      await readSource(place.root, path);
      await assertIgnored(place, path);
    });
    if (problem !== null) return problem;
  }
  return null;
}

/** The values of the copies in a worktree, for what must not be written to a log. What cannot be read has none. */
export async function readCopiedSecrets(
  folder: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const secrets: string[] = [];
  for (const path of paths)
    await attempt(path, async () => {
      const bytes = await readPlain(folder, path);
      if (bytes !== null && isUtf8(bytes)) secrets.push(...dotenvSecrets(bytes.toString("utf8")));
    });
  return longestFirst(secrets);
}

const longestFirst = (values: readonly string[]): readonly string[] =>
  values.toSorted((one, other) => other.length - one.length);

class Refused extends Error {}

async function attempt(path: string, work: () => Promise<void>): Promise<string | null> {
  const problem = findCopyProblem(path);
  if (problem !== null) return problem;
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof Refused) return `${quote(path)} (worktree.copy) ${error.message}`;
    if (errorCode(error) === "UNKNOWN") throw error;
    return `${quote(path)} (worktree.copy) could not be copied: ${describeFileError(error)}`;
  }
}

async function copyOne(place: GitPlace, folder: string, path: string): Promise<Buffer> {
  const bytes = await readSource(place.root, path);
  await assertIgnored({ ...place, root: folder }, path);
  const held = holdOrMake(folder, dirname(path));
  try {
    await writeFileAtomically({
      file: held.prefix + basename(path),
      text: (file) => file.write(bytes, 0),
      mode: PRIVATE_FILE_MODE,
    });
    return bytes;
  } finally {
    held.close();
  }
}

async function readSource(root: string, path: string): Promise<Buffer> {
  const bytes = await readPlain(root, path);
  if (bytes === null) throw new Refused("does not exist in the repository");
  const text = isUtf8(bytes) ? bytes.toString("utf8") : "";
  if (countDotenvValues(text) > DOTENV_VALUES_MAX)
    throw new Refused(
      `sets more than ${DOTENV_VALUES_MAX} values, which is more than can be kept out of logs`,
    );
  return bytes;
}

/** Only what git ignores is copied: anything else would be committed, or is there already. */
async function assertIgnored(place: GitPlace, path: string): Promise<void> {
  // This command knows only literal paths, and refuses the option that asks for them.
  const result = await runGit(place, ["--no-literal-pathspecs", "check-ignore", "--quiet", "--", path]);
  if (result.ok) return;
  if (result.exitCode === NOT_IGNORED) throw new Refused("is not ignored by git, so it is not copied");
  throw new Refused(`could not be checked by git: ${result.message}`);
}

/** Null when there is nothing at the path. */
async function readPlain(root: string, path: string): Promise<Buffer | null> {
  const held = hold(root, dirname(path));
  if (held === null) return null;
  try {
    const file = held.prefix + basename(path);
    const stats = look(file);
    if (stats === null) return null;
    if (stats.isSymbolicLink()) throw new Refused("is a link, and links are not followed");
    if (!stats.isFile()) throw new Refused("is no ordinary file");
    if (stats.size > FILE_BYTES_MAX) throw new Refused("is larger than 1 MB");
    const bytes = await readRegularFile(file);
    if (bytes === null) throw new Refused("is no ordinary file, or larger than 1 MB");
    return bytes;
  } finally {
    held.close();
  }
}

/** Null when a folder is missing. */
function hold(root: string, folder: string): HeldFolder | null {
  const held = holdFolder(folder === "." ? root : `${root}/${folder}`);
  if (held !== null) return held;
  const steps = folder.split("/");
  for (let depth = 1; depth <= steps.length; depth++) {
    const stats = look(`${root}/${steps.slice(0, depth).join("/")}`);
    if (stats === null) return null;
    if (!stats.isDirectory()) break;
  }
  throw new Refused("is behind a link, and links are not followed");
}

function holdOrMake(root: string, folder: string): HeldFolder {
  const steps = folder === "." ? [] : folder.split("/");
  for (const [at, name] of steps.entries()) {
    const parent = hold(root, at === 0 ? "." : steps.slice(0, at).join("/"));
    if (parent === null) break;
    try {
      unlessMissing(() => mkdirSync(parent.prefix + name), undefined, ["EEXIST"]);
    } finally {
      parent.close();
    }
  }
  const held = hold(root, folder);
  if (held === null) throw new Refused("has no folder in the worktree");
  return held;
}

// Moves a checked-out branch and its files from one commit to another. Git checks every file before it writes the first,
// and nothing is forced: a file that differs from the commit that is left keeps everything where it is.

import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { look } from "../../file-system/read-small-file.ts";
import { isHidden, readIndex } from "../holdings/index-entries.ts";
import { type Checkout, runIn } from "./rebase-checkout.ts";
import { dirty, failed, printed } from "./rebase-outcome.ts";

/** Writes what the base has new; a hang is ended. */
const WRITE_TIMEOUT_MS = 4 * MINUTE_MS;

export type Move = { readonly from: CommitSha; readonly to: CommitSha };

/** The branch moves last, so that a branch which moved says that every file is in place. */
export async function moveCheckout(checkout: Checkout, { from, to }: Move): Promise<void> {
  const overwritten = await filesOverwritten(checkout, await listChanges(checkout, { from, to }));
  if (overwritten.length > 0)
    throw dirty("git ignores or does not compare files in it that a rebase would overwrite", overwritten);
  // Git takes a file for changed when only its time differs, until it has compared it.
  await runIn(checkout, ["update-index", "-q", "--refresh"]);
  printed("its files cannot be written", await writeFiles(checkout, ["-m"], from, to));
  try {
    await moveBranch(checkout, { from, to });
  } catch (error) {
    // Someone committed at this very moment: the commit stays, and the files go back to what it was made on.
    await writeFiles(checkout, ["-m"], to, from);
    throw error;
  }
}

export function writeFiles(checkout: Checkout, mode: readonly string[], ...trees: readonly CommitSha[]) {
  return runIn(checkout, ["read-tree", ...mode, "-u", ...trees], { timeoutMs: WRITE_TIMEOUT_MS });
}

/** Only from where it is known to be, so that no commit is lost. */
export async function moveBranch(checkout: Checkout, { from, to }: Move): Promise<void> {
  const ref = `refs/heads/${checkout.branch}`;
  const result = await runIn(checkout, ["update-ref", "-m", "tasks: rebase", ref, to, from]);
  printed("its branch cannot be moved", result);
}

export type Changes = {
  /** Only in `to`. */
  readonly added: ReadonlySet<string>;
  /** Only in `from`. */
  readonly deleted: ReadonlySet<string>;
  /** These, and what both have and differs. */
  readonly all: ReadonlySet<string>;
};

export async function listChanges(checkout: Checkout, { from, to }: Move): Promise<Changes> {
  const options = ["-r", "-z", "--name-status", "--no-renames", "--no-ext-diff"];
  const result = await runIn(checkout, ["diff-tree", ...options, from, to, "--"]);
  const fields = printed("what changes cannot be listed", result).split("\0");
  const paths = (status: RegExp) =>
    new Set(fields.filter((_, index) => index % 2 === 1 && status.test(fields[index - 1] ?? "")));
  return { added: paths(/^A/), deleted: paths(/^D/), all: paths(/./) };
}

/** What git would overwrite without a word: files that it ignores, and files that it does not compare. */
async function filesOverwritten(
  checkout: Checkout,
  { added, deleted, all }: Changes,
): Promise<readonly string[]> {
  const { root } = checkout.place;
  const index = await readIndex(checkout.place);
  if (index === null) throw failed("git", "the files of its worktree cannot be listed");
  const hidden = index.filter((entry) => all.has(entry.path) && isHidden(root, entry));
  const ignored = [...added].flatMap((path) => occupant(root, path, deleted) ?? []);
  return [...new Set([...hidden.map(({ path }) => path), ...ignored])];
}

/** A file where another one will be written, unless it is deleted first. */
function occupant(root: string, path: string, deleted: ReadonlySet<string>): string | null {
  const steps = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
  const first = steps.find((step) => look(join(root, step))?.isDirectory() !== true);
  if (first !== undefined) return look(join(root, first)) === null || deleted.has(first) ? null : first;
  const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const paths = files.map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return paths.find((each) => !deleted.has(each)) ?? null;
}

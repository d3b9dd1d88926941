// When each task file was last committed: the files of HEAD, minus those that differ from it on disk, dated by one
// `git log` that ends as soon as every file has its date. And when each was added (added-dates.ts).

import { join } from "node:path";
import { pathKind } from "../../../core/contract/path-kind.ts";
import type { RelativePath } from "../../../core/contract/task.ts";
import type { CommitDates } from "../../../ports/store/store.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import { readRegularFile } from "../../file-system/opened-file.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { readAddedDates } from "./added-dates.ts";
import { isBlob } from "./committed-files.ts";
import { readLog } from "./read-log.ts";

/** Files compared at a time; more would only queue in the file system. */
const COMPARED_AT_ONCE = 8;

export type CommitDatesResult =
  | { readonly kind: "known"; readonly dates: CommitDates }
  /** There is no commit to take dates from. */
  | { readonly kind: "no_commits" }
  | { readonly kind: "aborted" }
  | { readonly kind: "failed"; readonly result: CommandResult };

/** `shallow` are commits whose parents are not here. */
export async function readCommitDates(
  place: GitPlace,
  { shallow, known }: { readonly shallow: ReadonlySet<string>; readonly known: CommitDates | null },
): Promise<CommitDatesResult> {
  const verified = await runGit(place, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  if (!verified.ok) return verified.exitCode === 1 ? { kind: "no_commits" } : failed(verified);
  const head = verified.stdout.trim();
  const tree = await runGit(place, ["ls-tree", "-r", "-z", head, "--", "tasks"]);
  if (!tree.ok) return failed(tree);
  const entries = parseTree(tree.stdout);
  const datesMs = new Map<RelativePath, number>();
  const undated = await cleanFiles(place, entries);
  const log = undated.size > 0 ? await readLog(place, lastChanges(head, undated, shallow, datesMs)) : null;
  if (log?.ok === false) return failed(log);
  const addedMs = new Map<RelativePath, number>();
  for (const { path } of entries) {
    const atMs = known?.addedMs.get(path);
    if (atMs !== undefined) addedMs.set(path, atMs);
  }
  // What git could not tell now is asked for the next HEAD.
  const files = entries.map(({ path }) => path).filter((path) => !addedMs.has(path));
  for (const [file, atMs] of await readAddedDates(place, { head, files, shallow })) addedMs.set(file, atMs);
  return { kind: "known", dates: { head, datesMs, addedMs } };
}

/** Newest commit first, so the first date of a file is its last change. */
function lastChanges(
  head: string,
  undated: Set<RelativePath>,
  shallow: ReadonlySet<string>,
  datesMs: Map<RelativePath, number>,
) {
  const take = (part: string, atMs: number | null) => {
    const path = part as RelativePath;
    if (undated.delete(path) && atMs !== null) datesMs.set(path, atMs);
  };
  // A merge is a change of a file only where it differs from every parent.
  const options = ["--name-only", "--no-renames", "--diff-merges=combined"];
  return { head, options, shallow, take, isDone: () => undated.size === 0 };
}

function failed(result: CommandResult): CommitDatesResult {
  return result.ending === "aborted" ? { kind: "aborted" } : { kind: "failed", result };
}

type TreeEntry = { readonly path: RelativePath; readonly blob: string };

/** Entries of `ls-tree -r -z`: `<mode> <type> <hash>\t<path>`, regular files of the format only. */
function parseTree(output: string): TreeEntry[] {
  return output.split("\0").flatMap((line) => {
    const tab = line.indexOf("\t");
    const [mode, type, blob] = line.slice(0, Math.max(tab, 0)).split(" ");
    const path = line.slice(tab + 1);
    const ours = type === "blob" && mode?.startsWith("100") && pathKind(path) !== null;
    return ours && blob !== undefined ? [{ path: path as RelativePath, blob }] : [];
  });
}

/** Paths whose file on disk is what HEAD has. Compared here, not by git, which might run filters. */
async function cleanFiles(
  { root, signal }: GitPlace,
  entries: readonly TreeEntry[],
): Promise<Set<RelativePath>> {
  const clean = new Set<RelativePath>();
  for (let start = 0; start < entries.length && !signal?.aborted; start += COMPARED_AT_ONCE) {
    const batch = entries.slice(start, start + COMPARED_AT_ONCE);
    await Promise.all(
      batch.map(async ({ path, blob }) => {
        // Gone or unreadable: not what HEAD has.
        const bytes = await readRegularFile(join(root, path)).catch(() => null);
        if (bytes !== null && isBlob(bytes, blob)) clean.add(path);
      }),
    );
  }
  return clean;
}

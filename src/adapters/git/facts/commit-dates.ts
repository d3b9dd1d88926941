// When each task file was last committed: the files of HEAD, minus those that differ from it on disk, dated by one
// `git log` that is ended as soon as every file has its date. And when each was added (added-dates.ts).

import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathKind } from "../../../core/contract/path-kind.ts";
import type { RelativePath } from "../../../core/contract/task.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { CommitDates } from "../../../ports/store/store.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import { readRegularFile } from "../../file-system/opened-file.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { readAddedDates } from "./added-dates.ts";
import { createLogReader, LOG_FORMAT } from "./log-reader.ts";

/** A history of 100,000 commits takes git about 10 s; it runs beside the cycles and delays none. */
const LOG_TIMEOUT_MS = MINUTE_MS;
const TREE_TIMEOUT_MS = 10_000;
/** 100 bytes a file: enough for 600,000 task files. */
const TREE_BYTES_MAX = 64 * 1024 * 1024;
/** Files compared at a time; more would only queue in the file system. */
const COMPARED_AT_ONCE = 8;

export type CommitDatesResult =
  | { readonly kind: "known"; readonly dates: CommitDates }
  /** There is no commit to take dates from. */
  | { readonly kind: "no_commits" }
  | { readonly kind: "aborted" }
  | { readonly kind: "failed"; readonly result: CommandResult };

/** `shallow` are commits whose parents are not here: they seem to change every file. */
export async function readCommitDates(
  place: GitPlace,
  options: {
    readonly signal: AbortSignal;
    readonly shallow: ReadonlySet<string>;
    readonly known: CommitDates | null;
  },
): Promise<CommitDatesResult> {
  const { signal, shallow, known } = options;
  const limits = { timeoutMs: TREE_TIMEOUT_MS, signal };
  const head = await runGit(place, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], limits);
  if (!head.ok) return head.exitCode === 1 ? { kind: "no_commits" } : failed(head);
  const commit = head.stdout.trim();
  const tree = await runGit(place, ["ls-tree", "-r", "-z", commit, "--", "tasks"], {
    ...limits,
    outputBytesMax: TREE_BYTES_MAX,
  });
  if (!tree.ok) return failed(tree);
  const entries = parseTree(tree.stdout);
  const wanted = await cleanFiles(place.root, entries, signal);
  const reader = createLogReader({ wanted, skipped: shallow });
  if (wanted.size > 0) {
    const log = await runGit(place, [...LOG_COMMAND, commit, "--", "tasks"], {
      timeoutMs: LOG_TIMEOUT_MS,
      signal,
      onStdout: reader.read,
    });
    if (!log.ok) return failed(log);
  }
  const files = entries.map(({ path }) => path);
  const addedMs = await addedDates(place, files, { head: commit, shallow, known, signal });
  return { kind: "known", dates: { head: commit, datesMs: reader.datesMs, addedMs } };
}

/** Of all files of HEAD, changed ones included. What git could not say now is asked for the next HEAD. */
async function addedDates(
  place: GitPlace,
  files: readonly RelativePath[],
  options: Pick<Parameters<typeof readCommitDates>[1], "known" | "shallow" | "signal"> & {
    readonly head: string;
  },
): Promise<ReadonlyMap<RelativePath, number>> {
  const { known, ...asked } = options;
  const dates = new Map<RelativePath, number>();
  for (const file of files) {
    const atMs = known?.addedMs.get(file);
    if (atMs !== undefined) dates.set(file, atMs);
  }
  const unknown = files.filter((file) => !dates.has(file));
  const read = await readAddedDates(place, { ...asked, files: unknown });
  for (const [file, atMs] of read ?? []) dates.set(file, atMs);
  return dates;
}

const LOG_COMMAND = [
  "log",
  "-z",
  "--name-only",
  "--relative",
  "--no-renames",
  "--no-ext-diff",
  "--no-textconv",
  "--no-show-signature",
  "--no-decorate",
  // A merge is a change of a file only where it differs from every parent.
  "--diff-merges=combined",
  "--root",
  `--format=${LOG_FORMAT}`,
];

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

/** Paths whose file on disk is what HEAD has. */
async function cleanFiles(
  root: string,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<Set<RelativePath>> {
  const clean = new Set<RelativePath>();
  for (let start = 0; start < entries.length && !signal.aborted; start += COMPARED_AT_ONCE) {
    const batch = entries.slice(start, start + COMPARED_AT_ONCE);
    const same = await Promise.all(batch.map((entry) => isClean(root, entry)));
    batch.forEach((entry, index) => {
      if (same[index]) clean.add(entry.path);
    });
  }
  return clean;
}

/** Compared here, not by git, which might run filters. A checkout with CRLF line ends counts as the same. */
async function isClean(root: string, { path, blob }: TreeEntry): Promise<boolean> {
  // Gone, or not to be read: then it is not what HEAD has.
  const bytes = await readRegularFile(join(root, path)).catch(() => null);
  if (bytes === null) return false;
  if (blobHash(bytes, blob.length) === blob) return true;
  if (!bytes.includes("\r\n")) return false;
  return (
    blobHash(Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1"), blob.length) === blob
  );
}

/** Git's name for a content; repositories with names of 64 digits use SHA-256. */
function blobHash(bytes: Buffer, digits: number): string {
  const algorithm = digits === 64 ? "sha256" : "sha1";
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

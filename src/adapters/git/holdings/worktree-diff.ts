// The work in a worktree so far, in lines: what differs from where its branch left the base, committed or not.

import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { WorktreeDiff } from "../../../core/run/observation.ts";
import { readRegularFile } from "../../file-system/opened-file.ts";
import { type GitPlace, type GitRequest, runGit, splitList } from "../command/git-command.ts";
import type { Base } from "../facts/worktree-base.ts";

/** Named in a row; the counts include all. */
const NAMED_MAX = 20;
/** Beyond that it is the output of a build: its files count, their lines do not. */
const READ_MAX = 200;
/** More than that are not looked at to find the newest. */
const DATED_MAX = 1_000;

const NUMSTAT = [
  "diff",
  "--numstat",
  "-z",
  "--no-renames",
  // Programs that a repository's configuration names are not run.
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=all",
];

type Changed = WorktreeDiff["newest"][number];

/** `untracked`: paths that git does not know. Null when git cannot tell. */
export async function readDiff(
  worktree: GitPlace,
  { base, untracked, config }: { base: Base; untracked: readonly string[]; config: GitRequest },
): Promise<WorktreeDiff | null> {
  const parting = await runGit(worktree, ["merge-base", "HEAD", ...base.homes.map(({ commit }) => commit)]);
  const from = parting.ok ? parting.stdout.split("\n")[0] : base.commit;
  const result = await runGit(worktree, [...NUMSTAT, from ?? base.commit, "--"], config);
  if (!result.ok) return null;
  const tracked = splitList(result.stdout, "\0").flatMap(parseRecord);
  const files = [
    ...tracked,
    ...(await Promise.all(untracked.map((path, at) => newFile(worktree, path, at)))),
  ];
  return {
    files: files.length,
    added: files.reduce((sum, { added }) => sum + (added ?? 0), 0),
    removed: files.reduce((sum, { removed }) => sum + (removed ?? 0), 0),
    newest: newestOf(files, worktree.root),
  };
}

/** Lines added, lines removed and the path, between tabs; dashes for a binary file. */
function parseRecord(record: string): readonly Changed[] {
  const [added, removed, ...path] = record.split("\t");
  if (added === undefined || removed === undefined || path.length === 0) return [];
  return [{ path: path.join("\t"), added: lineCount(added), removed: lineCount(removed) }];
}

function lineCount(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}

async function newFile({ root }: GitPlace, path: string, at: number): Promise<Changed> {
  return { path, added: at < READ_MAX ? await countLines(join(root, path)) : null, removed: 0 };
}

/** Null for a large or binary file, and for none: it may be gone since. */
async function countLines(file: string): Promise<number | null> {
  const bytes = await readRegularFile(file).catch(() => null);
  if (bytes === null || bytes.includes(0)) return null;
  const ends = bytes.reduce((count, byte) => (byte === LINE_FEED ? count + 1 : count), 0);
  return bytes.length > 0 && bytes.at(-1) !== LINE_FEED ? ends + 1 : ends;
}

const LINE_FEED = 10;

/** By when they were written; deleted ones last. */
function newestOf(files: readonly Changed[], root: string): readonly Changed[] {
  const dated = files.slice(0, DATED_MAX).map((file) => ({ file, atMs: writtenAt(join(root, file.path)) }));
  return dated
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, NAMED_MAX)
    .map(({ file }) => file);
}

function writtenAt(path: string): number {
  try {
    return lstatSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

// Keeps the index in step with the tree: a listing decides what to read, a content hash decides what to parse, and what
// is gone is dropped. Every record keeps its identity unless its file changed, so later steps can compare by identity.

import type {
  FileRead,
  FileRecord,
  FileStamp,
  KnownTime,
  ParsedFile,
  TreeIndex,
} from "../contract/parsed-file.ts";
import type { Problem } from "../contract/problem.ts";
import type { RelativePath } from "../contract/task.ts";
import { problem, REFUSED_CODES, UNREADABLE_CODES } from "../problems/problem-table.ts";
import { MINUTE_MS } from "../values/durations.ts";
import { replaceValues } from "../values/patched-map.ts";
import { parseFile, unreadableFile } from "./parse-file.ts";

/** What was found on disk. A partial listing answers only for the paths asked about and whatever is below them. */
export type Listing = {
  readonly stamps: readonly FileStamp[];
  readonly complete: boolean;
  readonly asked?: readonly RelativePath[];
};

export type ReadPlan = { readonly read: readonly FileStamp[]; readonly gone: readonly RelativePath[] };

/** What to read again, and which paths are gone. */
export function planReads(index: TreeIndex, listing: Listing): ReadPlan {
  const read: FileStamp[] = [];
  let known = 0;
  for (const stamp of listing.stamps) {
    const record = index.get(stamp.path);
    if (record !== undefined) known++;
    if (record === undefined || !isSame(record.stamp, stamp) || mayBeReadableNow(record)) read.push(stamp);
  }
  const gone = listing.complete ? goneOfAll(index, listing, known) : goneOfAsked(index, listing);
  return { read, gone };
}

export type AppliedReads = {
  /** The same index when nothing changed. */
  readonly index: TreeIndex;
  /** Records that are new or differ, if only in their stamp: what the store has to write. */
  readonly changed: readonly FileRecord[];
  readonly gone: readonly RelativePath[];
};

/** Puts what was read into the index. Unreadable text leaves the last good parse standing, its problem in front (R13). */
export function applyReads(input: {
  readonly index: TreeIndex;
  /** May be lazy, so that only one text is in memory at a time. */
  readonly reads: Iterable<FileRead>;
  readonly gone: readonly RelativePath[];
  readonly nowMs: number;
}): AppliedReads {
  const { index, reads, nowMs } = input;
  const changed: FileRecord[] = [];
  for (const read of reads) {
    const record = changedRecord(index, read, nowMs);
    if (record !== null) changed.push(record);
  }
  const gone = input.gone.filter((path) => index.has(path));
  return { index: changeIndex(index, changed, gone), changed, gone };
}

/** The record of a file that was read; null when the index has it already. */
export function changedRecord(index: TreeIndex, read: FileRead, nowMs: number): FileRecord | null {
  const previous = index.get(read.stamp.path);
  const record = recordOf(previous, read, nowMs);
  return record === previous ? null : record;
}

/** The index with the records in their places; the same one when there are none. `gone` are paths that it has. */
export function changeIndex(
  index: TreeIndex,
  changed: readonly FileRecord[],
  gone: readonly RelativePath[],
): TreeIndex {
  if (changed.length === 0 && gone.length === 0) return index;
  const byPath = new Map(changed.map((record) => [record.stamp.path, record]));
  if (gone.length === 0 && changed.every(({ stamp }) => index.has(stamp.path)))
    return replaceValues(index, byPath);
  const next = new Map(index);
  for (const path of gone) next.delete(path);
  for (const [path, record] of byPath) next.set(path, record);
  return next;
}

const isSame = (a: FileStamp, b: FileStamp) =>
  a.mtimeMs === b.mtimeMs && a.sizeBytes === b.sizeBytes && a.ctimeMs === b.ctimeMs && a.inode === b.inode;

/** A read that the system failed may work the next time, and nothing in the stamp would tell. */
const mayBeReadableNow = (record: FileRecord) => record.parsed.problems[0]?.code === "file_unreadable";

function goneOfAll(index: TreeIndex, { stamps }: Listing, known: number): readonly RelativePath[] {
  if (known === index.size) return [];
  const listed = new Set(stamps.map(({ path }) => path));
  return [...index.keys()].filter((path) => !listed.has(path));
}

/** Of the files the listing was asked about, those that are in the index but not in the answer. */
function goneOfAsked(index: TreeIndex, { stamps, asked = [] }: Listing): readonly RelativePath[] {
  const listed = new Set<string>(stamps.map(({ path }) => path));
  const unlisted = asked.filter((path) => !listed.has(path));
  const files = unlisted.filter((path) => index.has(path));
  const folders = new Set<string>(unlisted.filter((path) => !index.has(path)));
  if (folders.size === 0) return files;
  const isInside = insideOneOf(folders);
  const below = [...index.keys()].filter((path) => isInside(path) && !listed.has(path));
  return [...new Set([...files, ...below])];
}

/** Tells whether a path lies below one of the folders; each folder of the tree is looked at once, not each file. */
function insideOneOf(folders: ReadonlySet<string>): (path: string) => boolean {
  const known = new Map<string, boolean>();
  const isInside = (path: string): boolean => {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (folder === "") return folders.has("");
    let inside = known.get(folder);
    if (inside === undefined) {
      inside = folders.has(folder) || isInside(folder);
      known.set(folder, inside);
    }
    return inside;
  };
  return isInside;
}

function recordOf(previous: FileRecord | undefined, read: FileRead, nowMs: number): FileRecord {
  if (read.kind === "refused") return refusedRecord(previous, read, nowMs);
  const stamp = settled(read.stamp, nowMs);
  if (previous === undefined) {
    return {
      stamp,
      hash: read.hash,
      parsed: parseRead(read),
      outdated: false,
      changed: unchangedSince(stamp, nowMs),
      firstSeenMs: nowMs,
    };
  }
  const isSameText = previous.hash === read.hash;
  if (isSameText && !wasRefused(previous)) {
    return isSame(previous.stamp, stamp) ? previous : { ...previous, stamp };
  }
  const changed =
    isSameText || previous.hash === "" ? previous.changed : ({ atMs: nowMs, basis: "seen" } as const);
  return { ...previous, ...standingParse(previous, parseRead(read)), stamp, hash: read.hash, changed };
}

/** Archives and image builders that want equal bytes write 0 or the year 1980 as a file's time: it says nothing. */
const PLACEHOLDER_UNTIL_MS = Date.UTC(1990, 0, 1);

/** How long a file that was never seen before has stood unchanged, at the least: since it was last written. */
function unchangedSince({ mtimeMs }: FileStamp, nowMs: number): KnownTime {
  const isTime = mtimeMs > PLACEHOLDER_UNTIL_MS && mtimeMs < nowMs;
  return { atMs: isTime ? Math.floor(mtimeMs) : nowMs, basis: "first_seen" };
}

type Refused = Extract<FileRead, { kind: "refused" }>;

/** The text is unknown, not changed: hash and time stay, so that a read that works again finds what it left. */
function refusedRecord(previous: FileRecord | undefined, read: Refused, nowMs: number): FileRecord {
  const { stamp } = read;
  const parsed = unreadableFile(stamp.path, refusal(read));
  if (previous === undefined) {
    const changed = unchangedSince(stamp, nowMs);
    return { stamp, hash: "", parsed, outdated: false, changed, firstSeenMs: nowMs };
  }
  const isKnown =
    isSame(previous.stamp, stamp) && sameProblem(previous.parsed.problems[0], parsed.problems[0]);
  return isKnown ? previous : { ...previous, ...standingParse(previous, parsed), stamp };
}

/** A new parse, or the last good one under the new problem when the new one says nothing. */
function standingParse(previous: FileRecord, parsed: ParsedFile): Pick<FileRecord, "parsed" | "outdated"> {
  const flaw = parsed.problems.find(({ code }) => UNREADABLE_CODES.has(code));
  const isGood =
    previous.outdated || !previous.parsed.problems.some(({ code }) => UNREADABLE_CODES.has(code));
  if (flaw === undefined || !isGood) return { parsed, outdated: false };
  const older = previous.parsed.problems.filter(({ code }) => !UNREADABLE_CODES.has(code));
  return { parsed: { ...previous.parsed, problems: [flaw, ...older] }, outdated: true };
}

const wasRefused = ({ parsed }: FileRecord) => REFUSED_CODES.has(parsed.problems[0]?.code ?? "");

const sameProblem = (a: Problem | undefined, b: Problem | undefined) =>
  a?.code === b?.code && a?.message === b?.message;

type TextRead = Extract<FileRead, { kind: "text" }>;

function parseRead({ stamp, text, replaced }: TextRead): ParsedFile {
  const parsed = parseFile(stamp.path, text);
  if (!replaced) return parsed;
  const flaw = problem("invalid_utf8", { file: stamp.path, line: null }, {});
  return { ...parsed, problems: [...parsed.problems, flaw] };
}

/** A file that changes twice within this time may look the same in a listing: clocks of file systems are that coarse. */
const RACY_MS = 2_000;

/** Longer than the reading of a tree takes; a clock that was once set ahead by more makes no file be read for ever. */
const READING_MS = MINUTE_MS;

/** No file has this change time, so a stamp that carries it never equals a listed one. */
const UNSETTLED_MS = -1;

/** The stamp to remember: marked to be read once more when the file had only just changed, whatever its time was set to. */
const settled = (stamp: FileStamp, nowMs: number): FileStamp =>
  isRacy(stamp.mtimeMs, nowMs) || isRacy(stamp.ctimeMs, nowMs) ? { ...stamp, ctimeMs: UNSETTLED_MS } : stamp;

/** `nowMs` is from before the reading, which of many files takes a while: a time a little ahead of it is as near. */
const isRacy = (atMs: number, nowMs: number): boolean => atMs > nowMs - RACY_MS && atMs < nowMs + READING_MS;

const REFUSALS = {
  link: "file_link",
  not_a_file: "file_not_regular",
  too_large: "file_too_large",
  unreadable: "file_unreadable",
} as const;

const refusal = ({ stamp, reason, detail }: Refused): Problem =>
  problem(REFUSALS[reason], { file: stamp.path, line: null }, { detail });

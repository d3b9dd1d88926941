// Updates the index from the tree: a listing decides what to read, a content hash decides what to parse, and missing files
// are dropped. A record stays the same object until its file changes, so that later steps can compare by identity.

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
import { unreadableProblem } from "../problems/unreadable-file.ts";
import { MINUTE_MS } from "../values/durations.ts";
import { replaceValues } from "../values/patched-map.ts";
import { parseFile, unreadableFile } from "./parse-file.ts";

/** What was found on disk. A partial listing covers only the `asked` paths and everything below them. */
export type Listing = {
  readonly stamps: readonly FileStamp[];
  readonly complete: boolean;
  readonly asked?: readonly RelativePath[];
};

export type ReadPlan = { readonly read: readonly FileStamp[]; readonly gone: readonly RelativePath[] };

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
  /** The same index if nothing changed. */
  readonly index: TreeIndex;
  /** New and changed records, if only in their stamp: to be stored. */
  readonly changed: readonly FileRecord[];
  readonly gone: readonly RelativePath[];
};

/** Puts what was read into the index. Unreadable text keeps the last good parse, with its problem in front (R13). */
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

/** The record of a file that was read; null if the index has it already. */
export function changedRecord(index: TreeIndex, read: FileRead, nowMs: number): FileRecord | null {
  const previous = index.get(read.stamp.path);
  const record = recordOf(previous, read, nowMs);
  return record === previous ? null : record;
}

/** The index with these records and without the `gone` paths; the same one if there are none. */
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

/** A failed read may succeed next time, and the stamp would not show it. */
const mayBeReadableNow = (record: FileRecord) => record.parsed.problems[0]?.code === "file_unreadable";

function goneOfAll(index: TreeIndex, { stamps }: Listing, known: number): readonly RelativePath[] {
  if (known === index.size) return [];
  const listed = new Set(stamps.map(({ path }) => path));
  return [...index.keys()].filter((path) => !listed.has(path));
}

/** Files of the index that the listing covers and does not have. */
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

/** Whether a path is below one of the folders; computed once per folder, not per file. */
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
  return { ...previous, ...lastGoodParse(previous, parseRead(read)), stamp, hash: read.hash, changed };
}

/** Archives and image builders write 0 or the year 1980 as a file's time for reproducible bytes. */
const PLACEHOLDER_UNTIL_MS = Date.UTC(1990, 0, 1);

/** Since when a new file is unchanged, at the latest. */
function unchangedSince({ mtimeMs }: FileStamp, nowMs: number): KnownTime {
  const isTime = mtimeMs > PLACEHOLDER_UNTIL_MS && mtimeMs < nowMs;
  return { atMs: isTime ? Math.floor(mtimeMs) : nowMs, basis: "first_seen" };
}

type Refused = Extract<FileRead, { kind: "refused" }>;

/** The text is unknown, not changed: hash and time stay for the next successful read. */
function refusedRecord(previous: FileRecord | undefined, read: Refused, nowMs: number): FileRecord {
  const { stamp } = read;
  const parsed = unreadableFile(stamp.path, refusal(read));
  if (previous === undefined) {
    const changed = unchangedSince(stamp, nowMs);
    return { stamp, hash: "", parsed, outdated: false, changed, firstSeenMs: nowMs };
  }
  const isKnown =
    isSame(previous.stamp, stamp) && sameProblem(previous.parsed.problems[0], parsed.problems[0]);
  return isKnown ? previous : { ...previous, ...lastGoodParse(previous, parsed), stamp };
}

/** A new parse; if it is unreadable, the last good one with the new problem in front. */
function lastGoodParse(previous: FileRecord, parsed: ParsedFile): Pick<FileRecord, "parsed" | "outdated"> {
  const unreadable = unreadableProblem(parsed.problems);
  const isGood = previous.outdated || unreadableProblem(previous.parsed.problems) === null;
  if (unreadable === null || !isGood) return { parsed, outdated: false };
  const older = previous.parsed.problems.filter(({ code }) => !UNREADABLE_CODES.has(code));
  return { parsed: { ...previous.parsed, problems: [unreadable, ...older] }, outdated: true };
}

const wasRefused = ({ parsed }: FileRecord) => REFUSED_CODES.has(parsed.problems[0]?.code ?? "");

const sameProblem = (a: Problem | undefined, b: Problem | undefined) =>
  a?.code === b?.code && a?.message === b?.message;

type TextRead = Extract<FileRead, { kind: "text" }>;

function parseRead({ stamp, text, replaced }: TextRead): ParsedFile {
  const parsed = parseFile(stamp.path, text);
  if (!replaced) return parsed;
  const invalid = problem("invalid_utf8", { file: stamp.path, line: null }, {});
  return { ...parsed, problems: [...parsed.problems, invalid] };
}

/** File system clocks are coarse: a file that changes twice within this time may look the same in a listing. */
const RACY_MS = 2_000;

/** Longer than reading a tree takes. Files from a clock that was set further ahead are not read again and again. */
const READING_MS = MINUTE_MS;

/** No file has this change time, so such a stamp never equals a listed one. */
const UNSETTLED_MS = -1;

/** The stamp to keep; marked to be read once more if the file has only just changed. */
const settled = (stamp: FileStamp, nowMs: number): FileStamp =>
  isRacy(stamp.mtimeMs, nowMs) || isRacy(stamp.ctimeMs, nowMs) ? { ...stamp, ctimeMs: UNSETTLED_MS } : stamp;

/** `nowMs` was taken before the reading, which may take a while: a time slightly ahead counts as well. */
const isRacy = (atMs: number, nowMs: number): boolean => atMs > nowMs - RACY_MS && atMs < nowMs + READING_MS;

const REFUSALS = {
  link: "file_link",
  not_a_file: "file_not_regular",
  too_large: "file_too_large",
  unreadable: "file_unreadable",
} as const;

const refusal = ({ stamp, code, message }: Refused): Problem =>
  problem(REFUSALS[code], { file: stamp.path, line: null }, { detail: message });

// An index record as compact JSON values, for the same reason as task rows (row-codec.ts). Tasks, of which there are
// thousands, are arrays in a fixed order; the other kinds of file are few and stay as they are.
//
// The order is part of the schema: a new field goes to the end, with a migration for the records that lack it.

import type { FileRecord, ParsedFile, TimeBasis } from "../../../core/contract/parsed-file.ts";
import type { ParsedTask, RelativePath, Section, TaskSpec } from "../../../core/contract/task.ts";
import { shareLines, shareSections, shareText } from "../../../core/task/share.ts";
import { damagedValue } from "../database/sqlite-failure.ts";
import { type FlatSections, flattenSections, readSections } from "./section-codec.ts";

/** A record as JSON values; the path stands first, so that a record can be found without decoding it. */
export type RecordTuple = [
  path: RelativePath,
  sizeBytes: number,
  mtimeMs: number,
  ctimeMs: number,
  inode: number,
  hash: string,
  outdated: boolean,
  changedAtMs: number,
  changedBasis: TimeBasis,
  firstSeenMs: number,
  parsed: TaskTuple | Exclude<ParsedFile, ParsedTask>,
];
const RECORD_LENGTH = 11;

type TaskTuple = [
  slug: string,
  workstream: string,
  /** Null when it is the record's own path, which it always should be. */
  file: RelativePath | null,
  id: string,
  title: string | null,
  description: string | null,
  status: TaskSpec["status"],
  priority: TaskSpec["priority"],
  milestone: string | null,
  initiative: string | null,
  owner: string | null,
  dependencies: readonly string[],
  completedBy: string | null,
  completed: string | null,
  pullRequest: TaskSpec["pullRequest"],
  sections: FlatSections,
  qaExploration: TaskSpec["gates"]["qa_exploration"],
  reviewCleared: TaskSpec["gates"]["review_cleared"],
  lines: FlatPairs,
  problems: ParsedTask["problems"],
  readable: boolean,
];
const TASK_LENGTH = 21;

/**
 * Key, line; again and again. What was added since stands here as well, under names that no key can have, because
 * programs of earlier versions check the length of the tuple and keep any line: `dependencies[0]` is the line of an
 * entry, `dropped[2]` the number of dropped boxes of a section.
 */
type FlatPairs = (string | number)[];

export function encodeRecord(record: FileRecord): RecordTuple {
  const { stamp, parsed, changed } = record;
  return [
    stamp.path,
    stamp.sizeBytes,
    stamp.mtimeMs,
    stamp.ctimeMs,
    stamp.inode,
    record.hash,
    record.outdated,
    changed.atMs,
    changed.basis,
    record.firstSeenMs,
    parsed.kind === "task" ? encodeTask(parsed, stamp.path) : parsed,
  ];
}

/** Throws a `corrupt` StoreError for a value that is not an encoded record. */
export function decodeRecord(value: unknown): FileRecord {
  const record = checkRecord(value);
  const [path, sizeBytes, mtimeMs, ctimeMs, inode] = record;
  return {
    stamp: { path, sizeBytes, mtimeMs, ctimeMs, inode },
    hash: record[5],
    outdated: record[6],
    changed: { atMs: record[7], basis: record[8] },
    firstSeenMs: record[9],
    parsed: Array.isArray(record[10]) ? decodeTask(record[10], path) : record[10],
  };
}

function encodeTask({ spec, problems, readable }: ParsedTask, path: RelativePath): TaskTuple {
  return [
    spec.slug,
    spec.workstream,
    spec.file === path ? null : spec.file,
    spec.id,
    spec.title,
    spec.description,
    spec.status,
    spec.priority,
    spec.milestone,
    spec.initiative,
    spec.owner,
    spec.dependencies,
    spec.completedBy,
    spec.completed,
    spec.pullRequest,
    flattenSections(spec.sections),
    spec.gates.qa_exploration,
    spec.gates.review_cleared,
    flattenLines(spec),
    problems,
    readable,
  ];
}

function decodeTask(task: TaskTuple, path: RelativePath): ParsedTask {
  const { lines, dependencyLines, dropped } = readLines(task[18]);
  const sections = readSections(task[15]);
  return {
    kind: "task",
    spec: {
      slug: task[0],
      workstream: shareText(task[1]),
      file: task[2] ?? path,
      id: task[3],
      title: task[4],
      description: task[5],
      status: task[6],
      priority: task[7],
      milestone: shareText(task[8]),
      initiative: shareText(task[9]),
      owner: shareText(task[10]),
      dependencies: task[11],
      dependencyLines,
      completedBy: shareText(task[12]),
      completed: task[13],
      pullRequest: task[14],
      sections: shareSections(dropped === null ? sections : withDropped(sections, dropped)),
      gates: { qa_exploration: task[16], review_cleared: task[17] },
      lines,
    },
    problems: task[19],
    readable: task[20],
  };
}

/** The bucket's checksum has vouched for the bytes; this guards against a shape that another version wrote. */
function checkRecord(value: unknown): RecordTuple {
  const sound = Array.isArray(value) && value.length === RECORD_LENGTH && isParsed(value[10]);
  if (!sound) throw damagedValue("an index record");
  return value as RecordTuple;
}

function isParsed(parsed: unknown): boolean {
  if (Array.isArray(parsed)) return parsed.length === TASK_LENGTH;
  return typeof parsed === "object" && parsed !== null && "kind" in parsed;
}

function flattenLines({ lines, dependencyLines, sections }: TaskSpec): FlatPairs {
  const flat: FlatPairs = [];
  for (const key of Object.keys(lines)) flat.push(key, lines[key] as number);
  dependencyLines.forEach((line, at) => {
    flat.push(`${DEPENDENCY}${at}]`, line);
  });
  sections.forEach(({ dropped }, at) => {
    if (dropped > 0) flat.push(`${DROPPED}${at}]`, dropped);
  });
  return flat;
}

const DEPENDENCY = "dependencies[";
const DROPPED = "dropped[";

const NONE: readonly never[] = [];

function readLines(flat: FlatPairs) {
  const lines: Record<string, number> = {};
  let dependencyLines: number[] | readonly never[] = NONE;
  let dropped: Map<number, number> | null = null;
  for (let at = 0; at < flat.length; at += 2) {
    const key = flat[at] as string;
    if (key.endsWith("]")) {
      const value = flat[at + 1] as number;
      if (key.startsWith(DEPENDENCY)) dependencyLines = [...dependencyLines, value];
      else
        dropped = (dropped ?? new Map<number, number>()).set(
          Number.parseInt(key.slice(DROPPED.length), 10),
          value,
        );
      continue;
    }
    // Keys come from files: `__proto__` must become a property like any other (S14).
    if (key === "__proto__") Object.defineProperty(lines, key, { value: flat[at + 1], enumerable: true });
    else lines[key] = flat[at + 1] as number;
  }
  return {
    lines: shareLines(lines as TaskSpec["lines"]),
    dependencyLines: dependencyLines as readonly number[],
    dropped,
  };
}

function withDropped(sections: readonly Section[], dropped: ReadonlyMap<number, number>): Section[] {
  return sections.map((section, at) => ({ ...section, dropped: dropped.get(at) ?? 0 }));
}

// An index record as compact JSON, for the same reason as task rows (row-codec.ts). Tasks, of which there are
// thousands, are arrays in a fixed order; the few other kinds of file are stored as they are.
//
// Order and length are part of the schema: older programs check them (what was added since is in `flattenLines`).

import type { FileRecord } from "../../../core/contract/parsed-file.ts";
import type { ParsedTask, RelativePath, Section, TaskSpec } from "../../../core/contract/task.ts";
import { shareLines, shareSections, shareText } from "../../../core/task/share.ts";
import { damagedValue } from "../database/sqlite-failure.ts";
import { flattenSections, readSections } from "./section-codec.ts";

/** The path comes first, so that a record can be found without decoding it. */
export type RecordTuple = ReturnType<typeof encodeRecord>;
const RECORD_LENGTH: RecordTuple["length"] = 11;

type TaskTuple = ReturnType<typeof encodeTask>;
const TASK_LENGTH: TaskTuple["length"] = 21;

/**
 * Key and line in turn. Later additions are here too, under names that no key can have, because earlier versions check
 * the tuple's length but keep any line: `dependencies[0]` is the line of an entry, `dropped[2]` the number of dropped
 * boxes of a section, `worker[careful]` the line of a worker with its name.
 */
type FlatPairs = (string | number)[];

export function encodeRecord(record: FileRecord) {
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
  ] as const;
}

/** Throws a `corrupt` StoreError for a value that is not an encoded record. */
export function decodeRecord(value: unknown): FileRecord {
  const [path, sizeBytes, mtimeMs, ctimeMs, inode, hash, outdated, atMs, basis, firstSeenMs, parsed] =
    checkRecord(value);
  return {
    stamp: { path, sizeBytes, mtimeMs, ctimeMs, inode },
    hash,
    outdated,
    changed: { atMs, basis },
    firstSeenMs,
    parsed: "kind" in parsed ? parsed : decodeTask(parsed, path),
  };
}

function encodeTask({ spec, problems, readable }: ParsedTask, path: RelativePath) {
  return [
    spec.slug,
    spec.workstream,
    // Null when it is the record's own path, which it always should be.
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
  ] as const;
}

function decodeTask(
  {
    0: slug,
    1: workstream,
    2: file,
    3: id,
    4: title,
    5: description,
    6: status,
    7: priority,
    8: milestone,
    9: initiative,
    10: owner,
    11: dependencies,
    12: completedBy,
    13: completed,
    14: pullRequest,
    15: flatSections,
    16: qa_exploration,
    17: review_cleared,
    18: flatLines,
    19: problems,
    20: readable,
  }: TaskTuple,
  path: RelativePath,
): ParsedTask {
  const { lines, dependencyLines, dropped, proposedFrom, worker } = readLines(flatLines);
  const sections = readSections(flatSections);
  return {
    kind: "task",
    spec: {
      slug,
      workstream: shareText(workstream),
      file: file ?? path,
      id,
      title,
      description,
      status,
      priority,
      milestone: shareText(milestone),
      initiative: shareText(initiative),
      owner: shareText(owner),
      dependencies,
      dependencyLines,
      completedBy: shareText(completedBy),
      completed,
      pullRequest,
      proposedFrom,
      worker: shareText(worker),
      sections: shareSections(dropped === null ? sections : withDropped(sections, dropped)),
      gates: { qa_exploration, review_cleared },
      lines,
    },
    problems,
    readable,
  };
}

/** The leaf's checksum covers damage; this guards against a shape that another version wrote. */
function checkRecord(value: unknown): RecordTuple {
  const sound = Array.isArray(value) && value.length === RECORD_LENGTH && isParsed(value[10]);
  if (!sound) throw damagedValue("an index record");
  return value as unknown as RecordTuple;
}

function isParsed(parsed: unknown): boolean {
  if (Array.isArray(parsed)) return parsed.length === TASK_LENGTH;
  return typeof parsed === "object" && parsed !== null && "kind" in parsed;
}

function flattenLines({ lines, dependencyLines, sections, proposedFrom, worker }: TaskSpec): FlatPairs {
  const flat: FlatPairs = [];
  for (const key of Object.keys(lines)) flat.push(key, lines[key] as number);
  dependencyLines.forEach((line, at) => {
    flat.push(`${DEPENDENCY}${at}]`, line);
  });
  sections.forEach(({ dropped }, at) => {
    if (dropped > 0) flat.push(`${DROPPED}${at}]`, dropped);
  });
  if (proposedFrom !== null) flat.push(`${PROPOSED}${proposedFrom}"`, 0);
  if (worker !== null) flat.push(`${WORKER}${worker}]`, lines["worker"] ?? 0);
  return flat;
}

const DEPENDENCY = "dependencies[";
const DROPPED = "dropped[";
/** Among the lines, since the previous version knows no other place, and reads it there as a key that nothing asks for. */
const PROPOSED = 'proposed from "';
const WORKER = "worker[";

const NONE: readonly never[] = [];

function readLines(flat: FlatPairs) {
  const lines: Record<string, number> = {};
  let dependencyLines: number[] | readonly never[] = NONE;
  let dropped: Map<number, number> | null = null;
  let proposedFrom: string | null = null;
  let worker: string | null = null;
  for (let at = 0; at < flat.length; at += 2) {
    const key = flat[at] as string;
    if (key.endsWith("]")) {
      const value = flat[at + 1] as number;
      if (key.startsWith(DEPENDENCY)) dependencyLines = [...dependencyLines, value];
      else if (key.startsWith(WORKER)) worker = key.slice(WORKER.length, -1);
      else
        dropped = (dropped ?? new Map<number, number>()).set(
          Number.parseInt(key.slice(DROPPED.length), 10),
          value,
        );
      continue;
    }
    if (key.startsWith(PROPOSED)) {
      proposedFrom = key.slice(PROPOSED.length, -1);
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
    proposedFrom,
    worker,
  };
}

function withDropped(sections: readonly Section[], dropped: ReadonlyMap<number, number>): Section[] {
  return sections.map((section, at) => ({ ...section, dropped: dropped.get(at) ?? 0 }));
}

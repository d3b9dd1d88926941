// A task row as compact JSON: an array in a fixed order instead of an object, since 10,000 rows of names weigh more
// than what they name. It halves the time to write and to read all of them.
//
// The order is part of the schema: a new field goes to the end, with a migration for the rows that lack it.

import { GROUPS, type TaskRow } from "../../core/snapshot/schema.ts";
import { damagedValue } from "./sqlite-failure.ts";
import { parseStored } from "./stored-json.ts";

type Dependency = TaskRow["dependencies"][number];

type RowTuple = [
  key: string,
  slug: string,
  id: string,
  title: string,
  file: string,
  workstream: string,
  status: TaskRow["status"],
  priority: TaskRow["priority"],
  milestone: string | null,
  initiative: string | null,
  owner: string | null,
  ownerAs: string | null,
  ownerState: TaskRow["owner_state"],
  group: TaskRow["group"],
  baseGroup: TaskRow["base_group"],
  rule: string,
  reason: string,
  since: string,
  sinceBasis: TaskRow["since_basis"],
  baseSince: string,
  baseSinceBasis: TaskRow["base_since_basis"],
  changedAt: string,
  changedBasis: TaskRow["changed_basis"],
  dependencies: FlatDependencies,
  dependents: string[],
  ticked: number,
  total: number,
  sections: FlatSections,
  qaExploration: TaskRow["gates"]["qa_exploration"],
  reviewCleared: TaskRow["gates"]["review_cleared"],
  completed: string | null,
  completedBy: string | null,
  problems: TaskRow["problems"],
  signals: TaskRow["signals"],
];
const TUPLE_LENGTH = 34;

/** Reference, key, state, candidates; again and again. */
type FlatDependencies = (Dependency["reference"] | Dependency["key"] | Dependency["candidates"])[];
/** Heading, line, ticked, total; again and again. */
type FlatSections = (string | number)[];

export function encodeRow(row: TaskRow): string {
  const tuple: RowTuple = [
    row.key,
    row.slug,
    row.id,
    row.title,
    row.file,
    row.workstream,
    row.status,
    row.priority,
    row.milestone,
    row.initiative,
    row.owner,
    row.owner_as,
    row.owner_state,
    row.group,
    row.base_group,
    row.rule,
    row.reason,
    row.since,
    row.since_basis,
    row.base_since,
    row.base_since_basis,
    row.changed_at,
    row.changed_basis,
    flattenDependencies(row.dependencies),
    row.dependents,
    row.progress.ticked,
    row.progress.total,
    flattenSections(row.sections),
    row.gates.qa_exploration,
    row.gates.review_cleared,
    row.completed,
    row.completed_by,
    row.problems,
    row.signals,
  ];
  return JSON.stringify(tuple);
}

/** Throws a `corrupt` StoreError for a text that is not an encoded row. */
export function decodeRow(text: string): TaskRow {
  const row = parseTuple(text);
  return {
    key: row[0],
    slug: row[1],
    id: row[2],
    title: row[3],
    file: row[4],
    workstream: row[5],
    status: row[6],
    priority: row[7],
    milestone: row[8],
    initiative: row[9],
    owner: row[10],
    owner_as: row[11],
    owner_state: row[12],
    group: row[13],
    base_group: row[14],
    rule: row[15],
    reason: row[16],
    since: row[17],
    since_basis: row[18],
    base_since: row[19],
    base_since_basis: row[20],
    changed_at: row[21],
    changed_basis: row[22],
    dependencies: readDependencies(row[23]),
    dependents: row[24],
    progress: { ticked: row[25], total: row[26] },
    sections: readSections(row[27]),
    gates: { qa_exploration: row[28], review_cleared: row[29] },
    completed: row[30],
    completed_by: row[31],
    problems: row[32],
    signals: row[33],
  };
}

const KNOWN_GROUPS: ReadonlySet<string> = new Set(GROUPS);

/**
 * Checks the shape at the places where damage would break a reader. The whole schema would cost more than reading:
 * rows were validated by the compiler when written, and SQLite and JSON notice most of what a failing disk does.
 */
function parseTuple(text: string): RowTuple {
  const row = parseStored(text, "a task's row");
  const sound =
    Array.isArray(row) &&
    row.length === TUPLE_LENGTH &&
    row.slice(0, 6).every(isString) &&
    KNOWN_GROUPS.has(row[13]) &&
    KNOWN_GROUPS.has(row[14]) &&
    row.slice(15, 23).every(isString) &&
    Array.isArray(row[23]) &&
    Array.isArray(row[24]) &&
    Array.isArray(row[27]) &&
    Array.isArray(row[32]) &&
    Array.isArray(row[33]);
  if (!sound) throw damagedValue("a task's row");
  return row as RowTuple;
}

function isString(value: unknown): boolean {
  return typeof value === "string";
}

function flattenDependencies(dependencies: TaskRow["dependencies"]): FlatDependencies {
  const flat: FlatDependencies = [];
  for (const { reference, key, state, candidates } of dependencies)
    flat.push(reference, key, state, candidates);
  return flat;
}

function readDependencies(flat: FlatDependencies): Dependency[] {
  const dependencies: Dependency[] = [];
  for (let at = 0; at < flat.length; at += 4) {
    dependencies.push({
      reference: flat[at] as string,
      key: flat[at + 1] as string | null,
      state: flat[at + 2] as Dependency["state"],
      candidates: flat[at + 3] as string[],
    });
  }
  return dependencies;
}

function flattenSections(sections: TaskRow["sections"]): FlatSections {
  const flat: FlatSections = [];
  for (const { heading, line, ticked, total } of sections) flat.push(heading, line, ticked, total);
  return flat;
}

function readSections(flat: FlatSections): TaskRow["sections"] {
  const sections: TaskRow["sections"] = [];
  for (let at = 0; at < flat.length; at += 4) {
    sections.push({
      heading: flat[at] as string,
      line: flat[at + 1] as number,
      ticked: flat[at + 2] as number,
      total: flat[at + 3] as number,
    });
  }
  return sections;
}

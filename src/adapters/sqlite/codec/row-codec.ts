// A task row as compact JSON: an array in a fixed order instead of an object, since 10,000 rows of names weigh more
// than what they name. It halves the time to write and to read all of them. Key and slug are columns of the table.
//
// The order and the length are part of the schema, and older programs take a longer row for damage: a row that says more
// goes into a table with a new name (migrations.ts).

import { GROUPS, type TaskRow } from "../../../core/contract/snapshot.ts";
import { shareSections, shareText } from "../../../core/task/share.ts";
import { damagedValue } from "../database/sqlite-failure.ts";
import { parseStored } from "../database/stored-json.ts";
import { type FlatSections, flattenSections, readSections } from "./section-codec.ts";

type Dependency = TaskRow["dependencies"][number];

type RowTuple = [
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
  run: TaskRow["run"],
  pullRequest: TaskRow["pull_request"],
];
const TUPLE_LENGTH = 34;

/** Reference, key, state, candidates; again and again. */
type FlatDependencies = (Dependency["reference"] | Dependency["key"] | Dependency["candidates"])[];

export function encodeRow(row: TaskRow): string {
  const tuple: RowTuple = [
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
    row.run,
    row.pull_request,
  ];
  return JSON.stringify(tuple);
}

/** Throws a `corrupt` StoreError for a body that is not an encoded row. */
export function decodeRow({ key, slug, body }: { key: string; slug: string; body: string }): TaskRow {
  const row = parseTuple(body);
  return {
    key,
    slug,
    id: row[0],
    title: row[1],
    // Known from another column (row-additions.ts).
    description: null,
    file: row[2],
    workstream: shareText(row[3]),
    status: row[4],
    priority: row[5],
    milestone: shareText(row[6]),
    initiative: shareText(row[7]),
    owner: shareText(row[8]),
    owner_as: shareText(row[9]),
    owner_state: row[10],
    group: row[11],
    base_group: row[12],
    rule: shareText(row[13]),
    reason: shareText(row[14]),
    since: row[15],
    since_basis: row[16],
    base_since: sameText(row[17], row[15]),
    base_since_basis: row[18],
    changed_at: sameText(row[19], row[15]),
    changed_basis: row[20],
    dependencies: readDependencies(row[21]),
    dependents: row[22],
    progress: { ticked: row[23], dropped: 0, total: row[24] },
    sections: shareSections(readSections(row[25])) as TaskRow["sections"],
    gates: { qa_exploration: row[26], review_cleared: row[27] },
    completed: shareText(row[28]),
    completed_by: shareText(row[29]),
    problems: row[30],
    signals: row[31],
    run: row[32] && { ...LACKING_EARLIER, ...row[32] },
    pull_request: row[33] === null ? null : completeView(row[33]),
  };
}

/** Mostly all times of a row are one. */
function sameText(text: string, other: string): string {
  return text === other ? other : text;
}

/** What runs in rows of earlier versions do not say yet. */
const LACKING_EARLIER = { left_running: [], first_port: null, checked_out: null } as const satisfies Partial<
  TaskRow["run"]
>;

type View = NonNullable<TaskRow["pull_request"]>;

/** A row that an earlier version published lacks what it did not know of a pull request: that is unknown until the next cycle. */
function completeView(view: View): View {
  if ((view as Partial<View>).merge !== undefined) return view;
  return {
    ...view,
    ...{ approved_commit: null, merge_status: "unknown", host_merges: null, merge: null },
    waits: view.waits && { ...view.waits, because: null },
    checks: {
      ...view.checks,
      listed: view.checks.listed.map((check) => ({ ...check, required: null })),
      missing: [],
    },
  };
}

const KNOWN_GROUPS: ReadonlySet<unknown> = new Set(GROUPS);
const TEXTS = [0, 1, 2, 3, 13, 14, 15, 16, 17, 18, 19, 20];
const LISTS = [21, 22, 25, 30, 31];
/** Or null. */
const OBJECTS = [32, 33];

/**
 * Checks the shape at the places where damage would break a reader. The whole schema would cost more than reading:
 * rows were validated by the compiler when written, and SQLite and JSON notice most of what a failing disk does.
 */
function parseTuple(text: string): RowTuple {
  const row = parseStored(text, "a task's row");
  if (!Array.isArray(row) || !hasRowShape(row)) throw damagedValue("a task's row");
  return row as RowTuple;
}

function hasRowShape(row: readonly unknown[]): boolean {
  if (row.length !== TUPLE_LENGTH) return false;
  for (const at of TEXTS) if (typeof row[at] !== "string") return false;
  for (const at of LISTS) if (!Array.isArray(row[at])) return false;
  for (const at of OBJECTS) if (typeof row[at] !== "object" || Array.isArray(row[at])) return false;
  return KNOWN_GROUPS.has(row[11]) && KNOWN_GROUPS.has(row[12]);
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

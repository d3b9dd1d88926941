// A task row as compact JSON: an array in a fixed order, because in 10,000 rows the names would weigh more than the
// values. It halves the time to write and to read them. Key and slug are columns of the table.
//
// Order and length are part of the schema, and older programs take a longer row for damage: whatever else a row says
// goes into another column (`encodeAdditions`) or a table with a new name (migrations.ts).

import { GROUPS, type TaskRow } from "../../../core/contract/snapshot.ts";
import { shareSections, shareText } from "../../../core/task/share.ts";
import { parseStored } from "../database/sql.ts";
import { damagedValue } from "../database/sqlite-failure.ts";
import { flattenSections, readSections } from "./section-codec.ts";

type RowTuple = ReturnType<typeof toTuple>;
const TUPLE_LENGTH: RowTuple["length"] = 34;

export function encodeRow(row: TaskRow): string {
  return JSON.stringify(toTuple(row));
}

function toTuple(row: TaskRow) {
  return [
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
  ] as const;
}

/** Throws a `corrupt` StoreError for a body that is not an encoded row. */
export function decodeRow({ key, slug, body }: { key: string; slug: string; body: string }): TaskRow {
  const tuple = parseStored(body, "a task's row");
  if (!Array.isArray(tuple) || !isSound(tuple)) throw damagedValue("a task's row");
  return toRow({ key, slug }, tuple as unknown as RowTuple);
}

function toRow(
  { key, slug }: Pick<TaskRow, "key" | "slug">,
  {
    0: id,
    1: title,
    2: file,
    3: workstream,
    4: status,
    5: priority,
    6: milestone,
    7: initiative,
    8: owner,
    9: owner_as,
    10: owner_state,
    11: group,
    12: base_group,
    13: rule,
    14: reason,
    15: since,
    16: since_basis,
    17: base_since,
    18: base_since_basis,
    19: changed_at,
    20: changed_basis,
    21: dependencies,
    22: dependents,
    23: ticked,
    24: total,
    25: sections,
    26: qa_exploration,
    27: review_cleared,
    28: completed,
    29: completed_by,
    30: problems,
    31: signals,
    32: run,
    33: pull_request,
  }: RowTuple,
): TaskRow {
  return {
    key,
    slug,
    id,
    title,
    // From another column (`withAdditions`).
    description: null,
    file,
    workstream: shareText(workstream),
    status,
    priority,
    milestone: shareText(milestone),
    initiative: shareText(initiative),
    owner: shareText(owner),
    owner_as: shareText(owner_as),
    owner_state,
    group,
    base_group,
    rule: shareText(rule),
    reason: shareText(reason),
    since,
    since_basis,
    base_since: sameText(base_since, since),
    base_since_basis,
    changed_at: sameText(changed_at, since),
    changed_basis,
    dependencies: readDependencies(dependencies),
    dependents,
    progress: { ticked, dropped: 0, total },
    sections: shareSections(readSections(sections)) as TaskRow["sections"],
    gates: { qa_exploration, review_cleared },
    completed: shareText(completed),
    completed_by: shareText(completed_by),
    worker: null,
    problems,
    signals,
    run: run && completeRun(run),
    pull_request: pull_request && completeView(pull_request),
  };
}

const KNOWN_GROUPS: ReadonlySet<unknown> = new Set(GROUPS);

/** By slot (`toRow`). */
const TEXTS = [0, 1, 2, 3, 13, 14, 15, 16, 17, 18, 19, 20];
const LISTS = [21, 22, 25, 30, 31];
const OBJECTS_OR_NULL = [32, 33];

/**
 * Checks the slots where damage would break a reader. The whole schema would cost more than reading: rows were checked
 * by the compiler when they were written, and SQLite and JSON notice most of what a failing disk does.
 */
function isSound(row: readonly unknown[]): boolean {
  if (row.length !== TUPLE_LENGTH) return false;
  for (const slot of TEXTS) if (typeof row[slot] !== "string") return false;
  for (const slot of LISTS) if (!Array.isArray(row[slot])) return false;
  for (const slot of OBJECTS_OR_NULL)
    if (typeof row[slot] !== "object" || Array.isArray(row[slot])) return false;
  return KNOWN_GROUPS.has(row[11]) && KNOWN_GROUPS.has(row[12]);
}

/** Usually all times of a row are the same. */
function sameText(text: string, other: string): string {
  return text === other ? other : text;
}

/** What runs in rows of earlier versions lack. */
const LACKING_EARLIER = {
  left_running: [],
  first_port: null,
  checked_out: null,
  agent: null,
  doing: null,
  plan: null,
  tokens: null,
  context_percent: null,
  cost: null,
  denied: null,
  diff: null,
  limit: null,
} as const satisfies Partial<TaskRow["run"]>;

type StoredRun = NonNullable<TaskRow["run"]>;

function completeRun(run: StoredRun): StoredRun {
  const { question } = run;
  return { ...LACKING_EARLIER, ...run, question: question && { ...LACKING_IN_QUESTION, ...question } };
}

const LACKING_IN_QUESTION = { about: "question" } as const;

type View = NonNullable<TaskRow["pull_request"]>;

/** What an earlier version did not know of a pull request is unknown until the next cycle. */
function completeView(view: View): View {
  if ((view as Partial<View>).merge !== undefined) return view;
  return {
    ...view,
    approved_commit: null,
    merge_status: "unknown",
    host_merges: null,
    merge: null,
    waits: view.waits && { ...view.waits, because: null },
    checks: {
      ...view.checks,
      listed: view.checks.listed.map((check) => ({ ...check, required: null })),
      missing: [],
    },
  };
}

type Dependency = TaskRow["dependencies"][number];

/** Reference, key, state and candidates of each in turn. */
type FlatDependencies = (Dependency["reference"] | Dependency["key"] | Dependency["candidates"])[];

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

/**
 * What a row says beyond its tuple, for a separate column: `<seq>|<dropped boxes and worker>|<description>`; null for nothing. A
 * program that does not know the column leaves an old value behind when it writes a newer row; the `seq` shows that.
 * Plain text, because parsing 10,000 more JSON values would be noticeable.
 */
export function encodeAdditions({ sections, description, worker }: TaskRow, seq: number): string | null {
  const dropped = sections.flatMap((section, at) =>
    section.dropped === 0 ? [] : [`${at}:${section.dropped}`],
  );
  // Earlier programs take it for the boxes of a section that does not exist.
  if (worker !== null) dropped.push(`${WORKER}:${Buffer.from(worker).toString("base64url")}`);
  if (dropped.length === 0 && description === null) return null;
  return `${seq}|${dropped.join(",")}|${description === null ? "" : ` ${description}`}`;
}

/** The row with its additions. */
export function withAdditions(row: TaskRow, seq: number, text: unknown): TaskRow {
  if (typeof text !== "string") return row;
  const first = text.indexOf("|");
  const second = text.indexOf("|", first + 1);
  if (second === -1 || Number(text.slice(0, first)) !== seq) return row;
  const description = second + 1 === text.length ? null : text.slice(second + 2);
  return second === first + 1
    ? { ...row, description }
    : { ...withDropped(row, text.slice(first + 1, second)), description };
}

const WORKER = "worker";

function withDropped(row: TaskRow, text: string): TaskRow {
  const pairs = text.split(",").map((pair) => pair.split(":"));
  const counts = new Map(pairs.map(([at, dropped]) => [Number(at), Number(dropped)]));
  const named = pairs.find(([name]) => name === WORKER)?.[1];
  const worker = named === undefined ? null : shareText(Buffer.from(named, "base64url").toString());
  const sections = row.sections.map((section, at) => ({ ...section, dropped: counts.get(at) ?? 0 }));
  const dropped = sections.reduce((sum, section) => sum + section.dropped, 0);
  const shared = shareSections(sections) as TaskRow["sections"];
  return { ...row, worker, sections: shared, progress: { ...row.progress, dropped } };
}

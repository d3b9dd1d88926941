// Parsed files and indexes as tests need them, without going through the parser.

import type { FileRecord, KnownTime, ParsedFile, TreeIndex } from "../../src/core/contract/parsed-file.ts";
import type { Problem } from "../../src/core/contract/problem.ts";
import type { Repository, Thresholds } from "../../src/core/contract/snapshot.ts";
import type { RelativePath, TaskSpec } from "../../src/core/contract/task.ts";
import { NOTHING_ASKED } from "../../src/core/pull-request/pull-requests-input.ts";
import { NO_RUNS } from "../../src/core/run/run-facts.ts";
import { buildSnapshot } from "../../src/core/snapshot/build.ts";
import type { BuildInput, BuiltSnapshot } from "../../src/core/snapshot/built-snapshot.ts";
import { defaultTaskId } from "../../src/core/task/task-id.ts";

export const HOUR_MS = 3_600_000;

/** An arbitrary moment that tests count from. */
export const NOON_MS = Date.UTC(2026, 2, 24, 12);

export const REPOSITORY: Repository = {
  name: "app",
  branch: "main",
  commit: "a".repeat(40),
  default_branch: "main",
  git: "ok",
  notice: null,
};

export const THRESHOLDS: Thresholds = {
  pickup_overdue_hours: 24,
  stuck_in_progress_hours: 72,
  doubt_percent: 20,
  look_closer_minutes: 5,
  idle_watch_minutes: 15,
  idle_person_minutes: 30,
  start_stalled_minutes: 10,
  grace_minutes: 5,
  review_overdue_hours: 24,
  reraise_hours: 4,
};

export type TaskSketch = Partial<Omit<TaskSpec, "file">> & {
  readonly slug: string;
  readonly problems?: readonly Problem[];
  readonly changed?: KnownTime;
};

/** A task file's record; workstream `infra`, status `not_started` and changed at noon by default. */
export function taskRecord(sketch: TaskSketch): FileRecord {
  const { problems = [], changed = { atMs: NOON_MS, basis: "seen" }, ...overrides } = sketch;
  const workstream = overrides.workstream ?? "infra";
  const file = `tasks/workstreams/${workstream}/tasks/${overrides.slug}.md` as RelativePath;
  const spec: TaskSpec = {
    workstream,
    file,
    id: defaultTaskId(workstream, overrides.slug),
    title: `Task ${overrides.slug}`,
    description: null,
    status: "not_started",
    priority: "p2",
    milestone: null,
    initiative: null,
    owner: null,
    dependencies: [],
    dependencyLines: (overrides.dependencies ?? []).map((_, at) => 6 + at),
    completedBy: null,
    completed: null,
    pullRequest: null,
    proposedFrom: null,
    worker: null,
    sections: [],
    gates: { qa_exploration: "absent", review_cleared: "absent" },
    lines: {
      ...(overrides.id !== undefined && { id: 2 }),
      status: 3,
      owner: 4,
      dependencies: 5,
      milestone: 6,
      initiative: 7,
    },
    ...overrides,
  };
  return fileRecord({ kind: "task", spec, problems, readable: true }, changed);
}

/** The record of any parsed file. */
export function fileRecord(
  parsed: ParsedFile,
  changed: KnownTime = { atMs: NOON_MS, basis: "seen" },
): FileRecord {
  const path = parsed.kind === "task" ? parsed.spec.file : parsed.file;
  return {
    stamp: { path, sizeBytes: 1, mtimeMs: 0, ctimeMs: 0, inode: 1 },
    hash: "",
    parsed,
    outdated: false,
    changed,
    firstSeenMs: changed.atMs,
  };
}

export function person(
  slug: string,
  aliases: readonly string[] = [],
  name: string | null = null,
): FileRecord {
  return fileRecord({
    kind: "person",
    slug,
    file: path(`team/${slug}`),
    name,
    aliases,
    aliasLines: aliases.map((_, at) => 3 + at),
    problems: [],
  });
}

export function role(slug: string, owner: string | null, filledBy: string | null = null): FileRecord {
  return fileRecord({
    kind: "role",
    slug,
    file: path(`team/roles/${slug}`),
    title: null,
    owner,
    filledBy,
    line: 2,
    problems: [],
  });
}

export function milestone(slug: string, target: string | null = null): FileRecord {
  return fileRecord({
    kind: "milestone",
    slug,
    file: path(`milestones/${slug}`),
    title: null,
    target,
    problems: [],
  });
}

function path(name: string): RelativePath {
  return `tasks/${name}.md` as RelativePath;
}

export function treeIndex(records: readonly FileRecord[]): TreeIndex {
  return new Map(records.map((record) => [record.stamp.path, record]));
}

/** Builds from records (or sketches of tasks), everything else at its default. */
export function build(
  files: readonly (FileRecord | TaskSketch)[],
  overrides: Partial<Omit<BuildInput, "index">> = {},
): BuiltSnapshot {
  const records = files.map((file) => ("parsed" in file ? file : taskRecord(file)));
  return buildSnapshot({
    index: treeIndex(records),
    previous: null,
    repository: REPOSITORY,
    thresholds: THRESHOLDS,
    commitDatesMs: new Map(),
    addedDatesMs: null,
    runs: NO_RUNS,
    pullRequests: NOTHING_ASKED,
    nowMs: NOON_MS,
    ...overrides,
  });
}

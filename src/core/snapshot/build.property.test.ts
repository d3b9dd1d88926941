// The invariants of a build, against random histories of a small tree: files appear, change, go and come back, time
// passes, commit dates arrive, pull requests are opened, pushed to, merged, closed and forgotten. Few names, so that
// slugs, ids, branches and dependencies collide often.

import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  checks,
  deliveryRecord,
  pullRequest,
  pullRequestsInput,
  RED,
  RUNNING,
  rebaseAttempt,
} from "../../../test/support/pull-request-samples.ts";
import { rounds } from "../../../test/support/rounds.ts";
import { runFacts, runsInput, sampleActivity, sampleRun } from "../../../test/support/run-samples.ts";
import {
  HOUR_MS,
  milestone,
  NOON_MS,
  person,
  REPOSITORY,
  role,
  THRESHOLDS,
  taskRecord,
} from "../../../test/support/task-tree.ts";
import { acknowledgeSignal } from "../contract/acknowledgement.ts";
import type { FileRecord } from "../contract/parsed-file.ts";
import {
  MERGEABLE_STATES,
  PULL_REQUEST_STATES,
  type PullRequest,
  REBASE_OUTCOMES,
  REVIEW_STATES,
} from "../contract/pull-request.ts";
import { GROUPS, snapshotSchema, type Thresholds } from "../contract/snapshot.ts";
import type { RelativePath } from "../contract/task.ts";
import { TASK_STATUSES } from "../contract/task.ts";
import { NO_LIMITS } from "../costs/budget-limits.ts";
import { assembleSnapshot } from "../publication/assemble.ts";
import type { DeliveryRecord } from "../pull-request/judge-delivery.ts";
import { NOTHING_ASKED, type PullRequestsInput } from "../pull-request/pull-requests-input.ts";
import { NO_RUNS, NOTHING_SEEN, type RunFacts, type RunsInput } from "../run/run-facts.ts";
import { buildSnapshot } from "./build.ts";
import { type BuiltSnapshot, restoreBuilt } from "./built-snapshot.ts";
import { diffSnapshots } from "./diff.ts";
import { INPUT_NAMES, type InputName } from "./entry-inputs.ts";

const SLUGS = ["a", "b", "c", "d", "e", "f"];
const REFERENCES = [...SLUGS, "infra/a", "web/b", "M1-1", "INFRA-C", "nowhere", "a1"];

type Step = {
  readonly edits: readonly { readonly file: FileRecord; readonly gone: boolean }[];
  readonly passMs: number;
  readonly commits: readonly (readonly [FileRecord, number])[];
  readonly restart: boolean;
  /** Null: the same as before. */
  readonly runs: readonly RunFacts[] | null;
  readonly acknowledged: RunsInput["acknowledgementsByKey"] | null;
  readonly attemptsMax: number;
  readonly budget: RunsInput["budget"];
  readonly thresholds: Thresholds;
  /** What a sync finds; nothing new when it is empty, as when it fails. */
  readonly found: readonly Found[];
  readonly delivery: PullRequestsInput["delivery"];
};

type Found =
  | { readonly kind: "set"; readonly one: PullRequest }
  | { readonly kind: "cared"; readonly record: DeliveryRecord }
  | { readonly kind: "gone"; readonly number: number };

const problem = {
  code: "yaml_invalid",
  severity: "error",
  file: "f",
  line: 1,
  message: "Bad.",
  hint: "",
} as const;

const taskFile = fc
  .record({
    slug: fc.constantFrom(...SLUGS),
    workstream: fc.constantFrom("infra", "infra", "infra", "web"),
    id: fc.constantFrom(undefined, undefined, "M1-1", "INFRA-C"),
    status: fc.constantFrom(...TASK_STATUSES, "ready", "ready", "ready", "completed", null),
    owner: fc.constantFrom(null, "dave", "d.f", "qa", "zoe"),
    milestone: fc.constantFrom(null, "m1", "m2"),
    title: fc.constantFrom("One", "Two"),
    dependencies: fc.array(fc.constantFrom(...SLUGS, ...REFERENCES), { maxLength: 3 }),
    problems: fc.constantFrom([], [], [problem]),
    pullRequest: fc.constantFrom(null, null, null, { number: 2, url: null }),
    changed: fc.record({
      atMs: fc.integer({ min: -80, max: 0 }).map((hours) => NOON_MS + hours * HOUR_MS),
      basis: fc.constantFrom("seen", "first_seen", "first_seen"),
    }),
  })
  .map(({ id, ...sketch }) => taskRecord(id === undefined ? sketch : { ...sketch, id }));

const anyFile = fc.oneof(
  { weight: 12, arbitrary: taskFile },
  {
    weight: 1,
    arbitrary: fc.constantFrom(person("dave", ["df"]), person("zoe"), role("qa", "dave"), milestone("m1")),
  },
);

const ACTIVITIES = [
  sampleActivity({ doing: { kind: "retrying", retry: 3, status: 503, why: "", sinceMs: NOON_MS } }),
  sampleActivity({
    plan: [{ text: "Read", state: "active" }],
    cost: { usd: 1.5, isEstimate: true },
    denied: 2,
    lastDenied: { tool: "Write", input: "/etc/hosts", why: "outside" },
    limit: {
      kind: "limit",
      status: "reached",
      window: null,
      usedPercent: null,
      resetsAtMs: null,
      atMs: NOON_MS,
    },
  }),
];

const anyRun = fc
  .record({
    key: fc.constantFrom(...SLUGS, "infra/a", "gone"),
    state: fc.constantFrom("queued", "dispatching", "running", "exited", "failed", "interrupted"),
    outcome: fc.constantFrom(null, { kind: "done" as const, note: "n", atMs: NOON_MS }),
    failuresInRow: fc.constantFrom(0, 1, 3),
    sinceMs: fc.integer({ min: -60, max: 0 }).map((minutes) => NOON_MS + minutes * 60_000),
    quiet: fc.boolean(),
    branch: fc.constantFrom(null, "task/a", "odd/name"),
    head: fc.constantFrom(null, "head-1", "head-2"),
    kind: fc.constantFrom("supervised", "supervised", "by_hand"),
    activity: fc.constantFrom(null, null, ...ACTIVITIES),
  })
  .map(({ quiet, head, activity, ...overrides }) => {
    const { state, sinceMs } = overrides;
    const progress = {
      verdict: "quiet",
      detail: null,
      untilMs: null,
      quietSinceMs: sinceMs,
      evidence: [],
    } as const;
    const seen = { ...NOTHING_SEEN, head, activity };
    return runFacts(sampleRun(overrides), quiet && state === "running" ? { progress, seen } : { seen });
  });

const hoursAgo = fc.integer({ min: -60, max: 0 }).map((hours) => NOON_MS + hours * HOUR_MS);
const number = fc.integer({ min: 1, max: 4 });
const head = fc.constantFrom("head-1", "head-2", "head-3");

const anyPullRequest = fc
  .record({
    number,
    branch: fc.constantFrom("task/a", "task/b", "task/c", "web/c", "odd/name", "main"),
    fork: fc.constantFrom(false, false, false, true),
    state: fc.constantFrom(...PULL_REQUEST_STATES, "open" as const),
    draft: fc.constantFrom(false, false, true),
    headCommit: head,
    review: fc.constantFrom(...REVIEW_STATES),
    mergeable: fc.constantFrom(...MERGEABLE_STATES),
    mustUpdate: fc.boolean(),
    behindBy: fc.constantFrom(null, 0, 3),
    checks: fc.constantFrom(RED, RUNNING, checks({}), checks({ passing: 7 })),
    reviewableAtMs: hoursAgo,
    createdAtMs: hoursAgo,
    mergedAtMs: fc.option(hoursAgo),
    base: fc.constantFrom("main", "main", "task/b"),
    reverts: fc.constantFrom(null, null, null, 1, 2),
  })
  .map((overrides) =>
    pullRequest({ ...overrides, mergedAtMs: overrides.state === "merged" ? overrides.mergedAtMs : null }),
  );

const anyCare = fc
  .record({
    number,
    rebase: fc.option(
      fc
        .record({ headCommit: head, outcome: fc.constantFrom(...REBASE_OUTCOMES), atMs: hoursAgo })
        .map(rebaseAttempt),
    ),
    repairs: fc.array(
      fc.record({ headCommit: head, because: fc.constantFrom("conflict", "checks"), atMs: hoursAgo }),
      { maxLength: 2 },
    ),
  })
  .map(deliveryRecord);

const found: fc.Arbitrary<Found> = fc.oneof(
  { weight: 6, arbitrary: anyPullRequest.map((one) => ({ kind: "set" as const, one })) },
  { weight: 2, arbitrary: anyCare.map((record) => ({ kind: "cared" as const, record })) },
  { weight: 1, arbitrary: number.map((gone) => ({ kind: "gone" as const, number: gone })) },
);

const SIGNALS = ["worker_idle", "dispatch_failed", "invalid_task", "dependency_missing"];

const acknowledged = fc
  .array(
    fc.record({
      key: fc.constantFrom(...SLUGS),
      code: fc.constantFrom(...SIGNALS),
      firstSeen: fc.constantFrom(NOON_MS, NOON_MS, NOON_MS + HOUR_MS).map((ms) => new Date(ms).toISOString()),
    }),
    { maxLength: 4 },
  )
  .map((all) => {
    const common = { kind: "acknowledged", by: "dave", note: null, nowMs: NOON_MS, untilMs: null } as const;
    const made = all.map((one) => acknowledgeSignal({ ...common, ...one, usualMs: HOUR_MS }, null));
    return Map.groupBy(made, ({ key }) => key);
  });

const seenHoursAgo = (hours: number) =>
  ({ changed: { atMs: NOON_MS - hours * HOUR_MS, basis: "first_seen" } }) as const;
/** A dependency cycle, and a task whose readiness dates from its dependency: rare among random files. */
const CYCLE = ["a", "b", "c"].map((slug, at, all) =>
  taskRecord({ slug, status: "ready", dependencies: [all[(at + 1) % all.length] ?? ""] }),
);
const CHAIN = [
  taskRecord({ slug: "a", status: "ready", dependencies: ["b"], ...seenHoursAgo(60) }),
  taskRecord({ slug: "b", status: "completed", ...seenHoursAgo(1) }),
];

const step: fc.Arbitrary<Step> = fc.record({
  edits: fc.array(fc.record({ file: anyFile, gone: fc.boolean() }), { maxLength: 3 }),
  passMs: fc.constantFrom(0, 1, HOUR_MS / 6, HOUR_MS / 2, 6 * HOUR_MS, 12 * HOUR_MS, 36 * HOUR_MS, -HOUR_MS),
  commits: fc.array(
    fc.tuple(fc.oneof(taskFile, fc.constantFrom(...CHAIN)), fc.integer({ min: -90, max: 10 })),
    {
      maxLength: 2,
    },
  ),
  restart: fc.boolean(),
  runs: fc.oneof(fc.constant(null), fc.constant([]), fc.array(anyRun, { maxLength: 4 })),
  acknowledged: fc.option(acknowledged),
  attemptsMax: fc.constantFrom(2, 3),
  budget: fc.constantFrom(NO_LIMITS, { ...NO_LIMITS, run_tools: 1 }),
  thresholds: fc.constantFrom(THRESHOLDS, {
    ...THRESHOLDS,
    pickup_overdue_hours: 1,
    idle_person_minutes: 20,
  }),
  found: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(found, { maxLength: 4 }) },
  ),
  delivery: fc.constantFrom(NOTHING_ASKED.delivery, { rebase: "safe" as const, repair: "agent" as const }),
});

/** What a step has beside the time that passes; the settings among them stay as the step before had them. */
const PARTS = [
  ...(["edits", "commits", "runs", "acknowledged", "found"] as const),
  ...(["attemptsMax", "budget", "thresholds", "delivery"] as const),
];
const NO_CHANGE = { edits: [], passMs: 0, commits: [], runs: null, acknowledged: null, found: [] } as const;

const NOTHING_HAPPENS: Step = {
  ...NO_CHANGE,
  ...{ restart: false, attemptsMax: 3, budget: NO_LIMITS, thresholds: THRESHOLDS },
  delivery: NOTHING_ASKED.delivery,
};

/** One thing changes and no other: rare among random steps, and what one input of a row is compared for. */
const single = fc.tuple(step, fc.constantFrom(...PARTS)).map(
  ([step, part]) =>
    (before: Step): Step => ({ ...before, ...NO_CHANGE, [part]: step[part] }),
);
const anyStep: fc.Arbitrary<(before: Step) => Step> = fc.oneof(
  step.map((next) => () => next),
  single,
);

const history = fc
  .record({
    start: fc
      .tuple(fc.array(anyFile, { minLength: 4, maxLength: 12 }), fc.constantFrom([], CYCLE, CHAIN))
      .map((files) => files.flat()),
    steps: fc.array(anyStep, { minLength: 1, maxLength: 4 }),
  })
  .map(({ start, steps }): History => {
    let last = NOTHING_HAPPENS;
    const inOrder = steps.map((next) => {
      last = next(last);
      return last;
    });
    return { start, steps: inOrder };
  });

type History = { start: FileRecord[]; steps: Step[] };

type Visit = {
  readonly previous: BuiltSnapshot | null;
  readonly next: BuiltSnapshot;
  /** The same build without any memory of how the previous rows were made. */
  readonly cold: () => BuiltSnapshot;
  readonly nowMs: number;
};

/** Plays a history; each build is also made from the previous rows alone, without memory of how they were made. */
function play(
  { start, steps }: History,
  visit: (visit: Visit) => void,
  compared?: readonly InputName[],
): void {
  let files = new Map(start.map((file) => [file.stamp.path, file]));
  let commitDatesMs: ReadonlyMap<RelativePath, number> = new Map();
  let nowMs = NOON_MS;
  let previous: BuiltSnapshot | null = null;
  let pullRequests = NOTHING_ASKED;
  let runs = NO_RUNS;
  for (const step of [NOTHING_HAPPENS, ...steps]) {
    const { edits, passMs, commits } = step;
    nowMs += passMs;
    pullRequests = syncNow(pullRequests, step);
    runs = nextRuns(runs, step);
    files = new Map(files);
    for (const { file, gone } of edits) {
      if (gone) files.delete(file.stamp.path);
      else files.set(file.stamp.path, file);
    }
    if (commits.length > 0) {
      const dates = commits.map(([file, hours]) => [file.stamp.path, NOON_MS + hours * HOUR_MS] as const);
      commitDatesMs = new Map([...commitDatesMs, ...dates]);
    }
    const world = {
      repository: { ...REPOSITORY },
      thresholds: { ...step.thresholds },
      commitDatesMs,
      // As old as their last commit, where they have one; nothing is known before the first.
      addedDatesMs: commitDatesMs.size === 0 ? null : commitDatesMs,
      runs,
      pullRequests,
      nowMs,
    };
    const next = buildSnapshot({ ...world, index: files, previous, ...(compared && { compared }) });
    // The cold one also meets the files in another order, as a new listing would give them.
    const index = new Map([...files].reverse());
    const before = previous;
    const cold = () => {
      const overrides = { ...pullRequests, known: structuredClone(pullRequests.known).toReversed() };
      return buildSnapshot({ ...world, index, pullRequests: overrides, previous: before && forget(before) });
    };
    visit({ previous, next, cold, nowMs });
    previous = next;
  }
}

function nextRuns(before: RunsInput, { runs, acknowledged: marks, attemptsMax, budget }: Step): RunsInput {
  const { byKey } = runs === null ? before : runsInput(runs);
  return {
    ...before,
    byKey,
    attemptsMax,
    budget,
    acknowledgementsByKey: marks ?? before.acknowledgementsByKey,
  };
}

/** The same object when a sync found nothing, and settings are what they were. */
function syncNow(before: PullRequestsInput, { found: all, delivery }: Pick<Step, "found" | "delivery">) {
  if (all.length === 0 && delivery === before.delivery) return before;
  const known = new Map(before.known.map((one) => [one.number, one]));
  const care = new Map(before.deliveryRecords);
  for (const each of all) {
    if (each.kind === "set") known.set(each.one.number, each.one);
    else if (each.kind === "cared") care.set(each.record.number, each.record);
    else known.delete(each.number);
  }
  return pullRequestsInput([...known.values()], { deliveryRecords: care, delivery });
}

function forget({ header, rows }: BuiltSnapshot): BuiltSnapshot {
  return restoreBuilt(structuredClone({ header, rows: [...rows.values()].reverse() }));
}

function check(runs: number, visit: (visit: Visit) => void): void {
  fc.assert(
    fc.property(history, (given) => play(given, visit)),
    { numRuns: runs },
  );
}

/** `toEqual` explains, but takes ten times as long to agree. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

test("R14: a warm build equals a cold one, from the same ground state", () => {
  check(rounds({ short: 700, full: 4_000 }), ({ next, cold }) => {
    const { header, rows, nextChangeMs } = cold();
    expectSame(new Map(rows), new Map(next.rows));
    expectSame(header, next.header);
    expect(nextChangeMs).toBe(next.nextChangeMs);
  });
});

test.each(INPUT_NAMES)("R14, Q5: a warm build that does not compare %s differs from a cold one", (left) => {
  const compared = INPUT_NAMES.filter((name) => name !== left);
  const isSame = (given: History) => {
    let same = true;
    const visit = ({ next, cold }: Visit) => {
      same &&= isDeepStrictEqual(new Map(next.rows), new Map(cold().rows));
    };
    play(given, visit, compared);
    return same;
  };
  // The seed makes the time it takes the same in every run.
  const { failed } = fc.check(fc.property(history, isSame), { numRuns: 4_000, endOnFailure: true, seed: 6 });
  expect(failed).toBe(true);
});

test("R14: rows that are equal to the previous ones are the same objects", () => {
  check(rounds({ short: 700, full: 2_500 }), ({ previous, next }) => {
    for (const [key, row] of next.rows) {
      const before = previous?.rows.get(key);
      if (before !== row) expect(isDeepStrictEqual(before, row)).toBe(false);
    }
  });
});

test("R14: every task is in exactly one group, and counts are the lengths of the lists", () => {
  check(rounds({ short: 800, full: 3_000 }), ({ next }) => {
    const snapshot = assembled(next);
    expectSame(GROUPS.flatMap((group) => snapshot.groups[group]).sort(), [...next.rows.keys()].sort());
    for (const group of GROUPS) expect(snapshot.counts[group]).toBe(snapshot.groups[group].length);
    for (const row of snapshot.tasks) expect(snapshot.groups[row.group].includes(row.key)).toBe(true);
  });
});

test("R14: a diff applied to the previous rows gives the next, and its transitions lead from group to group", () => {
  check(rounds({ short: 800, full: 3_000 }), ({ previous, next, nowMs }) => {
    const { changed, changedRows, goneKeys, transitions } = diffSnapshots(previous, next, nowMs);
    const applied = new Map(previous?.rows);
    for (const key of goneKeys) expect(applied.delete(key)).toBe(true);
    for (const row of changedRows) applied.set(row.key, row);
    expectSame(applied, new Map(next.rows));
    const isNew = previous === null || previous.header !== next.header;
    expect(changed).toBe(isNew || changedRows.length + goneKeys.length > 0);
    const groups = new Map(previous?.rows.values().map(({ key, group }) => [key, group]));
    for (const transition of transitions) {
      if (transition.kind !== "moved") continue;
      expect(transition.from).toBe(groups.get(transition.key) ?? null);
      if (transition.to === null) groups.delete(transition.key);
      else groups.set(transition.key, transition.to);
    }
    if (previous !== null)
      expectSame(groups, new Map([...next.rows].map(([key, { group }]) => [key, group])));
  });
});

test("H8: every snapshot is as the published schema says", () => {
  check(200, ({ next }) => {
    const snapshot = assembled(next);
    expectSame(snapshotSchema.parse(snapshot), snapshot);
  });
});

function assembled({ header, rows }: BuiltSnapshot) {
  const publishedAt = new Date(NOON_MS).toISOString();
  return assembleSnapshot({ header, rows: rows.values(), seq: 1, epoch: 1, publishedAt });
}

// Realistic snapshots for page and browser tests: built from a short list of tasks, at a fixed moment.

import type { ActivityEvent } from "../../src/core/contract/activity.ts";
import type { Signal } from "../../src/core/contract/signal.ts";
import type {
  Attestation,
  Freshness,
  Group,
  Snapshot,
  SnapshotHeader,
  TaskRow,
} from "../../src/core/contract/snapshot.ts";
import { GROUPS } from "../../src/core/contract/snapshot.ts";
import { isOpen } from "../../src/core/contract/task.ts";
import { NEVER_SYNCED, viewSource } from "../../src/core/pull-request/sync-state.ts";
import { NO_RUNS } from "../../src/core/run/run-facts.ts";
import { THRESHOLDS } from "./task-tree.ts";

export const OBSERVED_AT = "2026-03-24T12:04:31.000Z";
export const OBSERVED_AT_MS = Date.parse(OBSERVED_AT);

const MINUTE_MS = 60_000;

/** ISO time so many minutes before the observation. */
export function minutesAgo(minutes: number): string {
  return new Date(OBSERVED_AT_MS - minutes * MINUTE_MS).toISOString();
}

/** A row with everything filled in; `minutes` is how long it has been in its group. */
export function sampleRow(
  values: Partial<TaskRow> & { readonly key: string; readonly group: Group },
  minutes = 60,
): TaskRow {
  const since = minutesAgo(minutes);
  const slug = values.key.split("/").at(-1) ?? values.key;
  const workstream = values.workstream ?? "infra-tooling";
  return {
    slug,
    id: `${workstream}-${slug}`.toUpperCase().replaceAll("-", "_"),
    title: slug.replaceAll("-", " ").replace(/^./, (first) => first.toUpperCase()),
    description: null,
    file: `tasks/workstreams/${workstream}/tasks/${slug}.md`,
    workstream,
    status: "ready",
    priority: "p1",
    milestone: "m1-pilot",
    initiative: null,
    owner: "dave",
    owner_as: null,
    owner_state: "known",
    base_group: values.group === "needs_attention" ? "active" : values.group,
    rule: `status_${values.group}`,
    reason: values.signals?.[0]?.sentence ?? "every dependency is completed",
    since,
    since_basis: "transition",
    base_since: since,
    base_since_basis: "transition",
    changed_at: since,
    changed_basis: "seen",
    dependencies: [],
    dependents: [],
    progress: { ticked: 0, dropped: 0, total: 0 },
    sections: [],
    gates: { qa_exploration: "absent", review_cleared: "absent" },
    completed: null,
    completed_by: null,
    worker: null,
    problems: [],
    signals: [],
    run: null,
    pull_request: null,
    ...values,
  };
}

export function sampleSignal(code: Signal["code"], sentence: string, values: Partial<Signal> = {}): Signal {
  return { code, tier: 2, sentence, evidence: {}, first_seen: minutesAgo(21), acknowledged: null, ...values };
}

const unfinished = (key: string) => ({ reference: key, key, state: "unfinished" as const, candidates: [] });

/** About as many tasks as a team sees in a week, in every group and with every oddity a row can have. */
export function sampleRows(): TaskRow[] {
  const progress = (ticked: number, total: number) => ({ progress: { ticked, dropped: 0, total } });
  return [
    sampleRow(
      {
        key: "host-dataface-on-gcp",
        title: "Host Dataface on GCP",
        group: "needs_attention",
        priority: "p0",
        status: "in_progress",
        signals: [
          sampleSignal("stuck_in_progress", "In progress, and the file has not changed for 72 h or more", {
            first_seen: minutesAgo(210),
          }),
          sampleSignal(
            "dependency_missing",
            "Depends on pilot-regoin, which does not exist; did you mean pick-the-pilot-region?",
            { first_seen: minutesAgo(21) },
          ),
        ],
      },
      210,
    ),
    sampleRow(
      {
        key: "bad-yaml",
        title: "bad-yaml.md",
        group: "needs_attention",
        base_group: "planned",
        status: null,
        priority: null,
        milestone: null,
        owner: null,
        owner_state: "none",
        signals: [
          sampleSignal("invalid_task", "Line 2: the list is never closed", { first_seen: minutesAgo(6) }),
        ],
        problems: [
          {
            code: "front_matter_invalid",
            severity: "error",
            file: "tasks/workstreams/infra-tooling/tasks/bad-yaml.md",
            line: 2,
            message: "The list is never closed",
            hint: "Close it with ]",
          },
        ],
      },
      6,
    ),
    sampleRow(
      {
        key: "rotate-the-signing-keys",
        group: "needs_attention",
        base_group: "ready",
        priority: "p2",
        owner: "nadia",
        owner_as: "security-lead",
        signals: [
          sampleSignal("pickup_overdue", "Not started for over 24 h", {
            first_seen: minutesAgo(130),
          }),
        ],
      },
      130,
    ),
    sampleRow(
      {
        key: "detect-open-pr-conflicts",
        title: "Detect open PR conflicts",
        group: "active",
        status: "in_progress",
        priority: "p2",
        milestone: "m2-adoption",
        owner: "rj",
        signals: [
          sampleSignal("stuck_in_progress", "In progress, and the file has not changed for 36 h or more", {
            tier: 1,
          }),
        ],
        ...progress(2, 7),
      },
      2400,
    ),
    sampleRow(
      {
        key: "incremental-activity-cache",
        group: "active",
        status: "in_progress",
        owner: "codex",
        ...progress(5, 9),
      },
      48,
    ),
    sampleRow(
      {
        key: "group-attention-ui-by-task",
        title: "Group attention UI by task",
        group: "active",
        status: "in_progress",
        ...progress(3, 6),
      },
      12,
    ),
    sampleRow(
      {
        key: "search-debounce",
        title: "Search debounce in the sidebar",
        group: "active",
        status: "in_progress",
        priority: "p2",
        owner: "rj",
        ...progress(1, 3),
        workstream: "dashboard-factory",
      },
      6,
    ),
    sampleRow(
      {
        key: "port-bundles",
        title: "Per-worktree port bundles",
        group: "active",
        status: "in_progress",
        priority: "p2",
        since_basis: "first_seen",
        base_since_basis: "first_seen",
      },
      4,
    ),
    sampleRow(
      { key: "add-strict-owner-validation", group: "ready", priority: "p0", owner_as: "architect" },
      180,
    ),
    sampleRow({ key: "reconcile-hooks", title: "Startup and post-pull reconcile hooks", group: "ready" }, 60),
    sampleRow(
      {
        key: "milestone-burn-up",
        title: "Milestone burn-up",
        group: "ready",
        priority: "p2",
        milestone: "m2-adoption",
        owner: "rj",
        owner_as: "data-viz",
        workstream: "dashboard-factory",
        signals: [sampleSignal("pickup_overdue", "Ready for 12 h or more", { tier: 1 })],
      },
      800,
    ),
    sampleRow(
      {
        key: "owner-validation",
        title: "Owner validation in the CLI",
        group: "ready",
        owner: "ghost",
        owner_state: "unknown",
      },
      8,
    ),
    ...Array.from({ length: 12 }, (_, index) =>
      sampleRow(
        {
          key: `waiting-${index}`,
          title: `Wire part ${index + 1} of the launch checklist`,
          group: "waiting",
          priority: "p2",
          reason: "blocked by 1 of 2 dependencies: port-bundles",
          dependencies: [unfinished("port-bundles"), unfinished("search-debounce")].slice(0, 1 + (index % 2)),
        },
        600 * (index + 1),
      ),
    ),
    ...Array.from({ length: 31 }, (_, index) =>
      sampleRow(
        {
          key: `planned-${index}`,
          title: `Explore idea ${index + 1} for the far future`,
          group: "planned",
          status: "not_started",
          priority: "p3",
          milestone: index % 3 === 0 ? null : "mx-far-future",
          reason: "not started",
          workstream: index % 2 ? "dashboard-factory" : "infra-tooling",
        },
        5000 + index * 700,
      ),
    ),
    ...Array.from({ length: 18 }, (_, index) =>
      sampleRow(
        {
          key: `done-${index}`,
          title: `Ship piece ${index + 1} of the activity page`,
          group: "done",
          status: index % 6 === 5 ? "cancelled" : "completed",
          completed: "2026-03-20",
          completed_by: index % 4 === 0 ? null : "dave",
          problems:
            index % 4 === 0
              ? [
                  {
                    code: "completed_without_by",
                    severity: "warning",
                    file: "x.md",
                    line: 3,
                    message: "Completed, but it does not say by whom",
                    hint: "Add completed_by",
                  },
                ]
              : [],
        },
        400 + index * 900,
      ),
    ),
  ];
}

export const SAMPLE_HEADER: SnapshotHeader = {
  schema_version: 1,
  repository: {
    name: "dataface",
    branch: "main",
    commit: "a1f3c0942de8d8e1b5a8f7b0f3f2c1d0e9a8b7c6",
    default_branch: "main",
    git: "ok",
    notice: null,
  },
  thresholds: THRESHOLDS,
  workstreams: [
    {
      slug: "infra-tooling",
      title: "Infra and tooling",
      file: "tasks/workstreams/infra-tooling/index.md",
      owner: "dave",
    },
    {
      slug: "dashboard-factory",
      title: "Dashboard factory",
      file: "tasks/workstreams/dashboard-factory/index.md",
      owner: "rj",
    },
  ],
  milestones: [
    {
      slug: "m1-pilot",
      title: "Pilot",
      file: "tasks/milestones/m1-pilot.md",
      target: "2026-04-15",
      past_target: false,
    },
    {
      slug: "m2-adoption",
      title: "Adoption",
      file: "tasks/milestones/m2-adoption.md",
      target: null,
      past_target: false,
    },
    {
      slug: "mx-far-future",
      title: "Far future",
      file: "tasks/milestones/mx-far-future.md",
      target: null,
      past_target: false,
    },
  ],
  initiatives: [
    {
      slug: "live-pages",
      title: "Live pages",
      file: "tasks/workstreams/infra-tooling/initiatives/live-pages/spec.md",
      workstream: "infra-tooling",
    },
  ],
  people: [
    { slug: "dave", name: "Dave Fowler", aliases: ["davefowler", "dave.fowler"], roles: ["architect"] },
    { slug: "nadia", name: "Nadia", aliases: [], roles: ["security-lead"] },
    { slug: "rj", name: "RJ Andrews", aliases: [], roles: ["data-viz"] },
  ],
  owners_checked: true,
  problems: [],
  doubts: [],
  dispatch: { ...NO_RUNS.dispatch, configured: true, host: "desk", per_host: 8, per_owner: 8 },
};

/** Derived parts from rows; rows are listed in the order given. */
export function sampleSnapshot(
  rows: readonly TaskRow[] = sampleRows(),
  values: Partial<Snapshot> = {},
): Snapshot {
  const keysOf = (group: Group) => rows.filter((row) => row.group === group).map(({ key }) => key);
  const groups = Object.fromEntries(GROUPS.map((group) => [group, keysOf(group)])) as Snapshot["groups"];
  const withTier = (row: TaskRow, tier: 1 | 2) => row.signals.some((signal) => signal.tier === tier);
  const attention = keysOf("needs_attention");
  return {
    ...SAMPLE_HEADER,
    seq: 417,
    epoch: 3,
    published_at: OBSERVED_AT,
    owner: { name: "everyone", resolved_from: null },
    counts: Object.fromEntries(
      GROUPS.map((group) => [group, groups[group]?.length ?? 0]),
    ) as Snapshot["counts"],
    groups,
    tasks: [...rows].sort((one, other) => (one.key < other.key ? -1 : 1)),
    escalation: {
      required: attention.length > 0,
      tasks: attention,
      signals: rows.flatMap((row) => row.signals.map((signal) => ({ ...signal, task: row.key }))),
    },
    summary: {
      text: `${attention.length} need attention`,
      total: rows.length,
      completed: rows.filter((row) => row.status === "completed").length,
      cancelled: rows.filter((row) => row.status === "cancelled").length,
      merged: rows.filter((row) => row.group === "done" && isOpen(row.status)).length,
      watched: rows.filter((row) => withTier(row, 1) && !withTier(row, 2)).length,
      acknowledged: rows
        .filter((row) => row.group !== "needs_attention" && withTier(row, 2))
        .map(({ key }) => key),
      flawed_done: rows
        .filter((row) => row.group === "done" && row.problems.length > 0)
        .map(({ key }) => key),
      without_known_owner: rows
        .filter((row) => row.group !== "done" && row.owner_state !== "known")
        .map(({ key }) => key),
    },
    ...values,
  };
}

export function sampleAttestation(values: Partial<Attestation> = {}): Attestation {
  const off = { state: "off" as const, observed_at: null, error: null, mode: null };
  return {
    cycle: 4711,
    observed_at: OBSERVED_AT,
    duration_ms: 18,
    sources: {
      tasks: { state: "ok", observed_at: OBSERVED_AT, error: null, mode: "watching" },
      runs: off,
      pull_requests: viewSource(NEVER_SYNCED, { reserve: 1_000 }),
    },
    ...values,
  };
}

export const FRESH: Freshness = {
  state: "fresh",
  stale: false,
  stale_reason: null,
  detail: null,
  age_ms: 4000,
  observed_at: OBSERVED_AT,
  last_attempt_at: OBSERVED_AT,
  last_success_at: OBSERVED_AT,
  next_attempt_at: null,
  progress: null,
};

export const STALE: Freshness = {
  ...FRESH,
  state: "stale",
  stale: true,
  stale_reason: "timeout",
  detail: "The update at 12:07:12 ran past 15 s and was stopped.",
  age_ms: 180_000,
  next_attempt_at: new Date(OBSERVED_AT_MS + 190_000).toISOString(),
};

/** Newest first. */
export function sampleTransitions(): ActivityEvent[] {
  const moved = (
    id: number,
    minutes: number,
    key: string,
    title: string,
    from: Group | null,
    to: Group | null,
    reason: string,
  ): ActivityEvent => ({
    kind: "moved",
    id,
    seq: 400 + id,
    atMs: OBSERVED_AT_MS - minutes * MINUTE_MS,
    key,
    title,
    owner: "dave",
    from,
    to,
    reason,
  });
  return [
    moved(
      19,
      0.5,
      "host-dataface-on-gcp",
      "Host Dataface on GCP",
      "active",
      "needs_attention",
      "unchanged for 72 h",
    ),
    moved(
      18,
      3,
      "group-attention-ui-by-task",
      "Group attention UI by task",
      "ready",
      "active",
      "in progress",
    ),
    moved(17, 6, "bad-yaml", "bad-yaml.md", null, "needs_attention", "it does not parse"),
    moved(16, 24, "done-0", "Fix worktree pruning", "active", "done", "completed by rj"),
    {
      kind: "signal_raised",
      id: 15,
      seq: 415,
      atMs: OBSERVED_AT_MS - 40 * MINUTE_MS,
      key: "milestone-burn-up",
      title: "Milestone burn-up",
      owner: "rj",
      code: "pickup_overdue",
      tier: 1,
      sentence: "Ready for 12 h or more",
      group: "ready",
    },
    moved(
      14,
      52,
      "owner-validation",
      "Owner validation in the CLI",
      "waiting",
      "ready",
      "every dependency is completed",
    ),
    moved(13, 1600, "port-bundles", "Per-worktree port bundles", "ready", "active", "in progress"),
  ];
}

// The public contract: the shape of a snapshot in the store, in snapshot files and in /status.json.
// Changes are additive only (H8); docs/schemas/ holds the JSON Schema generated from here.
//
// A snapshot is a header plus one row per task. Groups, counts, escalation and summary are derived from the rows
// (publication/assemble.ts), so a stored snapshot cannot contradict itself. Times and source states, which every cycle
// renews, are in the attestation.

import * as z from "zod";
import { CYCLE_PHASES } from "./cycle-progress.ts";
import { problemSchema } from "./problem.ts";
import { budgetSchema, pullRequestViewSchema } from "./pull-request-view.ts";
import { dispatchSchema, runViewSchema } from "./run-view.ts";
import { signalSchema } from "./signal.ts";
import { PRIORITIES, TASK_STATUSES } from "./task.ts";

export const SCHEMA_VERSION = 1;

/** In the order the page shows them. */
export const GROUPS = [
  "needs_attention",
  "active",
  "in_review",
  "ready",
  "waiting",
  "planned",
  "done",
] as const;
export type Group = (typeof GROUPS)[number];

/** What people read for a group, on pages and on the command line. */
export const GROUP_LABELS: Readonly<Record<Group, string>> = {
  needs_attention: "Needs you",
  active: "Active",
  in_review: "In review",
  ready: "Ready",
  waiting: "Waiting",
  planned: "Planned",
  done: "Done",
};

/** The rule of a task that is over although its file does not say so. */
export const MERGED_RULE = "merged";

const isoTime = z.string().describe("ISO 8601, UTC, milliseconds");
const groupSchema = z.enum(GROUPS);
const timeBasisSchema = z.enum(["transition", "seen", "commit", "first_seen"]);
const gateSchema = z.enum(["ticked", "open", "absent"]);

export const dependencySchema = z.object({
  /** As written in the file. */
  reference: z.string(),
  /** Key of the task it resolves to; null when missing or ambiguous. */
  key: z.string().nullable(),
  state: z.enum(["finished", "unfinished", "cancelled", "missing", "ambiguous"]),
  /** Keys it could mean, when ambiguous; near misses, when missing. */
  candidates: z.array(z.string()),
});

export const taskRowSchema = z.object({
  key: z.string(),
  slug: z.string(),
  id: z.string(),
  title: z.string().describe("the file name when the file gives none"),
  description: z.string().nullable().describe("its first 500 characters"),
  file: z.string(),
  workstream: z.string(),
  status: z.enum(TASK_STATUSES).nullable(),
  priority: z.enum(PRIORITIES).nullable(),
  milestone: z.string().nullable(),
  initiative: z.string().nullable(),
  owner: z.string().nullable().describe("canonical person; as written when unknown or unchecked"),
  owner_as: z
    .string()
    .nullable()
    .describe("the role or alias in the file, when it is not the owner's own slug"),
  owner_state: z.enum(["known", "unknown", "none", "unchecked"]),
  group: groupSchema,
  base_group: groupSchema.describe("the group without its signals"),
  rule: z.string().describe("id of the classification rule that matched"),
  reason: z.string(),
  since: isoTime.describe("when it entered `group`"),
  since_basis: timeBasisSchema,
  base_since: isoTime.describe("when it entered `base_group`"),
  base_since_basis: timeBasisSchema,
  changed_at: isoTime.describe("when the file's content last changed"),
  changed_basis: timeBasisSchema,
  dependencies: z.array(dependencySchema),
  dependents: z.array(z.string()),
  progress: z.object({
    ticked: z.number().int(),
    dropped: z.number().int().describe("boxes marked [-] or [~]: not done, and not to be"),
    total: z.number().int().describe("all boxes, the dropped ones included"),
  }),
  sections: z.array(
    z.object({
      heading: z.string(),
      line: z.number().int(),
      ticked: z.number().int(),
      dropped: z.number().int(),
      total: z.number().int(),
    }),
  ),
  gates: z.object({ qa_exploration: gateSchema, review_cleared: gateSchema }),
  completed: z.string().nullable(),
  completed_by: z.string().nullable(),
  worker: z.string().nullable().default(null).describe("the named worker that its file asks for, as written"),
  problems: z.array(problemSchema),
  signals: z.array(signalSchema).describe("open signals, tier 2 first"),
  run: runViewSchema
    .nullable()
    .describe("the task's open run; null if no one works on it and none is queued"),
  pull_request: pullRequestViewSchema
    .nullable()
    .describe("of the task's branch; null if none is known: sources.pull_requests.state says why"),
});
export type TaskRow = Readonly<z.infer<typeof taskRowSchema>>;

export const thresholdsSchema = z.object({
  pickup_overdue_hours: z.number(),
  stuck_in_progress_hours: z.number(),
  doubt_percent: z.number(),
  idle_watch_minutes: z.number(),
  idle_person_minutes: z.number(),
  look_closer_minutes: z.number(),
  start_stalled_minutes: z.number(),
  grace_minutes: z.number(),
  reraise_hours: z.number(),
  review_overdue_hours: z.number(),
});
export type Thresholds = Readonly<z.infer<typeof thresholdsSchema>>;

export const repositorySchema = z.object({
  name: z.string(),
  branch: z.string().nullable(),
  commit: z.string().nullable().describe("full hash"),
  default_branch: z.string().nullable(),
  git: z.enum(["ok", "none", "failing"]),
  notice: z.string().nullable().describe("what is unusual about the repository, one sentence (R18)"),
});
export type Repository = Readonly<z.infer<typeof repositorySchema>>;

const namedSchema = z.object({ slug: z.string(), title: z.string(), file: z.string() });

export const headerSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  repository: repositorySchema,
  thresholds: thresholdsSchema,
  workstreams: z.array(namedSchema.extend({ owner: z.string().nullable() })),
  milestones: z.array(
    namedSchema.extend({
      target: z.string().nullable(),
      past_target: z.boolean().default(false).describe("the target date has passed while a task is open"),
    }),
  ),
  initiatives: z.array(namedSchema.extend({ workstream: z.string() })),
  people: z.array(
    z.object({
      slug: z.string(),
      name: z.string(),
      aliases: z.array(z.string()),
      /** Roles whose tasks route to this person. */
      roles: z.array(z.string()),
    }),
  ),
  owners_checked: z.boolean(),
  /** Problems of files that are not tasks. */
  problems: z.array(problemSchema),
  /** Signals without a task: `detector_doubt`, and `register_orphan` for a run whose task is gone. */
  doubts: z.array(signalSchema),
  dispatch: dispatchSchema,
});
export type SnapshotHeader = Readonly<z.infer<typeof headerSchema>>;

export const SOURCE_STATES = ["ok", "failing", "off"] as const;
export const sourceSchema = z.object({
  state: z.enum(SOURCE_STATES),
  observed_at: isoTime.nullable(),
  error: z.string().nullable(),
  /** How changes are noticed; only for `tasks`. */
  mode: z.enum(["watching", "polling"]).nullable(),
});
export type Source = Readonly<z.infer<typeof sourceSchema>>;

export const pullRequestsSourceSchema = sourceSchema.extend({
  repository: z.string().nullable().describe("`owner/name` at the host"),
  off_because: z.string().nullable().describe('completes "off: "'),
  remedy: z.string().nullable().describe("what to do if it is off or failing"),
  failing_since: isoTime.nullable(),
  budget: budgetSchema.nullable().describe("requests left, of the scarcer kind"),
});
export type PullRequestsSource = Readonly<z.infer<typeof pullRequestsSourceSchema>>;

export const sourcesSchema = z.object({
  tasks: sourceSchema,
  runs: sourceSchema,
  pull_requests: pullRequestsSourceSchema,
});
export type Sources = Readonly<z.infer<typeof sourcesSchema>>;

/** Renewed by each completed cycle, whether or not it published. */
export const attestationSchema = z.object({
  /** Number of completed cycles with this store. */
  cycle: z.number().int(),
  /** End of the cycle that produced or confirmed the data (F1). */
  observed_at: isoTime,
  duration_ms: z.number(),
  sources: sourcesSchema,
});
export type Attestation = Readonly<z.infer<typeof attestationSchema>>;

export const escalationSchema = z.object({
  required: z.boolean(),
  tasks: z.array(z.string()).describe("keys of the tasks that need a person"),
  signals: z.array(signalSchema.extend({ task: z.string().nullable() })),
});

export const summarySchema = z.object({
  text: z.string(),
  total: z.number().int(),
  completed: z.number().int(),
  cancelled: z.number().int(),
  merged: z
    .number()
    .int()
    .describe(
      "finished by a merge although the file says otherwise; completed, cancelled and merged make up `done`",
    ),
  watched: z.number().int().describe("tasks with a tier 1 signal and no tier 2 one"),
  acknowledged: z
    .array(z.string())
    .describe("keys of tasks whose signals that need a person are all acknowledged"),
  flawed_done: z.array(z.string()).describe("keys of finished tasks whose files have problems"),
  without_known_owner: z
    .array(z.string())
    .describe("keys of open tasks without a known owner, in the whole repository"),
});

/** A whole snapshot as it is served. */
export const snapshotSchema = headerSchema.extend({
  seq: z.number().int(),
  epoch: z.number().int(),
  published_at: isoTime,
  owner: z.object({
    name: z.string().describe("canonical person, or `everyone`"),
    resolved_from: z.string().nullable().describe("the requested spelling and its source"),
  }),
  counts: z.record(groupSchema, z.number().int()),
  groups: z.record(groupSchema, z.array(z.string())).describe("keys in the page's default order"),
  tasks: z.array(taskRowSchema).describe("in order of key"),
  escalation: escalationSchema,
  summary: summarySchema,
});
export type Snapshot = Readonly<z.infer<typeof snapshotSchema>>;

export const FRESHNESS_STATES = ["fresh", "late", "stale", "unknown"] as const;
export const STALE_REASONS = [
  "timeout",
  "exit",
  "parse",
  "lock",
  "disk",
  "auth",
  "rate-limit",
  "paused",
  "no-runner",
  "starting",
  "old",
] as const;
export type StaleReason = (typeof STALE_REASONS)[number];

export const freshnessSchema = z.object({
  state: z.enum(FRESHNESS_STATES),
  stale: z.boolean().describe("true for every state but fresh"),
  stale_reason: z.enum(STALE_REASONS).nullable(),
  /** The banner's sentence; null while fresh. */
  detail: z.string().nullable(),
  age_ms: z.number().int().nullable().describe("whole milliseconds"),
  observed_at: isoTime.nullable(),
  last_attempt_at: isoTime.nullable(),
  last_success_at: isoTime.nullable(),
  next_attempt_at: isoTime.nullable(),
  progress: z
    .object({
      phase: z.enum(CYCLE_PHASES),
      done: z.number().int(),
      total: z.number().int().nullable(),
    })
    .nullable()
    .describe("progress of the running update; null for a short one"),
});
export type Freshness = Readonly<z.infer<typeof freshnessSchema>>;

/** The body of /status.json and the content of a snapshot file (there without `freshness`). */
export const servedSnapshotSchema = snapshotSchema.extend({
  observed_at: isoTime,
  cycle: z.number().int(),
  duration_ms: z.number(),
  sources: sourcesSchema,
  freshness: freshnessSchema,
});
export type ServedSnapshot = Readonly<z.infer<typeof servedSnapshotSchema>>;

/** One page of /status.json, without the lists of keys that grow with the number of tasks. */
export const servedPageSchema = servedSnapshotSchema
  .omit({ groups: true, escalation: true, summary: true })
  .extend({
    total: z.number().int().describe("tasks on all pages: of the owner, and passing the filters"),
    next_cursor: z.string().nullable().describe("for the next page; null on the last"),
  });
export type ServedPage = Readonly<z.infer<typeof servedPageSchema>>;

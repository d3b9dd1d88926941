// A row's run: part of the public contract (snapshot.ts). All times are ISO 8601.

import * as z from "zod";
import { PAUSE_CAUSES } from "../records/scoped-pause.ts";
import {
  agentViewSchema,
  costSchema,
  deniedSchema,
  diffSchema,
  doingSchema,
  limitSchema,
  planSchema,
  tokensSchema,
} from "./agent-view.ts";
import { RUN_STATES, VERDICTS } from "./run.ts";

const isoTime = z.string().describe("ISO 8601, UTC, milliseconds");

export const evidenceSchema = z.object({
  witness: z.enum(["output", "worktree", "processor", "report"]), // words-ok: public JSON key
  at: isoTime,
  text: z.string(),
});

export const progressSchema = z.object({
  verdict: z.enum(VERDICTS),
  detail: z.string().nullable().describe("what it waits for, or why its state is unknown"),
  until: isoTime.nullable(),
  quiet_since: isoTime.nullable().describe("since when there has been no sign of progress"),
  evidence: z.array(evidenceSchema).describe("newest first"),
});

const scopeSchema = z.object({ kind: z.enum(["account", "host", "setup"]), name: z.string() });

export const heldSchema = z.object({
  cause: z.enum([...PAUSE_CAUSES, "wait", "memory"]),
  scope: scopeSchema.nullable(),
  on: z.string().describe("completes “waits for ”"),
  since: isoTime,
  until: isoTime.nullable().describe("null: unknown"),
  sentence: z.string().describe("`Limited until 14:20`, without a time where that is unknown"),
});

export const budgetSchema = z.object({
  what: z
    .enum(["usd", "tokens", "minutes", "tools", "day_usd"])
    .describe("of the limits that are set, the one nearest to its end"),
  used: z.number().nullable().describe("null: unknown, so it stops nothing"),
  limit: z.number().describe("with what a person has added"),
  percent: z.number().nullable(),
  raises: z.number().int(),
  reached_at: isoTime.nullable(),
});

export const loopSchema = z.object({
  kind: z.enum(["tool", "error", "no_change"]),
  times: z.number().int(),
  text: z.string().describe("what it repeats"),
  since: isoTime,
});

export const pauseViewSchema = z.object({
  scope: scopeSchema,
  cause: z.enum(PAUSE_CAUSES),
  why: z.string(),
  sentence: z.string().describe("`Claude signed out on build-1, 9 wait`"),
  since: isoTime,
  until: isoTime.nullable().describe("null: unknown"),
  next_probe: isoTime.nullable().describe("null: only by hand, or when the credentials change"),
  by_hand: z.boolean().default(false).describe("nothing tries it until a person says so"),
  phase: z.enum(["waiting", "probing", "easing"]),
  probe: z.string().nullable().describe("the task whose run probes"),
  starts: z.number().int().default(0).describe("runs that it let start, whose agents have not answered yet"),
  waiting: z.number().int().describe("held and queued runs and ready tasks that would start with it"),
  waiting_tasks: z.array(z.string()).default([]).describe("the first 20 of them, in the queue's order"),
  workers: z.array(z.string()).describe("names in `workers:` that use it"),
  window: z.string().nullable(),
});
export type PauseView = Readonly<z.infer<typeof pauseViewSchema>>;

export const windowViewSchema = z.object({
  account: z.string(),
  window: z.string(),
  used_percent: z.number().nullable(),
  resets_at: isoTime.nullable(),
  at: isoTime,
});

/** What keeps starts waiting on this host whatever the task. */
export const dispatchHoldSchema = z.object({
  code: z.enum(["room", "review", "schedule", "budget", "reserve"]),
  sentence: z.string().describe("`holds: 8 wait for review`"),
  applies: z
    .enum(["all", "new"])
    .describe("`new`: only tasks that were never started; retries, repairs and answers go on"),
  worker: z.string().nullable().describe("only tasks of this worker; null: all"),
  until: isoTime.nullable(),
});

export type DispatchHold = Readonly<z.infer<typeof dispatchHoldSchema>>;

export const roomSchema = z.object({
  free_gb: z.number().nullable(),
  free_inodes_percent: z.number().nullable(),
  free_memory_gb: z.number().nullable(),
  disk_used_mb: z.number().nullable().describe("of all worktrees and run files; null: not measured yet"),
  lacking: z
    .array(z.enum(["disk", "inodes", "memory"]))
    .default([])
    .describe("what there is too little of: starts wait until a tenth more than needed is free"),
  at: isoTime.describe("when it was like this first; small changes are not shown"),
});

export const runViewSchema = z.object({
  id: z.string(),
  kind: z.enum(["supervised", "by_hand"]),
  state: z.enum(RUN_STATES),
  since: isoTime.describe("when it entered `state`"),
  epoch: z.number().int(),
  attempt: z.number().int(),
  attempts_max: z.number().int(),
  failures_in_row: z.number().int(),
  queued_by: z.string(),
  queued_at: isoTime,
  not_before: isoTime.nullable().describe("when the next attempt is due"),
  started_at: isoTime.nullable().describe("when the newest attempt's worker was started"),
  host: z.string().nullable(),
  worker_name: z.string().nullable(),
  requested_worker: z
    .string()
    .nullable()
    .default(null)
    .describe("the named worker of its attempts; null: the task's, else the default one"),
  worktree: z.string().nullable(),
  branch: z.string().nullable(),
  commits: z
    .number()
    .int()
    .nullable()
    .describe("in its worktree since the base; on `branch`, unless `checked_out` says where"),
  checked_out: z
    .object({
      branch: z.string().nullable().describe("null: a commit without a branch"),
      own_commits: z.number().int().nullable().describe("what `branch` itself has since the base"),
    })
    .nullable()
    .default(null)
    .describe("what is checked out in its worktree, when that is not `branch`"),
  worktree_exists: z.boolean().nullable().describe("null if it cannot be seen"),
  drifted: z.boolean().describe("the front matter of the worktree's task file differs from the root's"),
  root_edited: z.boolean().describe("the root's file was edited since the worker was started"),
  left_running: z
    .array(z.object({ pid: z.number().int(), name: z.string() }))
    .default([])
    .describe("processes still running in its worktree after its worker ended"),
  first_port: z.number().int().nullable().default(null).describe("TASKS_PORT_BASE of the newest attempt"),
  port_block: z.number().int().nullable(),
  uncommitted: z.boolean().describe("the task's file was not committed when the worker was started"),
  outcome: z
    .object({ kind: z.enum(["done", "blocked", "failed"]), note: z.string(), at: isoTime })
    .nullable(),
  question: z
    .object({
      number: z.number().int(),
      text: z.string(),
      choices: z.array(z.string()),
      about: z.enum(["permission", "question"]).default("question"),
      asked_by: z
        .literal("tasks")
        .exactOptional()
        .describe("about a worker that repeats itself; absent: its worker asks"),
      asked_at: isoTime,
      answer: z.object({ text: z.string(), by: z.string(), at: isoTime }).nullable(),
    })
    .nullable(),
  follow_ups: z.number().int().describe("messages that wait for the worker's end"),
  ending: z
    .object({ kind: z.enum(["stop", "interrupt"]), by: z.string(), at: isoTime })
    .nullable()
    .describe("a person asked the running worker to end"),
  taken_over: z
    .object({ by: z.string(), at: isoTime })
    .nullable()
    .default(null)
    .describe("who works on in its worker's session"),
  has_session: z.boolean().default(false).describe("a person can open its agent's session: `tasks take`"),
  last_end: z.string().nullable().describe("how the last attempt ended, in words"),
  last_line: z.string().nullable().describe("of the worker's output, or what its agent said last"),
  progress: progressSchema.nullable().describe("while it is dispatching or running"),
  agent: agentViewSchema.nullable().default(null).describe("what the newest attempt was started with"),
  doing: doingSchema
    .nullable()
    .default(null)
    .describe("what its agent does now, where it says so; while it is running"),
  plan: planSchema.nullable().default(null).describe("its agent's own plan"),
  tokens: tokensSchema.nullable().default(null).describe("of all attempts"),
  context_percent: z.number().nullable().default(null).describe("how full the model's context is"),
  cost: costSchema.nullable().default(null).describe("of all attempts"),
  denied: deniedSchema.nullable().default(null).describe("actions that the newest attempt was denied"),
  diff: diffSchema
    .nullable()
    .default(null)
    .describe("what differs in its worktree from where its branch left the base, committed or not"),
  limit: limitSchema.nullable().default(null).describe("a usage limit that is near or reached"),
  held: heldSchema.nullable().default(null).describe("what else than its turn it waits for, while queued"),
  goes_first: z
    .boolean()
    .default(false)
    .describe("its answer, or what it waited for, has come: it has the next free slot"),
  waits_alone: z.boolean().default(false).describe("it starts only while no other worker runs"),
  decided_alone: z
    .array(z.object({ question: z.string(), answer: z.string(), at: isoTime }))
    .default([])
    .describe("questions without an answer in time, and what its worker decided"),
  budget: budgetSchema.nullable().default(null).describe("null without a budget"),
  loop: loopSchema.nullable().default(null).describe("its agent seems to repeat itself"),
  tools_used: z.number().int().nullable().default(null).describe("of all attempts; null if unknown"),
  work_ms: z.number().nullable().default(null).describe("of all attempts: neither asleep nor waiting"),
  asleep: z
    .array(z.object({ from: isoTime, to: isoTime }))
    .default([])
    .describe("when its host was asleep since the run was queued, oldest first"),
  disk_mb: z.number().nullable().default(null).describe("of its worktree; null if it was not measured"),
  handed_over: z
    .object({ from: z.string(), to: z.string(), by: z.string(), at: isoTime })
    .nullable()
    .default(null)
    .describe("from one worker to another"),
});
export type RunView = Readonly<z.infer<typeof runViewSchema>>;

export const dispatchSchema = z.object({
  automatic: z.boolean().describe("ready tasks are started automatically"),
  pause: z.object({ by: z.string(), at: isoTime, note: z.string().nullable() }).nullable(),
  host: z.string().describe("the machine whose runner starts workers"),
  configured: z.boolean().describe("there is a worker command"),
  live: z.number().int().describe("workers alive, whatever group their tasks are in"),
  elsewhere: z
    .number()
    .int()
    .default(0)
    .describe("workers of this user's other repositories on this machine; they count against per_host"),
  per_host: z.number().int(),
  per_owner: z.number().int(),
  stopped: z
    .record(z.string(), z.object({ by: z.string(), at: isoTime, note: z.string().nullable() }))
    .default({})
    .describe("tasks that a person stopped, by key: not started automatically until a person asks for them"),
  default_worker: z.string().nullable().default(null).describe("the worker of tasks that name none"),
  fallbacks: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe("by worker: those that take its tasks which were not started yet while its account waits"),
  held: z
    .record(z.string(), z.string())
    .default({})
    .describe("workers that are not started for now, by name, with the reason"),
  pauses: z
    .array(pauseViewSchema)
    .default([])
    .describe("accounts, hosts and set-ups that start nothing for now"),
  windows: z.array(windowViewSchema).default([]).describe("how much of each usage window is used"),
  holds: z
    .array(dispatchHoldSchema)
    .default([])
    .describe("what keeps starts waiting, the first that applies counts"),
  room: roomSchema.nullable().default(null).describe("what is free on the host; null: not measured"),
  barred: z
    .record(z.string(), z.string())
    .describe("ready tasks that cannot be started automatically, by key, with the reason"),
  untrusted: z
    .array(z.string())
    .default([])
    .describe(
      "settings of tasks/config.yaml that wait for `tasks trust`; while there are any, nothing starts",
    ),
});
export type Dispatch = Readonly<z.infer<typeof dispatchSchema>>;

// Pull requests, the state of the sync with their host, and what was done for their branches.

import * as z from "zod";
import {
  CHECK_STATES,
  HOST_MERGES,
  MERGE_STATUSES,
  MERGEABLE_STATES,
  PULL_REQUEST_STATES,
  type PullRequest,
  REBASE_OUTCOMES,
  REVIEW_STATES,
} from "../../../core/contract/pull-request.ts";
import type { DeliveryRecord } from "../../../core/pull-request/judge-delivery.ts";
import type { PullRequestSyncState } from "../../../core/pull-request/sync-state.ts";
import { sameValue } from "../../../core/values/same-value.ts";
import type { PullRequestStore, StoredPullRequests } from "../../../ports/store/pull-request-store.ts";
import { readSingle, readStored, type Sql, writeSingle } from "../database/sql.ts";
import { countChange, recordRunsChange } from "./change-counters.ts";
import { checkFence } from "./lease-table.ts";

const count = z.number().int();

/** Fields with a default are unknown in rows that an earlier version stored. */
const pullRequestSchema: z.ZodType<PullRequest> = z.object({
  number: count,
  url: z.string(),
  title: z.string(),
  author: z.string().nullable(),
  state: z.enum(PULL_REQUEST_STATES),
  draft: z.boolean(),
  branch: z.string(),
  fork: z.boolean(),
  headCommit: z.string(),
  base: z.string(),
  behindBy: count.nullable(),
  mustUpdate: z.boolean(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  reviewableAtMs: z.number(),
  mergedAtMs: z.number().nullable(),
  mergedBy: z.string().nullable(),
  closedAtMs: z.number().nullable(),
  review: z.enum(REVIEW_STATES),
  approvedCommit: z.string().nullable().default(null),
  reviewAgainBy: z.array(z.string()).default([]),
  unresolvedThreads: count.nullable().default(null),
  mergeable: z.enum(MERGEABLE_STATES),
  mergeStatus: z.enum(MERGE_STATUSES).default("unknown"),
  hostMerges: z.enum(HOST_MERGES).nullable().default(null),
  rules: z.array(z.string()).default([]),
  defaultBranch: z.string().nullable().default(null),
  reverts: count.nullable().default(null),
  labels: z.array(z.string()),
  checks: z.object({
    failing: count,
    running: count,
    passing: count,
    skipped: count,
    listed: z.array(
      z.object({
        name: z.string(),
        state: z.enum(CHECK_STATES),
        url: z.string().nullable(),
        required: z.boolean().nullable().default(null),
      }),
    ),
    foreign: z.boolean(),
    missing: z.array(z.string()).default([]),
  }),
});

const budgetSchema = z.object({ limit: count, remaining: count, resetAtMs: z.number() });

const stateSchema: z.ZodType<PullRequestSyncState> = z.object({
  repository: z.string().nullable(),
  standing: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("off"), because: z.string(), remedy: z.string().nullable() }),
    z.object({ kind: z.literal("ok") }),
    z.object({
      kind: z.literal("failing"),
      message: z.string(),
      remedy: z.string().nullable(),
      sinceMs: z.number(),
      times: count,
      notBeforeMs: z.number().nullable(),
    }),
  ]),
  observedAtMs: z.number().nullable(),
  triedAtMs: z.number().nullable(),
  mark: z.string().nullable(),
  newsUntilMs: z.number().nullable(),
  news: budgetSchema.nullable(),
  questions: budgetSchema.nullable(),
  // Not `z.record`, which omits a branch named __proto__.
  postponed: z.array(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("branch"), branch: z.string() }),
      z.object({ kind: z.literal("number"), number: count }),
    ]),
  ),
  askedAtMs: z.custom<PullRequestSyncState["askedAtMs"]>(isTimes),
});

function isTimes(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((time) => typeof time === "number");
}

const deliverySchema: z.ZodType<DeliveryRecord> = z.object({
  number: count,
  rebase: z
    .object({
      headCommit: z.string(),
      outcome: z.enum(REBASE_OUTCOMES),
      why: z.string().nullable(),
      files: z.array(z.string()),
      atMs: z.number(),
    })
    .nullable(),
  repairs: z.array(
    z.object({ headCommit: z.string(), because: z.enum(["conflict", "checks"]), atMs: z.number() }),
  ),
});

export function readPullRequests(sql: Sql): StoredPullRequests {
  return {
    state: readSingle(sql, "look_ups", stateSchema, "the state of the pull request sync"),
    known: sql("SELECT body FROM pull_requests ORDER BY number")
      .all()
      .map((row) => readStored(pullRequestSchema, row["body"], "a pull request")),
    care: sql("SELECT body FROM pull_request_care ORDER BY number")
      .all()
      .map((row) => readStored(deliverySchema, row["body"], "the delivery of a pull request")),
  };
}

export function writePullRequests(
  sql: Sql,
  { epoch, state, changed, gone }: Parameters<PullRequestStore["writePullRequests"]>[0],
): boolean {
  if (!checkFence(sql, epoch).holds) return false;
  writeSingle(sql, "look_ups", state);
  const put = sql(
    "INSERT INTO pull_requests (number, body) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET body = excluded.body",
  );
  for (const one of changed) put.run(one.number, JSON.stringify(one));
  const drop = sql("DELETE FROM pull_requests WHERE number = ?");
  const dropDelivery = sql("DELETE FROM pull_request_care WHERE number = ?");
  for (const number of gone) {
    drop.run(number);
    dropDelivery.run(number);
  }
  if (changed.length + gone.length > 0) countChange(sql, "pull_requests_version");
  return true;
}

export function replaceDeliveryRecords(
  sql: Sql,
  { before, after, action }: Parameters<PullRequestStore["replaceCare"]>[0],
): boolean {
  const stored = sql("SELECT body FROM pull_request_care WHERE number = ?").get(after.number);
  const now =
    stored === undefined
      ? null
      : readStored(deliverySchema, stored["body"], "the delivery of a pull request");
  if (!sameValue(now, before)) return false;
  sql(
    "INSERT INTO pull_request_care (number, body) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET body = excluded.body",
  ).run(after.number, JSON.stringify(after));
  countChange(sql, "pull_requests_version");
  recordRunsChange(sql, action);
  return true;
}

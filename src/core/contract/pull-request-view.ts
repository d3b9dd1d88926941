// A row's pull request: part of the public contract (snapshot.ts). The time of the last sync is not in here but in the source.

import * as z from "zod";
import {
  AWAITED,
  CHECK_STATES,
  HOST_MERGES,
  MERGE_STATUSES,
  MERGE_VERDICTS,
  MERGEABLE_STATES,
  PULL_REQUEST_STATES,
  REBASE_OUTCOMES,
  REVIEW_STATES,
  WAIT_REASONS,
} from "./pull-request.ts";

const isoTime = z.string().describe("ISO 8601, UTC, milliseconds");

const checksSchema = z.object({
  failing: z.number().int(),
  running: z.number().int(),
  passing: z.number().int(),
  skipped: z.number().int(),
  listed: z
    .array(
      z.object({
        name: z.string(),
        state: z.enum(CHECK_STATES),
        url: z.string().nullable(),
        required: z.boolean().nullable().describe("by the base branch; null if its rules are unknown"),
      }),
    )
    .describe("failing ones first; at most 50"),
  missing: z.array(z.string()).describe("required ones that have not reported"),
});

export const pullRequestViewSchema = z.object({
  number: z.number().int(),
  url: z.string(),
  title: z.string(),
  author: z.string().nullable(),
  state: z.enum(PULL_REQUEST_STATES),
  draft: z.boolean(),
  branch: z.string(),
  head_commit: z.string(),
  base: z.string(),
  behind_by: z.number().int().nullable().describe("commits of the base that it lacks"),
  review: z.enum(REVIEW_STATES),
  approved_commit: z.string().nullable().describe("the approved commit, if the head has changed since"),
  mergeable: z.enum(MERGEABLE_STATES),
  merge_status: z.enum(MERGE_STATUSES).describe("`unknown`: still computed, or the host did not say"),
  host_merges: z.enum(HOST_MERGES).nullable().describe("its merge queue, or auto-merge"),
  labels: z.array(z.string()),
  checks: checksSchema,
  created_at: isoTime,
  merged_at: isoTime.nullable(),
  merged_by: z.string().nullable(),
  closed_at: isoTime.nullable(),
  linked_by: z.enum(["branch", "hint"]).describe("`hint`: pr_number or pr_url in the file"),
  waits: z
    .object({
      for: z.enum(AWAITED),
      because: z.enum(WAIT_REASONS).nullable().describe("null in what an earlier version stored"),
      what: z.string(),
      since: isoTime,
    })
    .nullable()
    .describe("what it waits for and on whom, while it is open"),
  merge: z
    .object({
      as: z.enum(MERGE_VERDICTS).describe("only `delivered` means that the task's work is in the base"),
      by: z
        .object({ number: z.number().int(), url: z.string(), branch: z.string() })
        .nullable()
        .describe("what reverted it, or would bring it into the base"),
      at: isoTime.nullable().describe("since when this is so"),
      words: z.string(),
      hint: z.string().nullable().describe("what to do; null if nothing"),
    })
    .nullable()
    .describe("what its merge means for the task; null while it is not merged"),
  rivals: z
    .array(z.object({ number: z.number().int(), url: z.string(), title: z.string(), branch: z.string() }))
    .describe("other open pull requests of the same task"),
  care: z.object({
    next: z.enum(["rebase", "repair"]).nullable().describe("what will be done automatically"),
    because: z.string().nullable().describe("why nothing will be done, if something would help"),
    rebase: z
      .object({ outcome: z.enum(REBASE_OUTCOMES), why: z.string().nullable(), at: isoTime })
      .nullable()
      .describe("the newest attempt on this head commit"),
    repairs: z.number().int().describe("how often it was sent back to its worker"),
  }),
});
export type PullRequestView = Readonly<z.infer<typeof pullRequestViewSchema>>;

export const budgetSchema = z.object({
  limit: z.number().int(),
  remaining: z.number().int(),
  /** Left for other users of the same token. */
  reserve: z.number().int(),
  reset_at: isoTime,
});

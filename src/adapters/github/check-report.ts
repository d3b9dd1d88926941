// What reported on a commit: check runs, by Actions or other apps, and the older statuses. Both become reports in
// core's terms.

import * as z from "zod";
import type { CheckState } from "../../core/contract/pull-request.ts";
import { timeSchema } from "./api/answer-shapes.ts";

const checkRunSchema = z.object({
  __typename: z.literal("CheckRun"),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  detailsUrl: z.string().nullish(),
  startedAt: timeSchema.nullish(),
  checkSuite: z
    .object({
      app: z.object({ slug: z.string() }).nullish(),
      workflowRun: z.object({ event: z.string(), workflow: z.object({ name: z.string() }) }).nullish(),
    })
    .nullish(),
});

const statusSchema = z.object({
  __typename: z.literal("StatusContext"),
  context: z.string(),
  state: z.string(),
  targetUrl: z.string().nullish(),
  createdAt: timeSchema,
});

const countsSchema = z
  .array(z.object({ state: z.string(), count: z.number().int().nonnegative() }))
  .nullish();

const contextsSchema = z.object({
  totalCount: z.number().int().nonnegative(),
  checkRunCountsByState: countsSchema,
  statusContextCountsByState: countsSchema,
  nodes: z.array(z.discriminatedUnion("__typename", [checkRunSchema, statusSchema]).nullable()).nullish(),
});

export const rollupSchema = z.object({
  /** GitHub's overall state. */
  state: z.string(),
  contexts: contextsSchema,
});

export type Rollup = z.infer<typeof rollupSchema>;
type Contexts = Rollup["contexts"];

export type Report = {
  readonly name: string;
  readonly state: CheckState;
  readonly cancelled: boolean;
  readonly url: string | null;
  /** Infinity before it starts, and -Infinity for one that ended without starting. */
  readonly startedAtMs: number;
  readonly app: string | null;
  readonly workflow: string | null;
  readonly event: string | null;
};

/** For every listed context. */
export function readReports({ nodes }: Contexts): readonly Report[] {
  return (nodes ?? []).flatMap((node) => (node === null ? [] : readReport(node)));
}

function readReport(node: NonNullable<NonNullable<Contexts["nodes"]>[number]>): Report {
  if (node.__typename === "StatusContext")
    return {
      ...{
        name: node.context,
        state: stateOfWord(node.state),
        cancelled: false,
        url: node.targetUrl ?? null,
      },
      ...{ startedAtMs: node.createdAt, app: null, workflow: null, event: null },
    };
  const running = node.status !== "COMPLETED";
  const { app, workflowRun } = node.checkSuite ?? {};
  return {
    name: node.name,
    state: running ? "running" : stateOfWord(node.conclusion ?? ""),
    cancelled: !running && node.conclusion === "CANCELLED",
    url: node.detailsUrl ?? null,
    startedAtMs: node.startedAt ?? (running ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY),
    app: app?.slug ?? null,
    workflow: workflowRun?.workflow.name ?? null,
    event: workflowRun?.event ?? null,
  };
}

/** Words of conclusions, statuses and GitHub's counts. An unknown word does not count as passing. */
export function stateOfWord(word: string): CheckState {
  if (word === "SUCCESS") return "passing";
  if (SKIPPED.has(word)) return "skipped";
  return RUNNING.has(word) ? "running" : "failing";
}

/** COMPLETED only occurs in counts, for runs without a conclusion. */
const SKIPPED = new Set(["SKIPPED", "NEUTRAL", "COMPLETED"]);
const RUNNING = new Set(["EXPECTED", "PENDING", "IN_PROGRESS", "QUEUED", "REQUESTED", "WAITING"]);

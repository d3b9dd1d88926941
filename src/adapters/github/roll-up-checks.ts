// Makes one list of checks from everything that reported on the head commit. A check may have run several times, and
// its workflow for several events; the newest run counts, and a running one takes precedence: a failed check that runs
// again is running.

import * as z from "zod";
import {
  CHECK_STATES,
  CHECKS_LISTED_MAX,
  type Check,
  type CheckState,
  type Checks,
  NO_CHECKS,
} from "../../core/contract/pull-request.ts";
import { compareText } from "../../core/text/compare-text.ts";
import { cutText, timeSchema } from "./api/answer-shapes.ts";

/** `safeUrl` keeps only links that may be shown; `required`: by the base, null if unknown. */
export function rollUpChecks(
  rollup: Rollup | null,
  safeUrl: (url: string | null) => string | null,
  required: readonly string[] | null = null,
): Checks {
  if (rollup === null) return { ...NO_CHECKS, missing: (required ?? []).slice(0, CHECKS_LISTED_MAX) };
  const { contexts } = rollup;
  const reports = readReports(contexts);
  const newest = newestOfEach(reports);
  const counts = countStates(newest);
  const unlisted = countUnlisted(rollup, reports);
  const ambiguous = namesOfSeveral(newest);
  const listed = newest
    .map((report) => asCheck(report, { ambiguous, safeUrl, required }))
    .sort(byStateAndName);
  return {
    ...countEach((state) => counts[state] + unlisted[state]),
    listed: listed.slice(0, CHECKS_LISTED_MAX),
    // The apps of unlisted checks are unknown.
    foreign: contexts.totalCount > reports.length || reports.some(({ app }) => app !== ACTIONS),
    missing: contexts.totalCount > reports.length ? [] : missingOf(required ?? [], newest),
  };
}

const ACTIONS = "github-actions";
const NAME_LENGTH_MAX = 200;

/** Runs of one job for one event are the same check. A run that was cancelled before a later one counts as skipped. */
function newestOfEach(reports: readonly Report[]): readonly Report[] {
  const checks = Map.groupBy(reports, ({ name, app, workflow, event }) => key(name, app, workflow, event));
  const jobs = Map.groupBy(reports, ({ name, app, workflow }) => key(name, app, workflow));
  return [...checks.values()].map((runs) => {
    const newest = runs.reduce((best, run) => (isNewer(run, best) ? run : best));
    const others = jobs.get(key(newest.name, newest.app, newest.workflow)) ?? [];
    const superseded = newest.cancelled && others.some((run) => run.startedAtMs > newest.startedAtMs);
    return superseded ? { ...newest, state: "skipped" } : newest;
  });
}

function isNewer(run: Report, than: Report): boolean {
  const isRunning = run.state === "running";
  return isRunning === (than.state === "running") ? run.startedAtMs >= than.startedAtMs : isRunning;
}

function key(...parts: ReadonlyArray<string | null>): string {
  return JSON.stringify(parts);
}

/** Jobs of several workflows may share a name; then the workflow's name is prefixed. */
function namesOfSeveral(reports: readonly Report[]): ReadonlySet<string> {
  const byName = Map.groupBy(reports, ({ name }) => name);
  return new Set(
    [...byName].flatMap(([name, runs]) => (new Set(runs.map((r) => r.workflow)).size > 1 ? name : [])),
  );
}

/** Only reliable if all were listed. */
function missingOf(required: readonly string[], reports: readonly Report[]): readonly string[] {
  const reported = new Set(reports.map(({ name }) => name));
  return required.filter((name) => !reported.has(name)).slice(0, CHECKS_LISTED_MAX);
}

type Shown = {
  readonly ambiguous: ReadonlySet<string>;
  readonly safeUrl: (url: string | null) => string | null;
  readonly required: readonly string[] | null;
};

function asCheck({ name, state, workflow, url }: Report, { ambiguous, safeUrl, required }: Shown): Check {
  const full = workflow !== null && ambiguous.has(name) ? `${workflow} / ${name}` : name;
  return {
    name: cutText(full, NAME_LENGTH_MAX),
    state,
    url: safeUrl(url),
    required: required === null ? null : required.includes(name),
  };
}

function byStateAndName(one: Check, other: Check): number {
  const order = CHECK_STATES.indexOf(one.state) - CHECK_STATES.indexOf(other.state);
  return order === 0 ? compareText(one.name, other.name) : order;
}

type Counts = Readonly<Record<CheckState, number>>;

function countStates(reports: readonly Report[]): Counts {
  return countEach((state) => reports.filter((report) => report.state === state).length);
}

function countEach(count: (state: CheckState) => number): Counts {
  return {
    failing: count("failing"),
    running: count("running"),
    passing: count("passing"),
    skipped: count("skipped"),
  };
}

/** GitHub's totals minus what it listed; repeated runs among the rest count each. */
function countUnlisted({ state, contexts }: Rollup, reports: readonly Report[]): Counts {
  const { totalCount, checkRunCountsByState, statusContextCountsByState } = contexts;
  const unlisted = totalCount - reports.length;
  if (unlisted <= 0) return NO_CHECKS;
  const listed = countStates(reports);
  if (checkRunCountsByState == null || statusContextCountsByState == null) {
    // The rest has the overall state, unless a listed check explains it.
    const overall = stateOfWord(state);
    return { ...NO_CHECKS, [listed[overall] > 0 ? "passing" : overall]: unlisted };
  }
  const all = [...checkRunCountsByState, ...statusContextCountsByState];
  return countEach((wanted) => {
    const counted = all.filter((one) => stateOfWord(one.state) === wanted);
    return Math.max(0, counted.reduce((sum, { count }) => sum + count, 0) - listed[wanted]);
  });
}

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

/** What reported on a commit: a check run, by Actions or another app, or an older status. */
type Report = {
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
function readReports({ nodes }: Contexts): readonly Report[] {
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
      startedAtMs: node.createdAt,
      app: null,
      workflow: null,
      event: null,
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
function stateOfWord(word: string): CheckState {
  if (word === "SUCCESS") return "passing";
  if (SKIPPED.has(word)) return "skipped";
  return RUNNING.has(word) ? "running" : "failing";
}

/** COMPLETED only occurs in counts, for runs without a conclusion. */
const SKIPPED = new Set(["SKIPPED", "NEUTRAL", "COMPLETED"]);
const RUNNING = new Set(["EXPECTED", "PENDING", "IN_PROGRESS", "QUEUED", "REQUESTED", "WAITING"]);

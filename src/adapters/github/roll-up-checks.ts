// Makes one list of checks from everything that reported on the head commit. A check may have run several times, and
// its workflow for several events; the newest run counts, and a running one takes precedence: a failed check that runs
// again is running.

import {
  CHECK_STATES,
  CHECKS_LISTED_MAX,
  type Check,
  type CheckState,
  type Checks,
  NO_CHECKS,
} from "../../core/contract/pull-request.ts";
import { compareText } from "../../core/text/compare-text.ts";
import { cutText } from "./api/answer-shapes.ts";
import { type Report, type Rollup, readReports, stateOfWord } from "./check-report.ts";

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
    failing: counts.failing + unlisted.failing,
    running: counts.running + unlisted.running,
    passing: counts.passing + unlisted.passing,
    skipped: counts.skipped + unlisted.skipped,
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
  const of = (state: CheckState) => reports.filter((report) => report.state === state).length;
  return { failing: of("failing"), running: of("running"), passing: of("passing"), skipped: of("skipped") };
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
  const rest = (wanted: CheckState) => {
    const counted = all.filter((one) => stateOfWord(one.state) === wanted);
    return Math.max(0, counted.reduce((sum, { count }) => sum + count, 0) - listed[wanted]);
  };
  return {
    failing: rest("failing"),
    running: rest("running"),
    passing: rest("passing"),
    skipped: rest("skipped"),
  };
}

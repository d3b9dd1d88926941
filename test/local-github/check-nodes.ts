// Checks as GraphQL shows them, and the one colour that GitHub makes of them.

import { headChecks, newestOfName, PASSED } from "./checks.ts";
import { ABOUT, dateTime, ITEMS, type Node } from "./node.ts";
import type { LocalCheck, LocalPullRequest } from "./records.ts";

/** Of the head commit; null when nothing checks it, as at GitHub. */
export function rollupNode(pull: LocalPullRequest): Node | null {
  const checks = headChecks(pull);
  if (checks.length === 0) return null;
  return {
    [ABOUT]: pull.number,
    id: `SCR_${pull.number}`,
    state: rollupState(checks),
    contexts: () => contexts(pull, checks),
  };
}

function contexts({ repository }: LocalPullRequest, checks: readonly LocalCheck[]): Node {
  const nodes = checks.map((check) => ({
    ...(check.kind === "status" ? statusNode(check) : checkRunNode(check)),
    isRequired: () => repository.requiredChecks.includes(check.name),
  }));
  const runs = checks.filter(({ kind }) => kind === "check_run");
  const statuses = checks.filter(({ kind }) => kind === "status");
  return {
    [ITEMS]: nodes,
    ...{ checkRunCount: runs.length, statusContextCount: statuses.length },
    checkRunCountsByState: countByState(runs, ({ status, conclusion }) => conclusion ?? status),
    statusContextCountsByState: countByState(statuses, stateOf),
  };
}

function countByState(
  checks: readonly LocalCheck[],
  stateOf: (check: LocalCheck) => string,
): readonly Node[] {
  const byState = Map.groupBy(checks, (check) => stateOf(check).toUpperCase());
  return [...byState].map(([state, { length: count }]) => ({ state, count }));
}

/** Of repeated runs the newest counts. */
export function rollupState(checks: readonly LocalCheck[]): string {
  const states = new Set(newestOfName(checks).map(stateOf));
  return ["ERROR", "FAILURE", "PENDING", "EXPECTED"].find((state) => states.has(state)) ?? "SUCCESS";
}

/** As the rollup counts it. */
export function stateOf({ kind, status, conclusion }: LocalCheck): string {
  if (kind === "status") return (conclusion ?? "pending").toUpperCase();
  if (status !== "completed") return "PENDING";
  return PASSED.has(conclusion ?? "") ? "SUCCESS" : "FAILURE";
}

function checkRunNode(check: LocalCheck): Node {
  const { id, app, workflowRun } = check;
  return {
    __typename: "CheckRun",
    id: `CR_${id}`,
    databaseId: id,
    name: check.name,
    status: check.status.toUpperCase(),
    conclusion: check.conclusion?.toUpperCase() ?? null,
    detailsUrl: check.url,
    startedAt: dateTime(check.startedAtMs),
    completedAt: dateTime(check.completedAtMs),
    checkSuite: {
      app: app === null ? null : { slug: app, name: app },
      createdAt: dateTime(check.createdAtMs),
      workflowRun: workflowRun && {
        databaseId: workflowRun.id,
        event: "pull_request",
        createdAt: dateTime(workflowRun.createdAtMs),
        updatedAt: dateTime(workflowRun.updatedAtMs),
        workflow: { name: workflowRun.workflow },
      },
    },
  };
}

function statusNode(check: LocalCheck): Node {
  return {
    __typename: "StatusContext",
    id: `SC_${check.id}`,
    context: check.name,
    state: stateOf(check),
    description: null,
    targetUrl: check.url,
    createdAt: dateTime(check.createdAtMs),
  };
}

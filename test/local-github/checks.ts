// Checks of the head commit: check runs of GitHub Actions and of other apps, and commit statuses. None of this updates
// the pull request; what Actions do shows in the list of workflow runs, what others do shows nowhere but in the checks.

import type { LocalCheck, LocalPullRequest, LocalRepository, LocalWorkflowRun } from "./records.ts";
import { headCommit, makeUpCommit } from "./state.ts";

export const ACTIONS = "github-actions";

type AddedCheck = {
  /** The app that runs it; GitHub Actions unless said. */
  readonly app?: string;
  /** Of Actions: checks of one workflow and commit belong to one run. */
  readonly workflow?: string;
  readonly status?: "queued" | "in_progress";
  readonly url?: string | null;
};

/** A check run that is in progress. */
export function addCheck(pull: LocalPullRequest, name: string, added: AddedCheck = {}): LocalCheck {
  const { app = ACTIONS, workflow = "CI", status = "in_progress" } = added;
  const run = app === ACTIONS ? workflowRunOf(pull, workflow) : null;
  return pushCheck(pull, { kind: "check_run", name, app, workflowRun: run, status, url: added.url });
}

/** A check run, or the newest of that name, ends with a conclusion in GitHub's words: `success`, `failure`, `skipped`. */
export function completeCheck(pull: LocalPullRequest, which: string | LocalCheck, conclusion: string): void {
  const atMs = pull.repository.now();
  const check = typeof which === "string" ? newestCheck(pull, which) : which;
  check.status = "completed";
  check.conclusion = conclusion;
  check.startedAtMs ??= atMs;
  check.completedAtMs = atMs;
  if (check.workflowRun !== null) check.workflowRun.updatedAtMs = atMs;
}

/** The same check once more: the old one stays beside it, and its workflow run is the same, with one more attempt. */
export function rerunCheck(pull: LocalPullRequest, which: string | LocalCheck): LocalCheck {
  const old = typeof which === "string" ? newestCheck(pull, which) : which;
  if (old.workflowRun !== null) {
    old.workflowRun.attempt += 1;
    old.workflowRun.updatedAtMs = pull.repository.now();
  }
  return pushCheck(pull, { ...old, status: "in_progress" });
}

/** A commit status, as older services report them; a later one of that name takes its place. */
export function setStatus(
  pull: LocalPullRequest,
  name: string,
  state: "expected" | "pending" | "success" | "failure" | "error",
  url: string | null = null,
): void {
  const commit = headCommit(pull).oid;
  const old = pull.checks.findIndex((c) => c.kind === "status" && c.name === name && c.commit === commit);
  if (old >= 0) pull.checks.splice(old, 1);
  const status = state === "pending" || state === "expected" ? "in_progress" : "completed";
  pushCheck(pull, { kind: "status", name, app: null, workflowRun: null, status, url }).conclusion = state;
}

/** Of the head commit, oldest first, repeated runs included. */
export function headChecks(pull: LocalPullRequest): readonly LocalCheck[] {
  const commit = headCommit(pull).oid;
  return pull.checks.filter((check) => check.commit === commit);
}

/** A run of a workflow that no pull request asked for: of the default branch, or of a schedule. It has passed. */
export function addBranchRun(repository: LocalRepository, branch: string, workflow = "CI"): LocalWorkflowRun {
  return newWorkflowRun(repository, { workflow, branch, commit: makeUpCommit(repository), fork: null });
}

/** A workflow run is what its newest jobs are, in the words of REST. */
export function workflowRunState({ checks }: LocalWorkflowRun): Pick<LocalCheck, "status" | "conclusion"> {
  const newest = newestOfName(checks);
  if (newest.some(({ status }) => status === "in_progress"))
    return { status: "in_progress", conclusion: null };
  if (newest.some(({ status }) => status === "queued")) return { status: "queued", conclusion: null };
  const bad = newest.find(({ conclusion }) => !PASSED.has(conclusion ?? ""));
  return { status: "completed", conclusion: bad?.conclusion ?? "success" };
}

/** The newest of each name; the same name in another workflow or app is another check. */
export function newestOfName(checks: readonly LocalCheck[]): readonly LocalCheck[] {
  const nameOf = ({ app, workflowRun, name }: LocalCheck): string =>
    `${app} ${workflowRun?.workflow} ${name}`;
  return [...new Map(checks.map((check) => [nameOf(check), check])).values()];
}

/** Conclusions that do not make a commit red. */
export const PASSED: ReadonlySet<string> = new Set(["success", "neutral", "skipped"]);

type NewCheck = Pick<LocalCheck, "kind" | "name" | "app" | "workflowRun" | "status"> & {
  readonly url?: string | null | undefined;
};

function pushCheck(
  pull: LocalPullRequest,
  { kind, name, app, workflowRun, status, url }: NewCheck,
): LocalCheck {
  const atMs = pull.repository.now();
  pull.repository.idsGiven += 1;
  const id = pull.repository.idsGiven;
  const page = `https://github.com/${pull.repository.nameWithOwner}/runs/${id}`;
  const check: LocalCheck = {
    ...{ id, kind, name, app, workflowRun, status },
    commit: headCommit(pull).oid,
    conclusion: null,
    url: url === undefined ? page : url,
    createdAtMs: atMs,
    startedAtMs: status === "queued" ? null : atMs,
    completedAtMs: null,
  };
  pull.checks.push(check);
  workflowRun?.checks.push(check);
  return check;
}

function newestCheck(pull: LocalPullRequest, name: string): LocalCheck {
  const found = headChecks(pull).findLast((check) => check.kind === "check_run" && check.name === name);
  if (found === undefined) throw new Error(`#${pull.number} has no check run "${name}" at its head commit`);
  return found;
}

function workflowRunOf(pull: LocalPullRequest, workflow: string): LocalWorkflowRun {
  const { repository } = pull;
  const commit = headCommit(pull).oid;
  const atMs = repository.now();
  const known = repository.workflowRuns.find((run) => run.commit === commit && run.workflow === workflow);
  if (known !== undefined) {
    known.updatedAtMs = atMs;
    return known;
  }
  return newWorkflowRun(repository, { workflow, commit, branch: pull.branch, fork: pull.fork });
}

function newWorkflowRun(
  repository: LocalRepository,
  about: Pick<LocalWorkflowRun, "workflow" | "branch" | "commit" | "fork">,
): LocalWorkflowRun {
  const atMs = repository.now();
  repository.idsGiven += 1;
  const run = {
    ...about,
    id: repository.idsGiven,
    attempt: 1,
    checks: [],
    createdAtMs: atMs,
    updatedAtMs: atMs,
  };
  repository.workflowRuns.push(run);
  return run;
}

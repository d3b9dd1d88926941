// The lists of REST that tell what changed: pull requests and workflow runs, with a weak ETag that makes an unchanged
// one free, and pages.

import { createHash } from "node:crypto";
import { type Answer, jsonAnswer, messageAnswer } from "./answer.ts";
import { workflowRunState } from "./checks.ts";
import { dateTime } from "./node.ts";
import type { LocalPullRequest, LocalRepository, LocalWorkflowRun } from "./records.ts";
import { headCommit } from "./state.ts";
import { findRepository, type World } from "./world.ts";

export type RestQuestion = {
  readonly method: string;
  /** Origin and path as the client wrote them. */
  readonly url: URL;
  readonly login: string;
  readonly token: string;
  readonly ifNoneMatch: string | undefined;
};

const ROUTE = /^\/(?:repos\/(?<name>[^/]+\/[^/]+)|repositories\/(?<id>\d+))\/(?<list>pulls|actions\/runs)$/;

const PULLS_ASKED = ["state", "sort", "direction", "per_page", "page"];
const RUNS_ASKED = ["branch", "per_page", "page"];

/** Answers one request, and takes it from the budget unless nothing changed. */
export function answerRest(world: World, question: RestQuestion): Answer {
  const { accounts } = world;
  const { login, ifNoneMatch } = question;
  if (accounts.budget(login, "core").remaining === 0) {
    return messageAnswer(403, "API rate limit exceeded for user ID 1.");
  }
  const answer = findAnswer(world, question);
  const etag = answer.headers["etag"];
  if (etag !== undefined && matches(ifNoneMatch, etag)) {
    return { status: 304, headers: { ...answer.headers, etag }, body: "", cost: 0 };
  }
  accounts.spend(login, "core", 1);
  return { ...answer, cost: 1 };
}

function findAnswer(world: World, { method, url, login, token }: RestQuestion): Answer {
  const parts = ROUTE.exec(url.pathname)?.groups;
  if (method !== "GET" || parts === undefined) return messageAnswer(404, "Not Found");
  const byId = world.repositories.find(({ id }) => String(id) === parts["id"]);
  const found = findRepository(world, parts["name"] ?? byId?.nameWithOwner ?? "", login);
  if (found === null) return messageAnswer(404, "Not Found");
  const canonical = `${url.origin}/repositories/${found.repository.id}/${parts["list"]}`;
  if (found.renamed) {
    const location = canonical + url.search;
    return jsonAnswer(301, { message: "Moved Permanently", url: location }, { location });
  }
  const known = parts["list"] === "pulls" ? PULLS_ASKED : RUNS_ASKED;
  const unknown = [...url.searchParams.keys()].find((key) => !known.includes(key));
  // GitHub would do something about it, so that leaving it out would be a lie.
  if (unknown !== undefined) return messageAnswer(501, `the local GitHub does not know "${unknown}" yet`);
  return parts["list"] === "pulls"
    ? listPulls(found.repository, url, canonical, token)
    : listWorkflowRuns(found.repository, url, canonical, token);
}

function listPulls(repository: LocalRepository, url: URL, canonical: string, token: string): Answer {
  const asked = url.searchParams;
  const state = asked.get("state") ?? "open";
  const timeOf = (pull: LocalPullRequest): number =>
    asked.get("sort") === "updated" ? pull.updatedAtMs : pull.createdAtMs;
  // Newest first by creation, oldest first by any other time, unless said.
  const usual = (asked.get("sort") ?? "created") === "created" ? "desc" : "asc";
  const isAscending = (asked.get("direction") ?? usual) === "asc";
  const listed = repository.pullRequests
    .filter((pull) => state === "all" || (pull.state === "open") === (state === "open"))
    .sort((a, b) => (timeOf(a) - timeOf(b) || a.number - b.number) * (isAscending ? 1 : -1));
  const { page, headers } = pageOf(listed, url, canonical);
  return tagged(page.map(pullObject), headers, token);
}

function listWorkflowRuns(repository: LocalRepository, url: URL, canonical: string, token: string): Answer {
  const branch = url.searchParams.get("branch");
  const listed = repository.workflowRuns
    .filter((run) => branch === null || run.branch === branch)
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs || b.id - a.id);
  const { page, headers } = pageOf(listed, url, canonical);
  const workflow_runs = page.map((run) => workflowRunObject(repository, run));
  return tagged({ total_count: listed.length, workflow_runs }, headers, token);
}

/** GitHub lists 30 unless asked, and never more than 100. */
function pageOf<Item>(items: readonly Item[], url: URL, canonical: string) {
  const perPage = Math.min(100, Math.max(1, Number(url.searchParams.get("per_page") ?? 30) || 30));
  const number = Math.max(1, Number(url.searchParams.get("page") ?? 1) || 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (to: number, rel: string): string => {
    const asked = new URLSearchParams(url.searchParams);
    asked.set("page", String(to));
    return `<${canonical}?${asked}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev")] : []),
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
    ...(number > 1 ? [link(1, "first")] : []),
  ];
  return {
    page: items.slice((number - 1) * perPage, number * perPage),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}

/** Each token has tags of its own, as at GitHub: with another one nothing is unchanged. */
function tagged(body: unknown, headers: Answer["headers"], token: string): Answer {
  const hash = createHash("sha256")
    .update(`${token}\n${JSON.stringify(body)}`)
    .digest("hex");
  const more = { "cache-control": "private, max-age=60, s-maxage=60", vary: "Accept, Authorization" };
  return jsonAnswer(200, body, { ...headers, ...more, etag: `W/"${hash}"` });
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  const plain = (tag: string): string => tag.trim().replace(/^W\//, "");
  return ifNoneMatch?.split(",").some((tag) => plain(tag) === plain(etag)) ?? false;
}

function pullObject(pull: LocalPullRequest): unknown {
  const { repository, number } = pull;
  const { nameWithOwner } = repository;
  return {
    id: repository.id * 10_000 + number,
    number,
    state: pull.state === "open" ? "open" : "closed",
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    html_url: `https://github.com/${nameWithOwner}/pull/${number}`,
    // REST gives what the departed left behind to a user of this name.
    user: { login: pull.author ?? "ghost" },
    labels: pull.labels.map((name) => ({ name })),
    head: {
      ref: pull.branch,
      sha: headCommit(pull).oid,
      repo: pull.forkDeleted ? null : { full_name: copyName(nameWithOwner, pull.fork) },
    },
    base: { ref: pull.base, repo: { id: repository.id, full_name: nameWithOwner } },
    created_at: dateTime(pull.createdAtMs),
    updated_at: dateTime(pull.updatedAtMs),
    closed_at: dateTime(pull.closedAtMs),
    merged_at: dateTime(pull.mergedAtMs),
  };
}

function workflowRunObject(repository: LocalRepository, run: LocalWorkflowRun): unknown {
  return {
    id: run.id,
    name: run.workflow,
    event: "pull_request",
    head_branch: run.branch,
    head_sha: run.commit,
    head_repository: { full_name: copyName(repository.nameWithOwner, run.fork) },
    run_attempt: run.attempt,
    ...workflowRunState(run),
    created_at: dateTime(run.createdAtMs),
    updated_at: dateTime(run.updatedAtMs),
  };
}

function copyName(nameWithOwner: string, fork: string | null): string {
  return fork === null ? nameWithOwner : fork + nameWithOwner.slice(nameWithOwner.indexOf("/"));
}

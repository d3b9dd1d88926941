// The port PullRequestHost on each of its adapters, with what people and machines do to pull requests. The time is one
// clock for all, at whole seconds as hosts tell it.

import { onTestFinished } from "vitest";
import { createGitHubHosts } from "../../src/adapters/github/find-host.ts";
import { type CheckState, NO_CHECKS, type PullRequest } from "../../src/core/contract/pull-request.ts";
import type { PullRequestHost } from "../../src/ports/git/pull-request-host.ts";
import { addCheck, completeCheck, rerunCheck } from "../local-github/checks.ts";
import { type LocalGitHub, startLocalGitHub } from "../local-github/local-github.ts";
import type { LocalPullRequest } from "../local-github/records.ts";
import { closePullRequest, merge, openPullRequest, push, setLabels } from "../local-github/state.ts";
import { createMemoryClock } from "../memory/memory-clock.ts";
import { createMemoryPullRequestHost } from "../memory/memory-pull-request-host.ts";
import { UNREMARKABLE } from "../support/pull-request-samples.ts";

export type HostWorld = {
  readonly host: PullRequestHost;
  /** Time passes; each second is one in which something may happen. */
  passSeconds(seconds: number): void;
  nowMs(): number;
  /** Opens one, and gives its number. */
  open(
    branch: string,
    more?: { readonly fork?: string; readonly draft?: boolean; readonly title?: string },
  ): number;
  label(number: number, labels: readonly string[]): void;
  push(number: number): void;
  merge(number: number, by: string): void;
  close(number: number): void;
  /** Begins the check of that name, also again. */
  beginCheck(number: number, name: string): void;
  endCheck(number: number, name: string, state: "passing" | "failing"): void;
  /** Questions about it cannot be answered; null: all can. */
  hideBranch(branch: string | null): void;
  refuseToken(refused: boolean): void;
};

export const HOST_ADAPTERS: ReadonlyArray<readonly [name: string, create: () => Promise<HostWorld>]> = [
  ["memory", createMemoryWorld],
  ["GitHub", createGitHubWorld],
];

async function createMemoryWorld(): Promise<HostWorld> {
  const clock = createMemoryClock();
  const host = createMemoryPullRequestHost();
  const pulls = new Map<number, PullRequest>();
  const change = (number: number, facts: Partial<PullRequest>) => {
    const next = { ...existing(pulls, number), updatedAtMs: clock.wallMs(), ...facts };
    pulls.set(number, next);
    host.put(next);
  };
  const setCheck = (number: number, name: string, state: CheckState) => {
    const { updatedAtMs, branch } = existing(pulls, number);
    change(number, {
      updatedAtMs,
      checks: { ...NO_CHECKS, [state]: 1, listed: [{ name, state, url: null, required: null }] },
    });
    host.runWorkflow(branch, clock.wallMs());
  };
  host.setBudget({ limit: 5000, remaining: 4999, resetAtMs: clock.wallMs() + 3_600_000 });
  return {
    host,
    passSeconds: (seconds) => clock.advance(seconds * 1000),
    nowMs: clock.wallMs,
    open(branch, { fork, draft = false, title = "A change" } = {}) {
      const number = pulls.size + 1;
      pulls.set(number, opened(number, { branch, draft, title, fork: fork !== undefined }, clock.wallMs()));
      change(number, {});
      return number;
    },
    label: (number, labels) => change(number, { labels }),
    push: (number) =>
      change(number, { headCommit: commitNumber(clock.wallMs()), reviewableAtMs: clock.wallMs() }),
    merge: (number, by) =>
      change(number, {
        ...{ state: "merged", mergedBy: by, mergedAtMs: clock.wallMs(), closedAtMs: clock.wallMs() },
      }),
    close: (number) => change(number, { state: "closed", closedAtMs: clock.wallMs() }),
    beginCheck: (number, name) => setCheck(number, name, "running"),
    endCheck: (number, name, state) => setCheck(number, name, state),
    hideBranch: host.hideBranch,
    refuseToken: (refused) =>
      host.fail(refused ? { reason: "auth", message: "no", remedy: "Renew it", notBeforeMs: null } : null),
  };
}

async function createGitHubWorld(): Promise<HostWorld> {
  const clock = createMemoryClock();
  const github = await startLocalGitHub({ now: clock.wallMs });
  onTestFinished(() => github.close());
  const repository = github.repository("acme/app");
  const pulls = new Map<number, LocalPullRequest>();
  const host = await openGitHubHost(github, { nowMs: clock.wallMs });
  return {
    host,
    passSeconds: (seconds) => clock.advance(seconds * 1000),
    nowMs: clock.wallMs,
    open(branch, more) {
      const pull = openPullRequest(repository, { branch, title: "A change", ...more });
      pulls.set(pull.number, pull);
      return pull.number;
    },
    label: (number, labels) => setLabels(existing(pulls, number), labels),
    push: (number) => push(existing(pulls, number)),
    merge: (number, by) => merge(existing(pulls, number), by),
    close: (number) => closePullRequest(existing(pulls, number)),
    beginCheck(number, name) {
      const pull = existing(pulls, number);
      if (pull.checks.some((check) => check.name === name)) rerunCheck(pull, name);
      else addCheck(pull, name);
    },
    endCheck: (number, name, state) =>
      completeCheck(existing(pulls, number), name, state === "passing" ? "success" : "failure"),
    hideBranch(branch) {
      github.clearFaults();
      if (branch !== null) github.fault({ kind: "partial", branches: [branch] });
    },
    refuseToken(refused) {
      github.clearFaults();
      if (refused) github.fault({ kind: "unauthorized" });
    },
  };
}

/** The host at a local GitHub, asked with its token unless said otherwise. */
export async function openGitHubHost(
  github: Pick<LocalGitHub, "url" | "token">,
  {
    token = github.token,
    timeoutMs = 30_000,
    bodyBytesMax = 20_000_000,
    nowMs = Date.now,
    path = "",
    repository = "acme/app",
  }: {
    readonly token?: string;
    readonly timeoutMs?: number;
    readonly bodyBytesMax?: number;
    readonly nowMs?: () => number;
    /** Of the API, as Enterprise has one. */
    readonly path?: string;
    readonly repository?: string;
  } = {},
): Promise<PullRequestHost> {
  const hosts = createGitHubHosts({
    root: "/nowhere",
    env: { GITHUB_TOKEN: token },
    run: () => Promise.reject(new Error("Nothing is to be run: there is a token.")),
    settings: { repository, base_url: `${github.url}${path}` },
    clock: { wallMs: nowMs, monotonicMs: nowMs, cpuMs: () => 0 },
    limits: { timeoutMs, bodyBytesMax },
  });
  const search = await hosts.find(new AbortController().signal);
  if (search.kind === "off") throw new Error(search.because);
  return search.host;
}

function existing<Value>(map: ReadonlyMap<number, Value>, number: number): Value {
  const value = map.get(number);
  if (value === undefined) throw new Error(`There is no pull request ${number}.`);
  return value;
}

function opened(
  number: number,
  given: Pick<PullRequest, "branch" | "draft" | "title" | "fork">,
  atMs: number,
): PullRequest {
  return {
    ...given,
    number,
    url: `https://github.com/acme/app/pull/${number}`,
    ...{ author: "mona", state: "open", headCommit: commitNumber(number), base: "main" },
    ...{ behindBy: 0, mustUpdate: false, createdAtMs: atMs, updatedAtMs: atMs, reviewableAtMs: atMs },
    ...{ mergedAtMs: null, mergedBy: null, closedAtMs: null, review: "none", mergeable: "clean" },
    ...{ labels: [], checks: NO_CHECKS },
    ...UNREMARKABLE,
  };
}

function commitNumber(number: number): string {
  return number.toString(16).padStart(40, "0");
}

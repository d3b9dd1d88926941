// What a task's page says of its pull request.

import { describe, expect, it } from "vitest";
import { taskPageAtWork } from "../../../../test/support/rendered-pages.ts";
import {
  checksOf,
  pullRequestView,
  SOURCES,
  samplePullRequest,
  triedRebase,
} from "../../../../test/support/sample-pull-requests.ts";
import { OBSERVED_AT_MS } from "../../../../test/support/sample-snapshot.ts";
import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import type { PullRequestsSource, TaskRow } from "../../../core/contract/snapshot.ts";

const KEY = "port-bundles";

function sectionOf(
  view: PullRequestView | null,
  source?: PullRequestsSource,
  row: Partial<TaskRow> = {},
): string {
  const page = taskPageAtWork(KEY, {
    row: { ...row, pull_request: view },
    ...(source === undefined ? {} : { pullRequests: source }),
  });
  return (
    /<section class="group" id="pull-request">.*?<\/section>/s.exec(page)?.[0] ?? expect.fail("no section")
  );
}

const text = (html: string) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .replace(/ ([.,:;])/g, "$1")
    .replaceAll("&#39;", "'");
const said = (...facts: Parameters<typeof sectionOf>) => text(sectionOf(...facts));
const view = pullRequestView;

describe("F10: a task without a pull request", () => {
  it.each<[string, PullRequestsSource, string]>([
    ["none yet", SOURCES.ok, "Pull request No pull request yet."],
    ["none yet, with a low budget", SOURCES.low, "Pull request No pull request yet."],
    ["off", SOURCES.noToken, "Pull request No pull requests: no token, run gh auth login."],
    [
      "off elsewhere",
      SOURCES.elsewhere,
      "No pull requests: remote is gitlab.com, set github.repository to the owner/name of a mirror on GitHub, if there is one.",
    ],
    [
      "not known",
      SOURCES.failing,
      "Can't tell: pull requests fail since 11:58, facts are from 11:57: GitHub refused the token (401). Run gh auth login.",
    ],
  ])("%s", (_, source, words) => expect(said(null, source)).toContain(words));

  it("a finished task is not going to have one", () =>
    expect(said(null, SOURCES.ok, { status: "completed" })).toContain("No pull request found."));
});

describe("a pull request", () => {
  it("is named with its state, its title and a link", () => {
    const section = sectionOf(view({ title: "Bundle <ports>" }));
    expect(text(section)).toContain("○ open #712 Bundle &lt;ports&gt;");
    expect(section).toContain(
      '<a class="pr" href="https://github.com/dataface/dataface/pull/712" rel="noreferrer">',
    );
  });

  it.each<[string, PullRequestView, string]>([
    [
      "for whom it waits, and since when",
      view({ review: "approved" }),
      "Waits for ▲ you merge, all checks passing, for 1 h 50 min.",
    ],
    ["its branch and base", view(), "Branch task/of-712 → main, up to date"],
    ["how far behind it is", view({ behindBy: 3 }), "task/of-712 → main, 3 commits behind main"],
    [
      "no distance that the host did not say",
      view({ behindBy: null }),
      "Branch task/of-712 → main Newest commit 3f9c2ab",
    ],
    ["who opened it, and when", view(), "Opened 2 h ago by claude-bot"],
    ["an author who is gone", view({ author: null }), "Opened 2 h ago Review"],
    ["its review", view({ review: "changes_requested" }), "Review changes requested"],
    ["that no review is required", view({ review: "none" }), "Review not required"],
    ["that it can be merged", view(), "Mergeable yes"],
    ["that it conflicts", view({ mergeable: "conflict" }), "Mergeable no, it conflicts with main"],
    ["that the host does not know yet", view({ mergeable: "unknown" }), "Mergeable unknown yet"],
    ["its labels", view({ labels: ["export", "ux"] }), "Labels export, ux"],
    ["how it was found", view({}, { linkedBy: "hint" }), "Matched by the number or URL in the file"],
    ["that it is a draft", view({ draft: true }), "◌ draft #712"],
    [
      "when it was merged, and by whom",
      view({ state: "merged", mergedAtMs: OBSERVED_AT_MS - 60_000, mergedBy: "rj" }),
      "Merged 1 min ago by rj",
    ],
    [
      "that it was closed without merging",
      view({ state: "closed", closedAtMs: OBSERVED_AT_MS - 60_000 }),
      "✕ closed without merging #712 Pull request 712 Branch",
    ],
    [
      "when it was closed",
      view({ state: "closed", closedAtMs: OBSERVED_AT_MS - 60_000 }),
      "Closed 1 min ago, without merging",
    ],
  ])("says %s", (_, facts, words) => expect(said(facts)).toContain(words));

  it("what is over is not judged any more", () => {
    const merged = said(view({ state: "merged", mergedAtMs: 0, behindBy: 4 }));
    for (const words of ["Review", "Can be merged", "Waits for", "behind"])
      expect(merged).not.toContain(words);
  });

  it("merged, with a file that does not know yet: the command is ready to copy", () =>
    expect(
      sectionOf(view({ state: "merged", mergedAtMs: 0 }), SOURCES.ok, {
        rule: "merged",
        status: "in_progress",
      }),
    ).toContain('<code class="command">tasks complete port-bundles</code>'));

  it("names the others that are open for the same task", () => {
    const rivals = [samplePullRequest({ number: 698, title: "Another", branch: "dave/ports" })];
    const section = sectionOf(view({}, { rivals }));
    expect(text(section)).toContain("Also open for this task #698 Another dave/ports");
    expect(section).toContain('href="https://github.com/dataface/dataface/pull/698"');
  });

  it.each<[string, PullRequestsSource, string]>([
    [
      "failing",
      SOURCES.failing,
      "Pull requests fail since 11:58, facts are from 11:57: GitHub refused the token (401)",
    ],
    [
      "off",
      { ...SOURCES.noToken, observed_at: "2026-03-24T11:57:31.000Z" },
      "Pull requests are off: no token, run gh auth login. This is from 11:57.",
    ],
  ])(
    "F10: a source that is %s does not take the facts away, and says from when they are",
    (_, source, words) => {
      const section = said(view(), source);
      expect(section).toContain(words);
      expect(section).toContain("#712 Pull request 712");
    },
  );
});

describe("checks", () => {
  const checks = checksOf({
    failing: ["e2e"],
    running: ["lint"],
    passing: ["unit", "types"],
    skipped: ["deploy"],
  });

  it("are a real table, each with its state in a word and a shape, and a link", () => {
    const section = sectionOf(view({ checks }));
    expect(text(section)).toContain("Checks: 1 failing, 1 running, 2 passing, 1 skipped");
    expect(section).toContain('<th scope="col">State</th><th scope="col">Check</th>');
    for (const words of ["✕ failing e2e", "◔ running lint", "✓ passing unit", "– skipped deploy"])
      expect(text(section)).toContain(words);
    expect(section).toMatch(
      /<th scope="row"><a class="pr" href="https:[^"]*" rel="noreferrer"><bdi>e2e<\/bdi><\/a>/,
    );
  });

  it("without an address are text, and those that are not listed are counted", () => {
    const listed = [{ name: "e2e", state: "failing", url: null, required: null } as const];
    const section = sectionOf(view({ checks: { ...checks, passing: 40, listed } }));
    expect(section).toContain('<span class="pr"><bdi>e2e</bdi></span>');
    expect(text(section)).toContain("42 more checks not listed.");
  });

  it("have no table where there are none", () =>
    expect(sectionOf(view({ checks: checksOf({}) }))).not.toContain("Checks"));
});

describe("care", () => {
  const conflict = { mergeable: "conflict" } as const;
  const on = { settings: { rebase: "safe", repair: "agent" } } as const;

  it.each<[string, PullRequestView, string]>([
    ["what will be done", view(conflict, on), "Automatic repair will rebase onto main"],
    ["why nothing will", view(conflict), "Automatic repair delivery.repair is off"],
    [
      "that its worker will be asked",
      view({ checks: checksOf({ failing: 1 }) }, { ...on, hasWorker: true }),
      "Automatic repair will go back to its worker",
    ],
    [
      "what came of the last rebase",
      view(conflict, { ...on, care: triedRebase("manual", "both change src/app.ts") }),
      "Last rebase conflicts, rebase it by hand 6 min ago: both change src/app.ts",
    ],
    [
      "a rebase that was done",
      view({}, { care: triedRebase("rebased", null) }),
      "Last rebase done 6 min ago",
    ],
    [
      "how often it was sent back",
      view({}, { care: { repairs: [{ headCommit: "a", because: "checks", atMs: 0 }] } }),
      "Sent back 1 time to its worker",
    ],
  ])("says %s", (_, facts, words) => expect(said(facts)).toContain(words));

  it("says nothing where nothing is needed", () => expect(said(view())).not.toContain("Automatic repair"));
});

describe("S12: hostile facts of the host", () => {
  const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(1)>\u202Egpj.exe`;

  it("are escaped everywhere, and never links", () => {
    const facts = {
      title: EVIL,
      author: EVIL,
      branch: EVIL,
      base: EVIL,
      headCommit: EVIL,
      labels: [EVIL],
      mergedBy: EVIL,
      url: "javascript:alert(1)",
      behindBy: 2,
      mergeable: "conflict",
      checks: {
        ...checksOf({ failing: [EVIL] }),
        listed: [{ name: EVIL, state: "failing", url: "javascript:alert(2)", required: null }],
      },
    } as const;
    const hostile = view(facts, {
      rivals: [samplePullRequest(facts)],
      care: { rebase: { headCommit: EVIL, outcome: "manual", why: EVIL, files: [], atMs: 0 } },
    });
    const merged = view({ ...facts, state: "merged", mergedAtMs: 0 });
    const failing = { ...SOURCES.failing, error: EVIL, remedy: EVIL };
    for (const section of [sectionOf(hostile), sectionOf(merged, failing), sectionOf(null, failing)]) {
      expect(section).not.toMatch(/<script|<img|javascript:alert\(\d\)"/);
    }
    expect(sectionOf(hostile).match(/<bdi>&quot;&gt;&lt;script/g)?.length).toBeGreaterThanOrEqual(8);
  });
});

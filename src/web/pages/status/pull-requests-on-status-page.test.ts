// What the status page shows of pull requests: for whom each waits, how its checks stand, what has become of it.

import { describe, expect, it } from "vitest";
import { statusAtWork } from "../../../../test/support/rendered-pages.ts";
import {
  checksOf,
  pullRequestView,
  rowInReview,
  SOURCES,
  samplePullRequest,
} from "../../../../test/support/sample-pull-requests.ts";
import { attestationAtWork, atWork, endedRun, snapshotAtWork } from "../../../../test/support/sample-runs.ts";
import { sampleRow, sampleSignal } from "../../../../test/support/sample-snapshot.ts";
import type { PullRequestsSource, TaskRow } from "../../../core/contract/snapshot.ts";
import { checksText } from "../pull-request/pull-request-words.ts";

const text = (html: string) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .replace(/ ([.,:;])/g, "$1");
const rowOf = (page: string, key: string) =>
  new RegExp(`<tr id="t-${key}">.*?</tr>`, "s").exec(page)?.[0] ?? expect.fail(`no row ${key}`);
const pageOf = (rows: readonly TaskRow[], source?: PullRequestsSource) =>
  statusAtWork({ snapshot: snapshotAtWork({}, [...rows]), attestation: attestationAtWork(source) });
const markupOf = (row: TaskRow, source?: PullRequestsSource) => rowOf(pageOf([row], source), row.key);
const cellsOf = (row: TaskRow, source?: PullRequestsSource) => text(markupOf(row, source));

const DELIVERS = { rebase: "safe", repair: "agent" } as const;
const view = pullRequestView;
const reviewed = (key: string, ...facts: Parameters<typeof view>) =>
  rowInReview({ key, view: view(...facts) });

describe("in review", () => {
  it.each<[string, TaskRow, string]>([
    [
      "a merge",
      reviewed("a", { review: "approved" }),
      "▲ you merge, all checks passing · #712 · 7 of 7 passing",
    ],
    ["a review", reviewed("a"), "▲ you review · #712 · 7 of 7 passing"],
    [
      "CI",
      reviewed("a", { checks: checksOf({ running: 3, passing: 4 }) }),
      "◔ CI 3 of 7 running · #712 · 4 of 7 passing",
    ],
    [
      "its worker",
      reviewed("a", { mergeable: "conflict" }, { hasWorker: true, settings: DELIVERS }),
      "● its worker conflict · #712 · 7 of 7 passing",
    ],
    [
      "a person, where no worker is at it",
      reviewed("a", { checks: checksOf({ failing: ["e2e", "lint"], passing: 5 }) }),
      "▲ you failing checks · #712 · 2 failing: e2e, lint",
    ],
    [
      "the person who opened it",
      reviewed("a", { review: "changes_requested" }),
      "○ its author changes requested · #712 · 7 of 7 passing",
    ],
    ["the merge queue", reviewed("a", { hostMerges: "queue" }), "◔ GitHub merge queue · #712"],
    [
      "a draft that its worker left",
      reviewed("a", { draft: true }, { hasWorker: true }),
      "▲ you still a draft · #712 ◌ draft · 7 of 7 passing",
    ],
    [
      "a merge where nothing is checked",
      reviewed("a", { review: "none", checks: checksOf({}) }),
      "▲ you merge, no checks · #712 p1",
    ],
  ])("waits for %s", (_, row, words) => expect(cellsOf(row)).toContain(words));

  it("says in its heading how many wait for a person", () => {
    const page = statusAtWork();
    expect(text(page)).toContain("In review 7, 4 need you");
    expect(text(pageOf([reviewed("a")]))).toContain("In review 1, 1 needs you Finished");
    expect(text(pageOf([reviewed("a", { hostMerges: "queue" })]))).not.toContain("for you Finished");
  });

  it("says who finished where there is no pull request, and where one was closed", () => {
    const run = endedRun("a", 3, { outcome: { kind: "done", note: "", at: "2026-03-24T12:01:31.000Z" } });
    const row = sampleRow({ key: "a", group: "in_review", run, rule: "finished_work" });
    expect(cellsOf(row)).toContain("▲ you claude finished 3 min ago: review it, then tasks complete a");
    const given = { ...row, pull_request: view({ state: "closed", closedAtMs: 0 }) };
    expect(cellsOf(given)).toContain("tasks complete a #712 closed without merging");
  });

  it("keeps what is worth watching, but says nothing twice", () => {
    const overdue = sampleSignal("review_overdue", "It has waited for over 12 h", { tier: 1 });
    const conflict = sampleSignal("pr_conflict", "#712 conflicts with main", { tier: 1 });
    const row = (signals: TaskRow["signals"]) => ({ ...reviewed("a", { mergeable: "conflict" }), signals });
    expect(cellsOf(row([overdue]))).toContain("7 of 7 passing; ● watch It has waited for over 12 h");
    expect(cellsOf(row([conflict]))).not.toContain("watch");
    expect(markupOf(row([conflict]))).toContain("#712 conflicts with main");
  });

  it("leads to the host without a referrer", () =>
    expect(markupOf(reviewed("a"))).toContain(
      '<a class="pr" href="https://github.com/dataface/dataface/pull/712" rel="noreferrer" title="Pull request 712">#712</a>',
    ));
});

describe("checks summed up", () => {
  it.each<[string, Parameters<typeof checksOf>[0], string | null]>([
    ["none", {}, null],
    ["skipped ones only", { skipped: 2 }, null],
    ["all passing", { passing: 7, skipped: 1 }, "7 of 7 passing"],
    ["some running", { passing: 6, running: 1 }, "6 of 7 passing"],
    ["red ones by name", { failing: ["e2e", "lint"], running: 1 }, "2 failing: e2e, lint"],
    ["many red ones", { failing: ["a", "b", "c", "d", "e"] }, "5 failing: a, b, c and 2 more"],
  ])("%s", (_, checks, words) => expect(checksText(view({ checks: checksOf(checks) }).checks)).toBe(words));

  it("red ones of which the host named none", () =>
    expect(checksText({ ...view({ checks: checksOf({ failing: 2 }) }).checks, listed: [] })).toBe(
      "2 failing",
    ));
});

describe("elsewhere", () => {
  const closed = { state: "closed", closedAtMs: 0 } as const;
  const NAMED = { evidence: { number: "712" } };

  it.each<[string, TaskRow, string]>([
    [
      "an active row",
      sampleRow({ key: "a", group: "active", run: atWork("a", 5), pull_request: view() }),
      "#712 p1",
    ],
    [
      "a draft",
      sampleRow({ key: "a", group: "active", pull_request: view({ draft: true }) }),
      "no steps listed, changed 1 h ago #712 draft",
    ],
    [
      "an active row whose pull request was given up",
      sampleRow({ key: "a", group: "active", pull_request: view(closed) }),
      "#712 closed p1",
    ],
    [
      "a row that needs you",
      sampleRow({
        key: "a",
        group: "needs_attention",
        pull_request: view(),
        signals: [sampleSignal("ci_failed", "Checks failing on #712: e2e", NAMED)],
      }),
      "Checks failing on #712: e2e ci_failed dave active",
    ],
    [
      "a draft that needs you",
      sampleRow({
        key: "a",
        group: "needs_attention",
        pull_request: view({ draft: true }),
        signals: [sampleSignal("ci_failed", "Checks failing on #712: e2e", NAMED)],
      }),
      "Checks failing on #712: e2e ci_failed draft dave active",
    ],
    [
      "a row that needs you for something else",
      sampleRow({
        key: "a",
        group: "needs_attention",
        pull_request: view(),
        signals: [sampleSignal("needs_answer", "It asks about #713")],
      }),
      "It asks about #713 needs_answer #712 dave active",
    ],
    [
      "a ready row",
      sampleRow({ key: "a", group: "ready", pull_request: view(closed) }),
      "#712 closed without merging",
    ],
    [
      "a waiting row",
      sampleRow({ key: "a", group: "waiting", pull_request: view(closed) }),
      "#712 closed without merging",
    ],
    [
      "a planned row",
      sampleRow({ key: "a", group: "planned", pull_request: view(closed) }),
      "#712 closed without merging",
    ],
    [
      "a completed row",
      sampleRow({ key: "a", group: "done", status: "completed", pull_request: view({ state: "merged" }) }),
      "✓ completed #712",
    ],
  ])("%s", (_, row, words) => expect(cellsOf(row)).toContain(words));

  it("merged counts as done, says what the file still says, and has the command ready", () => {
    const row = sampleRow({
      key: "infra/fix it",
      group: "done",
      status: "in_progress",
      rule: "merged",
      reason: "merged as #712; the file still says in progress",
      pull_request: view({ state: "merged", mergedAtMs: 0 }),
    });
    const markup = markupOf(row);
    expect(text(markup)).toContain(
      "✓ merged as #712 · tasks complete &#39;infra/fix it&#39; · the file still says in progress",
    );
    expect(markup).toContain('<code class="command">tasks complete &#39;infra/fix it&#39;</code>');
    expect(markup).toContain("merged as #712; the file still says in progress: tasks complete");
  });

  it("says who merged what the file knows nothing of", () => {
    const merged = view({ state: "merged", mergedAtMs: 0, mergedBy: "mia" });
    const row = { key: "a", group: "done", status: "in_progress", pull_request: merged } as const;
    expect(cellsOf(sampleRow({ ...row, rule: "merged" }))).toMatch(/ mia \d+ \w+ ago/);
    expect(cellsOf(sampleRow({ ...row, rule: "merged", completed_by: "rj" }))).toContain(" rj ");
    expect(cellsOf(sampleRow({ ...row, rule: "completed" }))).not.toContain("mia");
  });

  it("leads to both of two pull requests", () => {
    const signal = sampleSignal(
      "duplicate_work",
      "Two pull requests for one task: #712, #698, not #71",
      NAMED,
    );
    const both = view({}, { rivals: [samplePullRequest({ number: 698 })] });
    const row = sampleRow({ key: "a", group: "needs_attention", pull_request: both, signals: [signal] });
    expect(
      [...markupOf(row).matchAll(/<a class="pr" href="[^"]*\/pull\/(\d+)"[^>]*>#(\d+)</g)].map(
        ([, ...n]) => n,
      ),
    ).toEqual([
      ["712", "712"],
      ["698", "698"],
    ]);
  });

  it("has no mark where there is no pull request", () =>
    expect(markupOf(sampleRow({ key: "a", group: "active" }))).not.toContain("pr-mark"));
});

describe("F10: a source that fails, and one that is off", () => {
  const rows = [
    reviewed("in-review"),
    sampleRow({ key: "active", group: "active", pull_request: view() }),
    sampleRow({ key: "done", group: "done", status: "completed", pull_request: view({ state: "merged" }) }),
  ];

  it("facts are marked with the time they are from; what is merged stays merged", () => {
    const page = pageOf(rows, SOURCES.failing);
    expect(text(rowOf(page, "in-review"))).toContain("▲ you review · #712 · 7 of 7 passing as of 11:57");
    expect(text(rowOf(page, "active"))).toContain("#712 as of 11:57");
    expect(text(rowOf(page, "done"))).not.toContain("as of");
    expect(text(pageOf(rows))).not.toContain("as of 11:57");
  });

  it("an empty list is not called empty while it fails", () => {
    const page = text(pageOf([], SOURCES.failing));
    expect(page).toContain(
      "? can't tell Unknown whether anything is in review: pull requests fail since 11:58, facts are from 11:57: GitHub refused the token (401). Run gh auth login.".replace(
        "can't",
        "can&#39;t",
      ),
    );
    expect(page).toContain("– in review");
    expect(page).not.toContain("Nothing waits for review");
    expect(text(pageOf([]))).toContain("Nothing is waiting for review.");
  });

  it("off draws no column and no none", () => {
    const page = pageOf([sampleRow({ key: "a", group: "active" })], SOURCES.noToken);
    expect(text(page)).toContain("No pull requests: no token, run gh auth login.");
    expect(page).not.toContain("pr-mark");
  });
});

describe("S12: hostile facts of the host", () => {
  const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(1)>\u202Egpj.exe`;
  const facts = {
    title: EVIL,
    author: EVIL,
    branch: EVIL,
    base: EVIL,
    labels: [EVIL],
    checks: { ...checksOf({ failing: [EVIL] }) },
  };

  it("are escaped everywhere", () => {
    const rows = [
      reviewed("a", { ...facts, url: `javascript:alert(1)//${EVIL}` }),
      reviewed("b", { ...facts, mustUpdate: true, checks: checksOf({}), review: "approved", behindBy: null }),
      sampleRow({
        key: "c",
        group: "needs_attention",
        pull_request: view(facts, { rivals: [samplePullRequest(facts)] }),
        signals: [sampleSignal("ci_failed", EVIL, { evidence: { checks: EVIL } })],
      }),
    ];
    const failing = { ...SOURCES.failing, error: EVIL, remedy: `${EVIL} \`${EVIL}\``, repository: EVIL };
    const off = { ...SOURCES.noToken, off_because: EVIL, remedy: EVIL };
    for (const page of [pageOf(rows, failing), pageOf([], failing), pageOf(rows, off), pageOf([], off)]) {
      expect(page).not.toContain("<script>alert");
      expect(page).not.toContain("<img");
      expect(page.match(/<script/g)).toHaveLength(1);
    }
    expect(pageOf(rows)).not.toContain('href="javascript:');
    expect(markupOf(rows[0] as TaskRow)).toContain('<span class="pr" title="&quot;&gt;');
  });

  it.each([
    ["https://github.com/a/b/pull/1", true],
    ["http://github.example/a/b/pull/1", true],
    ["JavaScript:alert(1)", false],
    ["java\tscript:alert(1)", false],
    ["data:text/html,x", false],
    ["//evil.example/", false],
    ["/pull/1", false],
    ["", false],
  ])("%s is a link: %s", (url, isLink) =>
    expect(markupOf(reviewed("a", { url })).includes('<a class="pr"')).toBe(isLink),
  );
});

// S8, S11, S12 in a real browser: whatever a task file says, nothing runs, nothing is fetched, and the page's own
// elements keep their names.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { FakeWork } from "../support/fake-work.ts";
import {
  checksOf,
  pullRequestView,
  rowInReview,
  SOURCES,
  samplePullRequest,
  sourcesWith,
} from "../support/sample-pull-requests.ts";
import { atWork, DISPATCH, progress, question, storedRun } from "../support/sample-runs.ts";
import { sampleAttestation, sampleRow, sampleSignal, sampleSnapshot } from "../support/sample-snapshot.ts";
import { readerOf, startTestServer, type TestServer } from "../support/web-fixture.ts";

const TITLE = `<img src=x onerror="document.title='owned'"></title><script>document.title='owned'</script>`;
const BODY = `---
title: x
---
<script>document.title = "owned"</script>
<img src="https://evil.example/pixel.png" onerror="document.title='owned'">
![remote](https://evil.example/remote.png)
<svg onload="document.title='owned'"><animate onbegin="document.title='owned'" attributeName="x" dur="1s"/></svg>
<iframe srcdoc="<script>parent.document.title='owned'</script>"></iframe>
<style>@import "https://evil.example/x.css"; main { display: none }</style>
<div id="main" name="main">clobber</div><a id="fresh" href="javascript:document.title='owned'">click me</a>
<meta http-equiv="refresh" content="0;url=https://evil.example/"><base href="https://evil.example/">
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=document.title='owned'&gt;">
<details open ontoggle="document.title='owned'"><summary>s</summary>x</details>
`;

const HOSTILE_URL = "javascript:document.title='owned'";
const FAILED_REBASE = { outcome: "manual", why: TITLE, files: [TITLE], atMs: 0 } as const;

let browser: StartedBrowser;
let server: TestServer;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(() => server.close());

describe("S8, S11, S12: hostile text", () => {
  it.each([
    "/tasks/evil",
    "/tasks/evil-merged",
    "/docs/workstreams/infra-tooling/tasks/evil.md",
    "/status",
    "/search?q=img",
    "/activity",
    "/runs/run-evil",
    "/runs",
  ])("%s", async (path) => {
    const run = atWork("evil", 5, {
      worker_name: TITLE,
      last_line: TITLE,
      progress: progress("asking"),
      question: question(TITLE, [TITLE, `${TITLE}2`]),
    });
    const facts = {
      title: TITLE,
      author: TITLE,
      branch: TITLE,
      base: TITLE,
      labels: [TITLE],
      url: HOSTILE_URL,
    };
    const listed = [{ name: TITLE, state: "failing", url: HOSTILE_URL, required: null } as const];
    const view = pullRequestView(
      { ...facts, headCommit: TITLE, mergeable: "conflict", checks: { ...checksOf({ failing: 1 }), listed } },
      { rivals: [samplePullRequest(facts)], care: { rebase: { ...FAILED_REBASE, headCommit: TITLE } } },
    );
    const signals = [sampleSignal("needs_answer", TITLE, { evidence: { question: TITLE } })];
    const row = sampleRow({
      key: "evil",
      group: "needs_attention",
      title: TITLE,
      reason: TITLE,
      run,
      signals,
      pull_request: view,
    });
    const rows = [
      row,
      rowInReview({ key: "evil-review", title: TITLE, view }),
      sampleRow({ key: "evil-draft", group: "active", pull_request: { ...view, draft: true } }),
      sampleRow({
        key: "evil-merged",
        group: "done",
        rule: "merged",
        pull_request: { ...view, state: "merged", merged_by: TITLE },
      }),
    ];
    const source = { ...SOURCES.failing, error: TITLE, remedy: `${TITLE} \`${TITLE}\``, repository: TITLE };
    const live = new FakeLiveSnapshot();
    live.show(
      sampleSnapshot(rows, { dispatch: DISPATCH }),
      sampleAttestation({ sources: sourcesWith(source) }),
    );
    const work = new FakeWork();
    const answer = { text: TITLE, by: TITLE, atMs: 0, delivered: false };
    work.stored = [
      storedRun("evil", {
        workerName: TITLE,
        report: { text: TITLE, atMs: 0 },
        question: { number: 1, text: TITLE, choices: [], askedAtMs: 0, answer },
        outcome: { kind: "blocked", note: TITLE, atMs: 0 },
      }),
    ];
    work.output = [TITLE, BODY];
    work.prompt = BODY;
    server = await startTestServer({
      live,
      runs: work.runs,
      actions: work.actions,
      reader: readerOf({ [row.file]: BODY }),
    });
    const context = await browser.newContext();
    const page = await context.newPage();
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url)) foreign.push(request.url());
    });
    await page.goto(server.url + path);
    for (const link of await page.locator(".prose a:not([href])").all()) await link.click();
    for (const number of await page.locator(".pr:visible").all()) await number.click({ force: true });
    await page.waitForTimeout(300);

    expect(foreign).toEqual([]);
    expect(page.url()).toBe(server.url + path);
    expect(await page.title()).not.toBe("owned");
    expect(await page.locator("main").isVisible()).toBe(true);
    expect(await page.locator("#main").count()).toBe(1);
    expect(
      await page
        .locator("img, iframe, object, embed, form[action*=evil], base, .prose svg, .prose style")
        .count(),
    ).toBe(0);
    await context.close();
  });
});

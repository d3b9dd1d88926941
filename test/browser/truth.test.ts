// The page never looks fresher than it is: the server says so, and if it cannot, the page finds out.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { pullRequestsSource, SOURCES, sourcesWith } from "../support/sample-pull-requests.ts";
import {
  OBSERVED_AT,
  OBSERVED_AT_MS,
  STALE,
  sampleAttestation,
  sampleSnapshot,
} from "../support/sample-snapshot.ts";
import { openStatus, type StatusTab, stateOf, untilLive, untilState } from "../support/status-tab.ts";
import { startTestServer } from "../support/web-fixture.ts";

let browser: StartedBrowser;
let tab: StatusTab;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(() => tab.close());

const HOUR_MS = 3_600_000;

/** A reader's clock that is wrong by so much, from before the page's script starts. */
const clockOffBy = (ms: number) => `{ const now = Date.now; Date.now = () => now() + ${ms}; }`;

/** Seconds the page shows as its age. */
async function shownAgeS(): Promise<number> {
  return Number.parseInt((await tab.page.locator("#age").textContent()) ?? "", 10);
}

const barText = async () =>
  ((await tab.page.locator("#fresh-words").textContent()) ?? "").replace(/\s+/g, " ");

describe("what the server says", () => {
  it("F4: a page that turns stale shows the banner, stops counting, and recovers", async () => {
    tab = await openStatus(browser, { clock: true });
    await untilLive(tab.page);
    tab.live.become({ ...STALE, age_ms: 120_000 });
    await untilState(tab.page, "stale", 5000);
    expect(await barText()).toContain(
      "Stale: this page is 2 min old. The update at 12:07:12 ran past 15 s and was stopped.",
    );
    expect(await tab.page.title()).toBe("Stale · 3 need you · dataface · Status");
    expect(await tab.page.locator("#g-active .frozen").textContent()).toMatch(/durations at \d\d:\d\d:31/);
    expect(await tab.page.locator("#announce").textContent()).toContain("Stale");
    const standing = await tab.page.locator("tbody time").allTextContents();
    await tab.page.clock.runFor(2200);
    expect(await tab.page.locator("tbody time").allTextContents()).toEqual(standing);

    tab.live.show(tab.live.view()?.snapshot ?? expect.fail("no snapshot"));
    tab.live.emit({ kind: "freshness" });
    await untilState(tab.page, "fresh", 5000);
    expect(await tab.page.locator(".frozen").count()).toBe(0);
    expect(await tab.page.locator("#announce").textContent()).toBe("Fresh again.");
  });

  it("F5: the banner is in the server's HTML, without script and without style", async () => {
    tab = await openStatus(browser, { context: { javaScriptEnabled: false } });
    tab.live.become(STALE);
    await tab.context.route("**/*.css", (route) => route.abort());
    await tab.page.reload();
    expect(await tab.page.locator("#fresh").innerText()).toContain("Stale: this page is 3 min old.");
  });

  it("an attestation resets the age and touches nothing else", async () => {
    tab = await openStatus(browser, { clock: true });
    await untilLive(tab.page);
    await tab.page.clock.runFor(2100);
    expect(await shownAgeS()).toBeGreaterThan(4);
    let requests = 0;
    tab.page.on("request", () => {
      requests += 1;
    });
    tab.live.attest(sampleAttestation({ cycle: 4712 }));
    await expect.poll(shownAgeS).toBe(4);
    expect(requests).toBe(0);
  });

  it("F9, R11: a source that changes shows at once, though the snapshot is the same", async () => {
    tab = await openStatus(browser);
    await untilLive(tab.page);
    const { sources } = sampleAttestation();
    tab.live.attest(
      sampleAttestation({ sources: { ...sources, tasks: { ...sources.tasks, mode: "polling" } } }),
    );
    await tab.page.locator("#sources", { hasText: "polling" }).waitFor({ timeout: 3000 });
  });

  it("F9, U7: a sync that shows nothing new asks for nothing; one that fails shows at once", async () => {
    const live = new FakeLiveSnapshot();
    live.show(sampleSnapshot(), sampleAttestation({ sources: sourcesWith() }));
    tab = await openStatus(browser, { live });
    await untilLive(tab.page);
    let requests = 0;
    tab.page.on("request", () => {
      requests += 1;
    });
    const resetAtMs = OBSERVED_AT_MS + 36 * 60_000;
    const later = { observedAtMs: OBSERVED_AT_MS, questions: { limit: 5000, remaining: 4803, resetAtMs } };
    tab.live.attest(sampleAttestation({ sources: sourcesWith(pullRequestsSource(later)) }));
    await expect.poll(() => tab.page.locator("#age-pull_requests").textContent()).toMatch(/^[4-9] s$/);
    expect(requests).toBe(0);

    tab.live.attest(sampleAttestation({ sources: sourcesWith(SOURCES.failing) }));
    await tab.page
      .locator("#sources .failing", { hasText: "GitHub refused the token" })
      .waitFor({ timeout: 3000 });
    expect(requests).toBe(1);
  });

  it("S6: a page whose stream is refused reloads once, and is live again", async () => {
    tab = await openStatus(browser);
    await untilLive(tab.page);
    // Not `times: 1`: that would end the interception in the middle of the load that is waited for.
    let asked = 0;
    await tab.context.route("**/status/events", async (route) => {
      asked += 1;
      await (asked === 1 ? route.fulfill({ status: 403 }) : route.continue());
    });
    const reloaded = tab.page.waitForEvent("load");
    await setVisibility("hidden");
    await setVisibility("visible");
    await reloaded;
    await untilLive(tab.page);
    expect(asked).toBe(2);
  });
});

describe("F7: pages that do not update automatically", () => {
  const asOf = async () => (await tab.page.locator("#as-of").textContent()) ?? "";

  it.each(["/tasks/host-dataface-on-gcp", "/activity", "/search?q=owner"])(
    "%s never claims to be fresh, and counts its age",
    async (path) => {
      tab = await openStatus(browser, { path });
      expect(await asOf()).toMatch(
        /^As of \d\d:\d\d:31, \d+ s ago\. This page does not update automatically\.$/,
      );
      await tab.page.evaluate(clockOffBy(HOUR_MS));
      await expect.poll(asOf).toContain("1 h ago");
    },
  );

  it.each(["/tasks/host-dataface-on-gcp", "/activity"])(
    "U21: %s says that it grew old, and its durations stand still",
    async (path) => {
      tab = await openStatus(browser, { path, clock: true });
      await tab.server.close();
      await tab.page.evaluate(clockOffBy(50_000));
      await untilState(tab.page, "late", 4000);
      expect(await asOf()).toMatch(/^◔ Late: this page may no longer be true\. Reload\. As of/);
      await tab.page.evaluate(clockOffBy(100_000));
      await untilState(tab.page, "stale", 4000);
      expect(await asOf()).toMatch(/^◆ Stale: .* As of \d\d:\d\d:31, 2 min ago/);
      const standing = await tab.page.locator("time[data-tick]").allTextContents();
      await tab.page.clock.runFor(2200);
      expect(await tab.page.locator("time[data-tick]").allTextContents()).toEqual(standing);
    },
  );

  it("says without script nothing that time makes untrue", async () => {
    tab = await openStatus(browser, { path: "/activity", context: { javaScriptEnabled: false } });
    expect(await asOf()).toMatch(/^As of \d\d:\d\d:31\. This page does not update automatically\.$/);
  });

  it("F4: says when it was served stale", async () => {
    tab = await openStatus(browser);
    tab.live.become(STALE);
    await tab.page.goto(`${tab.server.url}/activity`);
    expect(await asOf()).toMatch(/Stale As of .* ran past 15 s and was stopped\./);
  });
});

describe("what the page finds out on its own", () => {
  it.each([-HOUR_MS, HOUR_MS])("F7: the age is right with a clock off by %d ms", async (offMs) => {
    tab = await openStatus(browser, { before: clockOffBy(offMs) });
    await untilLive(tab.page);
    // The server says 4 s with every answer; a second or two may pass until we look.
    expect(await shownAgeS()).toBeGreaterThanOrEqual(4);
    expect(await shownAgeS()).toBeLessThanOrEqual(6);
    expect(await tab.page.locator("#observed").getAttribute("datetime")).toBe(OBSERVED_AT);
  });

  it("F8: a clock that jumps makes the page ask at once", async () => {
    tab = await openStatus(browser);
    await untilLive(tab.page);
    const asked = tab.page.waitForRequest((request) => request.url().endsWith("/status"), { timeout: 4000 });
    await tab.page.evaluate(clockOffBy(600_000));
    await asked;
  });

  it("F6: the server dies: stale, dimmed, with its age; a new one on the same port recovers it", async () => {
    tab = await openStatus(browser);
    await untilLive(tab.page);
    await tab.server.close();
    await untilState(tab.page, "stale", 4000);
    expect(await barText()).toMatch(
      /Stale: this page is \d+ s old\. The server is not responding\..* This was true at/,
    );
    expect(await tab.page.locator('tr[id="t-reconcile-hooks"]').count()).toBe(1);
    expect(await tab.page.locator("link[rel=icon]").getAttribute("href")).toContain("favicon-stale");
    expect(await tab.page.title()).toMatch(/^Stale · /);

    const server = await startTestServer({ live: tab.live, port: { port: tab.server.port, asked: true } });
    try {
      await untilState(tab.page, "fresh", 15_000);
      await untilLive(tab.page);
      expect(await barText()).toContain("Fresh");
    } finally {
      await server.close();
    }
  });

  it("F6: a server that hangs is found out within the interval and a second", async () => {
    tab = await openStatus(browser, { path: "/status?refresh=15", clock: true });
    await untilLive(tab.page);
    // The stream stays open and silent, questions are never answered.
    await tab.context.route("**/status*", () => {});
    await tab.page.clock.runFor(8_000);
    expect(await tab.page.locator("html").getAttribute("data-state")).toBe("fresh");
    await tab.page.clock.runFor(8_000);
    await untilState(tab.page, "stale", 4_000);
  });

  it("F6: errors and pages that are not ours count as no answer", async () => {
    tab = await openStatus(browser);
    await untilLive(tab.page);
    await tab.context.route("**/status", (route) =>
      route.fulfill({ status: 200, contentType: "text/html", body: "<p>proxy" }),
    );
    await tab.page.locator("#refresh").click();
    await untilState(tab.page, "stale", 4000);
    await tab.context.unroute("**/status");
    await tab.page.locator("#refresh").click();
    await untilState(tab.page, "fresh", 4000);
  });

  it("U2: paused, the page asks nothing, grows late by its own clock, and still refreshes by hand", async () => {
    tab = await openStatus(browser);
    await untilLive(tab.page);
    await tab.page.locator("#pause").click();
    expect(await tab.page.locator("#live").textContent()).toBe("Paused");
    expect(tab.page.url()).toContain("refresh=off");
    await tab.page.evaluate(clockOffBy(60_000));
    await untilState(tab.page, "late", 4000);
    expect(await barText()).toContain("Updates are paused.");

    await tab.page.locator("#refresh").click();
    await tab.page.reload();
    expect(await tab.page.locator("#live").textContent()).toBe("Paused");
    await tab.page.goto(`${tab.server.url}/status`);
    expect(await tab.page.locator("#pause").textContent()).toBe("Resume");
    await tab.page.locator("#pause").click();
    await untilLive(tab.page);
  });

  it("F13: a hidden tab asks nothing and holds no stream; on return it asks at once", async () => {
    tab = await openStatus(browser, { clock: true });
    await untilLive(tab.page);
    await setVisibility("hidden");
    let requests = 0;
    tab.page.on("request", () => {
      requests += 1;
    });
    tab.live.publish([]);
    await tab.page.clock.runFor(30_000);
    expect(requests).toBe(0);
    const returned = tab.page.waitForRequest((request) => request.url().endsWith("/status"), {
      timeout: 1000,
    });
    await setVisibility("visible");
    await returned;
    await untilLive(tab.page);
    expect(await stateOf(tab.page)).toBe("fresh");
  });
});

async function setVisibility(state: "hidden" | "visible"): Promise<void> {
  await tab.page.evaluate(`
    Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  `);
}

// Refresh, and only Refresh, also asks how pull requests are now.

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { openStatus, type StatusTab, tabAtWork, untilLive } from "../support/status-tab.ts";

let browser: StartedBrowser;
let tab: StatusTab;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(() => tab.close());

it("a press of Refresh asks for a sync, also while paused; loads, nudges, returns and actions do not", async () => {
  tab = await openStatus(browser, tabAtWork());
  const { page, live } = tab;
  await untilLive(page);
  live.publish(live.view()?.snapshot.tasks.slice(1) ?? []);
  await page.reload();
  await untilLive(page);
  await page.locator("#g-ready button", { hasText: "Kick off" }).first().click();
  await page.locator("#announce", { hasText: "Queued" }).waitFor({ state: "attached" });
  await page.evaluate("dispatchEvent(new Event('online'))");
  await expect.poll(() => live.refreshes.length).toBeGreaterThan(3);
  expect(live.syncRequests).toBe(0);

  await page.locator("#refresh").click();
  await expect.poll(() => live.syncRequests).toBe(1);
  await page.locator("#pause").click();
  await page.locator("#refresh").click();
  await expect.poll(() => live.syncRequests).toBe(2);
  expect(page.url()).not.toContain("look");
});

it("U1: without script the link does the same, and leads to the page as it was", async () => {
  tab = await openStatus(browser, {
    ...tabAtWork(),
    path: "/status?priority=p1",
    context: { javaScriptEnabled: false },
  });
  const { page, live, server } = tab;
  await page.locator("#refresh").click();
  await page.waitForURL(`${server.url}/status?priority=p1`);
  expect(live.syncRequests).toBe(1);
  await page.reload();
  await page.goBack().catch(() => null);
  expect(live.syncRequests).toBe(1);
});

it("a server that only shows has nothing to ask with", async () => {
  tab = await openStatus(browser);
  await untilLive(tab.page);
  const answered = tab.page.waitForResponse((response) => response.url().endsWith("/status"));
  await tab.page.locator("#refresh").click();
  await answered;
  expect(tab.live.syncRequests).toBe(0);
});

it("S5: a page of another port cannot make it ask, neither by a link nor by an image", async () => {
  tab = await openStatus(browser, tabAtWork());
  const { page, live, server, context } = tab;
  const other = await context.newPage();
  await other.route("http://127.0.0.1:4999/", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<img src="${server.url}/status?look=now"><a href="${server.url}/status?look=now">look</a>`,
    }),
  );
  await other.goto("http://127.0.0.1:4999/");
  await other.locator("a").click();
  await other.waitForURL(`${server.url}/status`);
  expect(live.syncRequests).toBe(0);
  await page.locator("#refresh").click();
  await expect.poll(() => live.syncRequests).toBe(1);
});

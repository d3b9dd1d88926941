// H12: many tabs of one browser share a few connections to the server.

import { afterAll, afterEach, beforeAll, it } from "vitest";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { sampleRow, sampleRows } from "../support/sample-snapshot.ts";
import { openStatus, type StatusTab, untilLive } from "../support/status-tab.ts";

const TABS = 10;

let browser: StartedBrowser;
let tab: StatusTab;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(() => tab.close());

it("H12: ten tabs in sight at once: each loads and refreshes within a second, and all see a change", async () => {
  tab = await openStatus(browser);
  await untilLive(tab.page);
  const pages = [tab.page];
  while (pages.length < TABS) {
    const page = await tab.context.newPage();
    pages.push(page);
    await page.goto(`${tab.server.url}/status?refresh=15`, { timeout: 2000 });
    await page.locator("#live", { hasText: /Live|Polling/ }).waitFor({ timeout: 2000 });
  }
  await tab.page.waitForTimeout(500);
  for (const page of pages) {
    const answered = page.waitForResponse((response) => response.url().includes("/status"), {
      timeout: 1000,
    });
    await page.locator("#refresh").click();
    await answered;
  }
  tab.live.publish([...sampleRows(), sampleRow({ key: "brand-new", title: "Brand new", group: "ready" })]);
  await Promise.all(pages.map((page) => page.locator('tr[id="t-brand-new"]').waitFor({ timeout: 17_000 })));
});

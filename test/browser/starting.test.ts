// The first visit, before any snapshot: what is being done, and the status as soon as there is one.

import { afterAll, beforeAll, expect, it } from "vitest";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { sampleSnapshot } from "../support/sample-snapshot.ts";
import { openStatus, untilLive } from "../support/status-tab.ts";

let browser: StartedBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

it.each([true, false])(
  "shows the status automatically once there is one, with script: %s",
  async (javaScriptEnabled) => {
    const live = new FakeLiveSnapshot();
    const tab = await openStatus(browser, { live, context: { javaScriptEnabled } });
    expect(await tab.page.locator("h1").innerText()).toBe("Reading the task files for the first time");
    live.show(sampleSnapshot());
    await tab.page.locator("#strip").waitFor({ timeout: 8000 });
    if (javaScriptEnabled) await untilLive(tab.page);
    expect(tab.complaints).toEqual([]);
    await tab.close();
  },
);

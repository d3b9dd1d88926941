// The pages in the middle of a night: what waits, what failed, what the slots were used for, in both themes and at any width.

import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../src/core/values/durations.ts";
import { violations } from "../support/axe.ts";
import { outsideBar } from "../support/bar-texts.ts";
import { type NewContextOptions, type StartedBrowser, startBrowser } from "../support/browser.ts";
import { recordsOfNight, snapshotOfNight } from "../support/sample-night.ts";
import { attestationAtWork, storedRun } from "../support/sample-runs.ts";
import { openStatus, type StatusTab, tabAtWork } from "../support/status-tab.ts";

let browser: StartedBrowser;
let tab: StatusTab;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(() => tab.close());

/** The middle of a night, for someone who was away. */
async function openNight(context: NewContextOptions = {}): Promise<Page> {
  const { work, ...atWork } = tabAtWork();
  // Audits run scripts of their own, which the page's policy forbids.
  tab = await openStatus(browser, {
    ...atWork,
    work,
    clock: true,
    context: { bypassCSP: true, ...context },
  });
  const sinceMs = Date.now() - 9 * HOUR_MS;
  const { stored, ...records } = recordsOfNight(sinceMs);
  Object.assign(work, { ...records, stored: [...stored, storedRun("keeps-its-slot")] });
  tab.live.show(snapshotOfNight(), attestationAtWork());
  await tab.context.addCookies([{ name: "tasks_seen", value: String(sinceMs), url: tab.server.url }]);
  return tab.page;
}

const NIGHT_PATHS = [
  "/status",
  "/night?hours=12",
  "/night?hours=12&show=failed",
  "/night?hours=12&show=slots&use=limit",
  "/runs/run-limited",
  "/runs/run-keeps-its-slot",
  "/workers",
];

/** What differs with the theme are colours: these pages have all of them. */
const COLOURS_OF_ALL = [
  "/status",
  "/night?hours=12",
  "/night?hours=12&show=slots&use=limit",
  "/runs/run-keeps-its-slot",
];

describe("N7: in the middle of a night", () => {
  it.each([
    ["light", NIGHT_PATHS],
    ["dark", COLOURS_OF_ALL],
  ] as const)("axe finds nothing, %s", async (colorScheme, paths) => {
    const page = await openNight({ colorScheme });
    for (const path of paths) {
      await page.goto(tab.server.url + path);
      expect(await violations(page), path).toEqual([]);
      if (path === "/status") expect(await page.locator(".away, .pauses .paused").count()).toBe(10);
    }
  });

  it.each([320, 390, 768, 1101, 1280])(
    "nothing scrolls sideways, and the bar holds its chips, at %d px",
    async (width) => {
      const page = await openNight({ viewport: { width, height: 844 } });
      for (const path of NIGHT_PATHS) {
        await page.goto(tab.server.url + path);
        expect(await page.evaluate<number>("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(
          width,
        );
      }
      for (const pauses of [1, 6]) {
        tab.live.show(snapshotOfNight({ pauses }), attestationAtWork());
        await page.goto(`${tab.server.url}/status`);
        expect(await outsideBar(page), `${pauses} pauses`).toEqual([]);
        expect(await hiddenChips(page), `${pauses} pauses`).toEqual([]);
      }
      const cut = await page.evaluate<string[]>(`[...document.querySelectorAll(".acts .btn, .pauses .btn")]
      .filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.textContent)`);
      expect(cut).toEqual([]);
    },
  );
});

/** Chips that are cut, or that the buttons of the bar stand on. */
function hiddenChips(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`{
    const buttons = document.querySelector("#fresh .controls").getBoundingClientRect();
    [...document.querySelectorAll(".sources li")].filter((chip) => {
      const { right, bottom, top } = chip.getBoundingClientRect();
      const isCovered = right > buttons.left && bottom > buttons.top && top < buttons.bottom;
      return isCovered || chip.scrollWidth > chip.clientWidth + 1;
    }).map((chip) => chip.textContent);
  }`);
}

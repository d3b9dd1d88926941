// U1: everything is there without script: the content, the filter, the owner's pages, the reload.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { openStatus, type StatusTab, tabAtWork } from "../support/status-tab.ts";

let browser: StartedBrowser;
let tab: StatusTab;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(() => tab.close());

const open = (path = "/status") =>
  openStatus(browser, { path, context: { javaScriptEnabled: false } }).then((opened) => {
    tab = opened;
  });

const reloadSeconds = async () =>
  /<noscript><meta http-equiv="refresh" content="(\d+)"><\/noscript>/.exec(
    await (await fetch(tab.page.url())).text(),
  )?.[1];

describe("U1: without script", () => {
  it("shows every group and what changed", async () => {
    await open();
    for (const heading of [
      "Needs you",
      "Active",
      "In review",
      "Ready",
      "Waiting",
      "Planned",
      "Done",
      "What changed",
    ]) {
      expect(await tab.page.getByRole("heading", { name: heading, exact: true }).count(), heading).toBe(1);
    }
  });

  it("filters by a form, and leads back", async () => {
    await open();
    await tab.page.locator("#filter-menu > summary").click();
    await tab.page.locator("#filter-milestone").selectOption("m2-adoption");
    await tab.page.locator("#filter button").click();
    expect(new URL(tab.page.url()).searchParams.get("milestone")).toBe("m2-adoption");
    expect(await tab.page.locator("#filtered").innerText()).toContain(
      "Only milestone m2-adoption: 2 of 73 tasks. 3 more need you outside this filter.",
    );
    await expect.poll(() => tab.page.locator("tbody tr").count()).toBe(2);
    await tab.page.locator("#filtered a").click();
    await expect.poll(() => tab.page.locator("#filtered").count()).toBe(0);
  });

  it("sorts, opens a whole group, and changes the owner by links", async () => {
    await open();
    await tab.page.locator("#g-ready thead a", { hasText: "Task" }).click();
    expect(await tab.page.locator("#g-ready tbody .t").first().innerText()).toBe(
      "Add strict owner validation",
    );
    expect(await tab.page.locator("#g-ready th[aria-sort=ascending]").innerText()).toContain("Task");
    await tab.page.goto(`${tab.server.url}/status`);
    await tab.page.locator("#g-planned .beside a", { hasText: "show all" }).click();
    await expect.poll(() => tab.page.locator("tbody tr").count()).toBe(31);
    await tab.page.locator("#owner-menu > summary").click();
    await tab.page.locator("#owner-menu a", { hasText: "nadia" }).click();
    await expect.poll(() => tab.page.locator("#owner-menu .who").innerText()).toBe("nadia");
  });

  it("reloads every 30 s, as often as the reader likes, or not at all", async () => {
    await open();
    expect(await reloadSeconds()).toBe("30");
    await tab.page.locator("#interval-menu > summary").click();
    await tab.page.locator("#interval-menu a", { hasText: "every 15 s" }).click();
    await expect.poll(reloadSeconds).toBe("15");
    await tab.page.locator("#pause").click();
    await expect.poll(reloadSeconds).toBe(undefined);
    await tab.page.goto(`${tab.server.url}/search`);
    expect(await reloadSeconds()).toBe(undefined);
  });
});

describe("U16: a double click without script", () => {
  it.each([100, 220, 350])("%d ms apart acknowledges one task once", async (apartMs) => {
    const atWork = tabAtWork();
    tab = await openStatus(browser, { ...atWork, context: { javaScriptEnabled: false } });
    const shown = tab.live.view()?.snapshot.tasks ?? [];
    tab.live.onRefreshNow = () => tab.live.publish(shown.filter(({ key }) => key !== "bad-yaml"));
    const button = tab.page.locator('tr[id="t-bad-yaml"]').getByRole("button", { name: "Acknowledge" });
    const box = (await button.boundingBox()) ?? expect.fail("no button");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    // A browser waits for neither click to be answered.
    await tab.page.mouse.click(x, y);
    await tab.page.waitForTimeout(apartMs);
    await tab.page.mouse.click(x, y);
    await tab.page.locator("#result", { hasText: "Acknowledged until" }).waitFor();
    await tab.page.waitForTimeout(500);
    expect(atWork.work.calls).toMatchObject([{ action: "acknowledge", request: { key: "bad-yaml" } }]);
    await tab.page.locator("#result").getByRole("button", { name: "Undo" }).click();
    await tab.page.locator("#result", { hasText: "Undone" }).waitFor();
    expect(atWork.work.calls.map(({ action }) => action)).toEqual(["acknowledge", "undo"]);
  });
});

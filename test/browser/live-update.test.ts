// An open page follows the snapshot, and leaves alone what the reader is doing.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { sampleRow, sampleRows } from "../support/sample-snapshot.ts";
import { type OpenOptions, openStatus, type StatusTab, untilLive, untilText } from "../support/status-tab.ts";

let browser: StartedBrowser;
let tab: StatusTab;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(tab.complaints).toEqual([]);
  await tab.close();
});

/** The sample with one more ready task. */
const withNewTask = () => [
  ...sampleRows(),
  sampleRow({ key: "brand-new", title: "Brand new task", group: "ready" }),
];

/** The sample with another title for one waiting task: nothing moves. */
const withNewTitle = (title: string) =>
  sampleRows().map((row) => (row.key === "reconcile-hooks" ? { ...row, title } : row));

async function openLive(options: OpenOptions = {}): Promise<void> {
  tab = await openStatus(browser, options);
  await untilLive(tab.page);
}

const seesText = (text: string) => untilText(tab.page, text);

describe("a live page", () => {
  it("shows a published row automatically", async () => {
    await openLive();
    tab.live.publish(withNewTask());
    await seesText("Brand new task");
    expect(await tab.page.locator('#strip [data-group="ready"] b').textContent()).toBe("5");
  });

  it("shows a publication that came while an older answer was on its way", async () => {
    await openLive();
    await tab.context.route("**/status", async (route) => {
      const response = await route.fetch();
      await tab.page.waitForTimeout(300);
      await route.fulfill({ response });
    });
    const asked = tab.page.waitForResponse((response) => response.url().endsWith("/status"));
    tab.live.publish(withNewTitle("First round"));
    await tab.page.waitForTimeout(150);
    tab.live.publish(withNewTitle("Second round"));
    await asked;
    await tab.page.locator("tr", { hasText: "Second round" }).waitFor({ timeout: 2000 });
  });

  it("U3: keeps scroll, focus, selection, open details and the filter", async () => {
    await openLive({ path: "/status?workstream=infra-tooling&sort=title" });
    const { page, live } = tab;
    await page.locator("#d-done > summary").click();
    await page.locator("#d-planned > summary").focus();
    await page.mouse.move(5, 5);
    await page.evaluate(
      `getSelection().selectAllChildren(document.querySelector("#g-active h2")); scrollTo(0, 300)`,
    );
    const before = await readerState();
    live.publish(withNewTitle("Another title for the hooks"));
    await seesText("Another title for the hooks");
    expect(await readerState()).toEqual(before);
    expect(page.url()).toContain("workstream=infra-tooling&sort=title");
  });

  it("U4: typed text survives, and updates wait behind a notice", async () => {
    await openLive();
    const { page, live } = tab;
    await page.locator("#filter-menu > summary").click();
    await page.locator("#filter-text").pressSequentially("gcp");
    live.publish(withNewTask());
    await page.locator("#pending:visible", { hasText: "1 update waiting" }).waitFor();
    live.publish(withNewTitle("Second update"));
    await page.locator("#pending:visible", { hasText: "2 updates waiting" }).waitFor();
    expect(await page.locator("tr", { hasText: "Second update" }).count()).toBe(0);

    await page.locator("#pending").click();
    await seesText("Second update");
    expect(await page.locator("#filter-text").inputValue()).toBe("gcp");
    expect(await page.locator("#pending").isVisible()).toBe(false);
  });

  it("U6: a row stays under the pointer until it leaves", async () => {
    await openLive();
    const { page, live } = tab;
    await page.locator('tr[id="t-reconcile-hooks"]').hover();
    live.publish(sampleRows().filter(({ key }) => key !== "add-strict-owner-validation"));
    await page.locator("#pending:visible").waitFor();
    expect(await page.locator('tr[id="t-add-strict-owner-validation"]').count()).toBe(1);
    await page.mouse.move(5, 5);
    await page.locator('tr[id="t-add-strict-owner-validation"]').waitFor({ state: "detached" });
  });

  it("U6: an update that moves no row under the pointer is shown at once", async () => {
    await openLive();
    await tab.page.locator('tr[id="t-reconcile-hooks"]').hover();
    tab.live.publish(withNewTitle("Renamed under the pointer"));
    await seesText("Renamed under the pointer");
  });

  it("U7: an unchanged poll touches nothing; a publication only what differs", async () => {
    await openLive();
    const { page, live } = tab;
    await countMutations();
    const answered = page.waitForResponse((response) => response.url().endsWith("/status"));
    await page.locator("#refresh").click();
    expect([200, 304]).toContain((await answered).status());
    const again = page.waitForResponse((response) => response.url().endsWith("/status"));
    await page.locator("#refresh").click();
    expect((await again).status()).toBe(304);
    expect(await mutations()).toEqual([]);

    live.publish(withNewTitle("Only this title"));
    await seesText("Only this title");
    const touched = await mutations();
    expect(touched.length).toBeGreaterThan(0);
    expect([...new Set(touched)].sort()).toEqual(["small-print", "t-reconcile-hooks"]);
  });

  it("U8: only a change of state is announced, never an age", async () => {
    await openLive({ clock: true });
    const { page, live } = tab;
    await page.clock.runFor(2200);
    expect(await page.locator("#announce").textContent()).toBe("");
    live.publish(withNewTitle("No announcement"));
    await seesText("No announcement");
    expect(await page.locator("#announce").textContent()).toBe("");
    expect(await page.locator("[role=status], [aria-live]").count()).toBe(1);
  });

  it("U14: title and favicon follow the worst state", async () => {
    await openLive();
    const { page, live } = tab;
    expect(await page.title()).toBe("3 need you · dataface · Status");
    live.publish(sampleRows().filter(({ group }) => group !== "needs_attention"));
    await expect.poll(() => page.title()).toBe("dataface · Status");
    expect(await page.locator("link[rel=icon]").getAttribute("href")).toContain("favicon-calm");
  });

  it("says what changed since the reader was last here", async () => {
    const seenMs = Date.parse("2026-03-24T11:30:00Z");
    tab = await openStatus(browser, { before: `localStorage.setItem("tasks-last-seen-ms", "${seenMs}")` });
    const { page } = tab;
    await untilLive(page);
    expect(await page.locator("#you-were-here").textContent()).toMatch(/^you were here until \d\d:30$/);
    expect(await page.locator("#newest-note").textContent()).toMatch(
      /^4 changes since you were here at \d\d:30$/,
    );
    expect(await page.locator("tr .new").count()).toBeGreaterThan(0);
  });
});

function readerState() {
  return tab.page.evaluate(`({
    scroll: scrollY,
    focus: document.activeElement.parentElement.id,
    selected: getSelection().toString(),
    open: [...document.querySelectorAll("details[open]")].map(({ id }) => id),
  })`);
}

/** Collects the row, section or element each mutation is in; the ticking ages of the bar are not counted. */
async function countMutations(): Promise<void> {
  await tab.page.evaluate(`
    globalThis.places = [];
    new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        if (element.closest("#fresh") === null) places.push(element.closest("[id]")?.id ?? element.tagName);
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  `);
}

function mutations(): Promise<string[]> {
  return tab.page.evaluate<string[]>("places");
}

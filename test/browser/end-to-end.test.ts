// The main job, with nothing faked: a real tree, runner, store and server, and an open page in a real browser.

import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { untilLive, untilState } from "../support/status-tab.ts";
import { addFile, editFile, freeze, openServedTab, removeFile, taskFile } from "./served-tree-tab.ts";

const READY = "add-strict-owner-validation";
const SOON_MS = 5_000;
/** A new server starts, takes the lease over, reads the tree; the page asks at most some seconds apart. */
const RECOVERY_MS = 25_000;

let browser: StartedBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const open = (options: Parameters<typeof openServedTab>[1] = {}) => openServedTab(browser, options);
const started = (text: string) => text.replace("status: ready", "status: in_progress");

describe("a file changes", () => {
  it("its row moves without a reload; focus, scroll, selection and open lists stay", async () => {
    const tab = await open();
    const { page } = tab;
    await page.evaluate("globalThis.isSamePage = true");
    await page.locator("#d-done > summary").click();
    await page.locator("#d-planned > summary").focus();
    await page.mouse.move(5, 5);
    await page.evaluate(
      'getSelection().selectAllChildren(document.querySelector("#g-active h2")); scrollTo(0, 250)',
    );
    const before = await readerState(page);
    expect(await tab.rowIn("ready", READY).count()).toBe(1);

    editFile(taskFile(tab, "infra-tooling", READY), started);
    await tab.rowIn("active", READY).waitFor({ timeout: SOON_MS });

    expect(await tab.row(READY).count()).toBe(1);
    expect(await readerState(page)).toEqual(before);
    expect(await page.evaluate("isSamePage")).toBe(true);
    expect(await page.locator("#newest").textContent()).toContain("ready → active");
    expect(tab.complaints).toEqual([]);
  });

  it("U3, U4: text typed into the filter survives with its caret, and the change waits behind a notice", async () => {
    const tab = await open();
    const { page } = tab;
    await page.locator("#filter-menu > summary").click();
    await page.locator("#filter-text").pressSequentially("owner val");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    editFile(taskFile(tab, "infra-tooling", READY), started);
    await page.locator("#pending:visible").waitFor({ timeout: SOON_MS });
    expect(await tab.rowIn("ready", READY).count()).toBe(1);

    await page.locator("#pending").click();
    await tab.rowIn("active", READY).waitFor({ timeout: SOON_MS });
    expect(await page.locator("#filter-text").inputValue()).toBe("owner val");
    expect(await page.evaluate("document.querySelector('#filter-text').selectionStart")).toBe(7);
    expect(await page.evaluate("document.querySelector('#filter-menu').open")).toBe(true);
  });

  it("a new workstream with a task appears; a deleted task disappears", async () => {
    const tab = await open();
    const folder = join(tab.root, "tasks/workstreams/sales-tools");
    addFile(join(folder, "index.md"), "---\ntitle: Sales tools\nowner: rj\n---\n");
    addFile(join(folder, "tasks/price-list.md"), "---\ntitle: Price list\nstatus: ready\nowner: rj\n---\n");
    await tab.rowIn("ready", "price-list").waitFor({ timeout: SOON_MS });

    removeFile(taskFile(tab, "infra-tooling", READY));
    await tab.row(READY).waitFor({ state: "detached", timeout: SOON_MS });
    await tab.page.goto(`${tab.url}/workstreams/sales-tools`);
    expect(await tab.page.locator("h1").innerText()).toBe("Sales tools");
  });

  it("R13: a good file that breaks keeps its last good parse, with the problem; the others still render", async () => {
    const tab = await open();
    const rows = await tab.page.locator("tbody tr").count();
    const title = await tab.row(READY).locator(".t").textContent();
    editFile(taskFile(tab, "infra-tooling", READY), (text) => text.replace("---\n", '---\nbroken: [a, "b\n'));
    const broken = tab.rowIn("needs_attention", READY);
    await broken.waitFor({ timeout: SOON_MS });

    expect(await broken.locator(".t").textContent()).toBe(title);
    expect(await broken.textContent()).toMatch(/Line \d+/);
    expect(await broken.locator(".tag.plain").textContent()).toBe("ready");
    expect(await tab.page.locator("tbody tr").count()).toBe(rows);
  });

  it("U1: without script the page shows it at its next reload, filtered as before", async () => {
    const tab = await open({
      path: "/status?workstream=infra-tooling&refresh=15",
      context: { javaScriptEnabled: false },
    });
    const all = await tab.page.locator("tbody tr").count();
    await tab.page.locator("#filter-menu > summary").click();
    await tab.page.locator("#filter-text").fill("owner validation");
    await tab.page.locator("#filter button").click();
    const narrowed = await tab.page.locator("tbody tr").count();
    expect(narrowed).toBeGreaterThan(0);
    expect(narrowed).toBeLessThan(all);

    const reloaded = tab.page.waitForEvent("load", { timeout: 20_000 });
    editFile(taskFile(tab, "infra-tooling", READY), started);
    await reloaded;
    await tab.rowIn("active", READY).waitFor({ timeout: SOON_MS });
    expect(tab.page.url()).toContain("text=owner+validation");
    expect(await tab.page.locator("tbody tr").count()).toBe(narrowed);
  });
});

describe("something dies or freezes", () => {
  it("F6: server and runner killed: the open page goes stale, and recovers with a new server", async () => {
    const tab = await open();
    const { page } = tab;
    const ink = await inkOf(page);
    await tab.crash();
    await untilState(page, "stale", SOON_MS);
    expect(await barText(page)).toMatch(/Stale: this page is \d+ s old\. The server is not responding\./);
    expect(await page.title()).toMatch(/^Stale · /);
    expect(await inkOf(page)).not.toBe(ink);
    expect(await tab.row(READY).count()).toBe(1);

    editFile(taskFile(tab, "infra-tooling", READY), started);
    await tab.restart();
    await untilState(page, "fresh", RECOVERY_MS);
    await tab.rowIn("active", READY).waitFor({ timeout: RECOVERY_MS });
    await untilLive(page);
    expect(await inkOf(page)).toBe(ink);
    expect(tab.complaints).toEqual([]);
  });

  it("F8: the runner freezes: a page opened then shows the true age; resumed, it is fresh at once", async () => {
    const tab = await open();
    const { page } = tab;
    const resume = freeze(tab.pids().runners);
    await expect.poll(() => shownAgeS(page)).toBeGreaterThanOrEqual(3);
    await page.goto(`${tab.url}/status`);
    expect(await page.locator("html").getAttribute("data-state")).not.toBe("fresh");
    expect(await barText(page)).toMatch(/(Late|Stale): this page is/);
    expect(await ageErrorS(page)).toBeLessThan(1.5);
    expect(await shownAgeS(page)).toBeGreaterThanOrEqual(3);

    editFile(taskFile(tab, "infra-tooling", READY), started);
    resume();
    await untilState(page, "fresh", SOON_MS);
    await tab.rowIn("active", READY).waitFor({ timeout: SOON_MS });
  });

  it("F8: everything freezes: the first paint afterwards has the true age, from its own refresh", async () => {
    const tab = await open();
    const { page } = tab;
    const { server, runners } = tab.pids();
    const other = await tab.context.newPage();
    const resume = freeze([server, ...runners]);
    const opened = other.goto(`${tab.url}/status`);
    await expect.poll(() => shownAgeS(page)).toBeGreaterThanOrEqual(4);
    const resumedAtMs = Date.now();
    resume();
    await opened;
    expect(await ageErrorS(other)).toBeLessThan(1.5);
    await expect.poll(() => observedAtMs(other), { timeout: SOON_MS }).toBeGreaterThanOrEqual(resumedAtMs);
    await untilState(other, "fresh", SOON_MS);
  });

  it("F6: the server freezes: the open page goes stale within its interval, and recovers when it resumes", async () => {
    const tab = await open({ path: "/status?refresh=15" });
    const { page } = tab;
    const resume = freeze([tab.pids().server]);
    await untilState(page, "stale", 16_000 + 1_000);
    expect(await page.locator("#live").textContent()).toBe("Retrying");
    expect(await ageErrorS(page)).toBeLessThan(1.5);
    resume();
    await untilState(page, "fresh", RECOVERY_MS);
    await untilLive(page);
  });

  it("U20: the server freezes: an action says so within seconds, and is done once when it resumes", async () => {
    const tab = await open();
    const { page } = tab;
    const button = page.getByRole("button", { name: /^Acknowledge: / }).first();
    const id = await page.evaluate<string>(
      `document.querySelector("[aria-label^='Acknowledge: ']").closest("tr").id`,
    );
    const resume = freeze([tab.pids().server]);
    await button.click();
    const what = page.locator(`tr[id="${id}"] .what`);
    await what
      .filter({ hasText: /No answer from the server for \d+ s; .* Checking…/ })
      .waitFor({ timeout: 8000 });
    await untilState(page, "stale", 10_000);
    resume();
    await what.filter({ hasText: "Acknowledged until" }).waitFor({ timeout: RECOVERY_MS });
    const activity = await (await fetch(`${tab.url}/activity`, { headers: { Accept: "text/html" } })).text();
    expect(activity.match(/acknowledged by/g)).toHaveLength(1);
    expect(tab.complaints).toEqual([]);
  });
});

function readerState(page: Page) {
  return page.evaluate(`({
    scroll: scrollY,
    focus: document.activeElement.parentElement.id,
    selected: getSelection().toString(),
    open: [...document.querySelectorAll("details[open]")].map(({ id }) => id),
  })`);
}

async function barText(page: Page): Promise<string> {
  return ((await page.locator("#fresh-words").textContent()) ?? "").replace(/\s+/g, " ");
}

/** What dims. */
function inkOf(page: Page): Promise<string> {
  return page.evaluate<string>('getComputedStyle(document.querySelector("main .t")).color');
}

async function shownAgeS(page: Page): Promise<number> {
  return Number.parseInt((await page.locator("#age").textContent()) ?? "", 10);
}

async function observedAtMs(page: Page): Promise<number> {
  return Date.parse((await page.locator("#observed").getAttribute("datetime")) ?? "");
}

/** How far the age shown is from the time since the observation; server and browser share a clock here. */
function ageErrorS(page: Page): Promise<number> {
  return page.evaluate<number>(`Math.abs(
    parseInt(document.getElementById("age").textContent, 10) + 0.5 -
    (Date.now() - Date.parse(document.getElementById("observed").dateTime)) / 1000)`);
}

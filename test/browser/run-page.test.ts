// The page of a run follows its worker's output while the tab is visible and the worker runs.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import type { FakeWork } from "../support/fake-work.ts";
import { storedRun } from "../support/sample-runs.ts";
import { type OpenOptions, openStatus, type StatusTab, tabAtWork } from "../support/status-tab.ts";

const KEY = "group-attention-ui-by-task";
const PATH = `/runs/run-${KEY}`;

let browser: StartedBrowser;
let tab: StatusTab;
let work: FakeWork;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(tab.complaints).toEqual([]);
  await tab.close();
});

const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `line ${from + at}`);

async function open(output: readonly string[], options: OpenOptions = {}): Promise<void> {
  const atWork = tabAtWork();
  work = atWork.work;
  work.output = output;
  tab = await openStatus(browser, { ...atWork, path: PATH, ...options });
}

const shown = () => tab.page.locator("#log li").allTextContents();
const distanceToEnd = () =>
  tab.page.evaluate<number>(
    "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.getElementById('log'))",
  );
const looks = () => {
  const seen: string[] = [];
  tab.page.on("request", (request) => seen.push(new URL(request.url()).search));
  return seen;
};

describe("the output", () => {
  it("starts at its end, and follows new output while the reader stays there", async () => {
    await open(lines(0, 150));
    expect(await distanceToEnd()).toBeLessThan(24);
    work.output = lines(0, 180);
    await expect.poll(shown).toEqual(lines(0, 180));
    expect(await distanceToEnd()).toBeLessThan(24);
  });

  it("leaves a reader who has scrolled up where they are", async () => {
    await open(lines(0, 150));
    await tab.page.evaluate("document.getElementById('log').scrollTop = 40");
    work.output = lines(0, 160);
    await expect.poll(async () => (await shown()).length).toBe(160);
    expect(await tab.page.evaluate("document.getElementById('log').scrollTop")).toBe(40);
  });

  it("asks for what is new only, keeps 2,000 lines, and says what it left out", async () => {
    await open(lines(0, 150));
    const asked = looks();
    work.output = lines(0, 900);
    await expect.poll(async () => (await shown()).length).toBe(150 + 1 + 500);
    expect((await shown())[150]).toBe("…");
    expect(asked).toEqual(["?after=150"]);
    for (const end of [1400, 1900, 2400]) {
      work.output = lines(0, end);
      await expect.poll(async () => (await shown()).at(-1)).toBe(`line ${end - 1}`);
    }
    expect(await shown()).toHaveLength(2000);
  });

  it("S12: what a worker prints is text, line by line", async () => {
    await open(["one"]);
    const evil = "<img src=x onerror=\"document.title='owned'\">\u202E gnp";
    work.output = ["one", evil, "three"];
    await expect.poll(shown).toEqual(["one", evil, "three"]);
    expect(await tab.page.title()).not.toBe("owned");
    expect(await tab.page.locator("#log img").count()).toBe(0);
    expect(await tab.page.evaluate("getComputedStyle(document.querySelector('#log li')).unicodeBidi")).toBe(
      "plaintext",
    );
  });

  it("shows the first line of a worker that had said nothing", async () => {
    await open([]);
    expect(await tab.page.locator("#log-empty").textContent()).toBe("No output yet.");
    work.output = ["hello"];
    await expect.poll(shown).toEqual(["hello"]);
    expect(await tab.page.locator("#log-empty").count()).toBe(0);
  });

  it("stops when the worker has ended and all output is shown", async () => {
    await open(lines(0, 10), { clock: true });
    work.stored = [storedRun(KEY, { state: "exited" })];
    work.output = lines(0, 12);
    await tab.page.locator("#log-note", { hasText: "worker ended" }).waitFor();
    expect(await shown()).toEqual(lines(0, 12));
    const asked = looks();
    await tab.page.clock.runFor(10_000);
    expect(asked).toEqual([]);
  });

  it("F13: a hidden tab asks nothing; failures are got over", async () => {
    await open(lines(0, 10), { clock: true });
    await tab.page.evaluate(
      `Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true })`,
    );
    const asked = looks();
    await tab.page.clock.runFor(10_000);
    expect(asked).toEqual([]);
    let failures = 0;
    await tab.context.route("**/log?*", (route) => {
      failures += 1;
      return failures === 1 ? route.abort() : route.fallback();
    });
    await tab.page.evaluate(
      `Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true })`,
    );
    work.output = lines(0, 11);
    await expect.poll(shown, { timeout: 10_000 }).toEqual(lines(0, 11));
    expect(failures).toBeGreaterThan(1);
  });
});

describe("without script", () => {
  it("shows the end of the output, and a link that loads it again", async () => {
    await open(lines(0, 250), { context: { javaScriptEnabled: false } });
    expect(await shown()).toEqual(lines(50, 250));
    work.output = lines(0, 251);
    await tab.page.getByRole("link", { name: "Reload" }).click();
    await expect.poll(async () => (await shown()).at(-1)).toBe("line 250");
  });

  it("keeps the prompt folded", async () => {
    const atWork = tabAtWork();
    atWork.work.prompt = "You are at work.";
    tab = await openStatus(browser, { ...atWork, path: PATH, context: { javaScriptEnabled: false } });
    expect(await tab.page.getByText("You are at work.").isVisible()).toBe(false);
    await tab.page.locator("#prompt summary").click();
    expect(await tab.page.getByText("You are at work.").isVisible()).toBe(true);
  });
});

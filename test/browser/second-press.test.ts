// Pressing twice, quickly: it is done once, nothing moves under the pointer, and it can be undone.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { refusal } from "../../src/core/contract/refusal.ts";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import type { FakeWork } from "../support/fake-work.ts";
import { rowsAtWork } from "../support/sample-runs.ts";
import { sampleRow } from "../support/sample-snapshot.ts";
import {
  openStatus,
  type StatusTab,
  tabAtWork,
  untilLive,
  untilState,
  untilText,
} from "../support/status-tab.ts";

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

/** Each action takes its task out of the list, as an acknowledgement does. */
async function open(): Promise<void> {
  const atWork = tabAtWork();
  work = atWork.work;
  tab = await openStatus(browser, { ...atWork, clock: true });
  await untilLive(tab.page);
  tab.live.onRefreshNow = () => tab.live.publish(withoutActed());
}

function withoutActed() {
  const acted = work.calls.map(({ request }) => (request as { readonly key?: string } | null)?.key);
  return rowsAtWork().filter(({ key }) => !acted.includes(key));
}

const row = (key: string) => tab.page.locator(`tr[id="t-${key}"]`);
const button = (key: string, name: string) => row(key).getByRole("button", { name });
const what = (key: string, words: string) => row(key).locator(".what", { hasText: words });
const actions = () => work.calls.map(({ action }) => action);
const order = () =>
  tab.page.evaluate<string[]>(
    `[...document.querySelectorAll("#g-needs_attention tbody tr")].map(({ id }) => id)`,
  );
const topOf = (key: string) =>
  tab.page.evaluate<number>(`document.getElementById("t-${key}").getBoundingClientRect().top`);

async function middleOf(key: string, name: string): Promise<[number, number]> {
  const box = (await button(key, name).boundingBox()) ?? expect.fail(`no button ${name}`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

async function leave(): Promise<void> {
  await tab.page.mouse.move(5, 5);
  await tab.page.evaluate("document.activeElement.blur()");
}

/** Until the page would have acted a second time, and whatever it has sent is answered. */
async function settle(): Promise<void> {
  await tab.page.clock.runFor(1000);
  await tab.page.evaluate("Promise.allSettled(document.getAnimations().map(({ finished }) => finished))");
  await tab.page.evaluate("fetch('/livez').then(() => null)");
}

describe("U16: two presses act once", () => {
  it.each([0, 100, 220, 350])("with the pointer, %d ms apart", async (apartMs) => {
    await open();
    const at = await middleOf("bad-yaml", "Acknowledge");
    const before = await order();
    await tab.page.mouse.click(...at);
    if (apartMs > 0) await tab.page.waitForTimeout(apartMs);
    await tab.page.mouse.click(...at);
    await what("bad-yaml", "Acknowledged until").waitFor();
    await settle();
    expect(work.calls).toMatchObject([{ action: "acknowledge", request: { key: "bad-yaml" } }]);
    expect(await order()).toEqual(before);
  });

  it.each([100, 220, 350])(
    "with the keyboard, %d ms apart; then focus is on the next row's button",
    async (apartMs) => {
      await open();
      await button("bad-yaml", "Acknowledge").focus();
      await tab.page.keyboard.press("Enter");
      await tab.page.waitForTimeout(apartMs);
      await tab.page.keyboard.press("Enter");
      await settle();
      expect(work.calls).toMatchObject([{ action: "acknowledge", request: { key: "bad-yaml" } }]);
      await tab.page.keyboard.press("Enter");
      await expect.poll(() => work.calls.length).toBe(2);
      expect(work.calls[1]).not.toMatchObject({ request: { key: "bad-yaml" } });
    },
  );

  it("while the first is still in progress", async () => {
    await open();
    const held = Promise.withResolvers<void>();
    work.held = held.promise;
    await button("milestone-burn-up", "Kick off").dblclick();
    await expect.poll(() => work.calls.length).toBe(1);
    held.resolve();
    await what("milestone-burn-up", "Queued").waitFor();
    expect(work.calls).toHaveLength(1);
  });

  it.each([100, 350])("on a page that does not update automatically, %d ms apart", async (apartMs) => {
    await open();
    tab.live.onRefreshNow = () => {};
    await tab.page.goto(`${tab.server.url}/tasks/milestone-burn-up`);
    const kickoff = tab.page.locator("#work").getByRole("button", { name: "Kick off" });
    const box = (await kickoff.boundingBox()) ?? expect.fail("no button");
    await tab.page.mouse.click(box.x + 5, box.y + 5);
    await tab.page.waitForTimeout(apartMs);
    await tab.page.mouse.click(box.x + 5, box.y + 5);
    await tab.page.locator("#result", { hasText: "Queued" }).waitFor();
    await settle();
    expect(actions()).toEqual(["kickoff"]);
  });
});

describe("U19: rows keep their places", () => {
  it("an acted row stays, dimmed, while the pointer is in the list, and for 6 s", async () => {
    await open();
    const before = await order();
    await button("bad-yaml", "Acknowledge").click();
    await row("bad-yaml").and(tab.page.locator("[data-acted=ok]")).waitFor();
    await row("rotate-the-signing-keys").hover();
    await tab.page.clock.runFor(6500);
    expect(await order()).toEqual(before);
    await leave();
    await row("bad-yaml").waitFor({ state: "detached" });
  });

  it("a live update moves nothing under the pointer: what is new waits, what is gone says so, the rest is current", async () => {
    await open();
    const before = await order();
    await row("rotate-the-signing-keys").hover();
    const top = await topOf("rotate-the-signing-keys");
    const news = ["one", "two"].map((key) => sampleRow({ key, title: key, group: "needs_attention" }));
    tab.live.publish([
      ...news,
      ...rowsAtWork()
        .filter(({ key }) => key !== "bad-yaml")
        .map((one) => (one.key === "port-bundles" ? { ...one, title: "Renamed meanwhile" } : one)),
    ]);
    await tab.page.locator("#pending:visible", { hasText: "2 new" }).waitFor();
    await untilText(tab.page, "Renamed meanwhile");
    expect(await order()).toEqual(before);
    expect(await row("bad-yaml").locator(".what").innerText()).toBe("No longer listed");
    expect(await row("bad-yaml").locator("button:visible").count()).toBe(0);
    expect(await topOf("rotate-the-signing-keys")).toBe(top);
    await leave();
    await row("two").waitFor();
    expect(await row("bad-yaml").count()).toBe(0);
    expect(await tab.page.locator("#pending").isVisible()).toBe(false);
  });

  it("a narrow row keeps its height with less to say", async () => {
    await open();
    await tab.page.setViewportSize({ width: 390, height: 844 });
    const key = "host-dataface-on-gcp";
    await button(key, "Acknowledge").scrollIntoViewIfNeeded();
    const height = async () => (await row(key).boundingBox())?.height;
    const [before, top] = [await height(), await topOf("bad-yaml")];
    await button(key, "Acknowledge").click();
    await what(key, "Acknowledged until").waitFor();
    expect([await height(), await topOf("bad-yaml")]).toEqual([before, top]);
  });

  it("nor where the keyboard is; and a list that loses its last row keeps it", async () => {
    await open();
    await button("milestone-burn-up", "Kick off").focus();
    await tab.page.keyboard.press("Shift+Tab");
    tab.live.publish(rowsAtWork().filter(({ group }) => group !== "ready"));
    await what("milestone-burn-up", "No longer listed").waitFor();
    await leave();
    await row("milestone-burn-up").waitFor({ state: "detached" });
  });
});

describe("U17, U18: undo", () => {
  it("from the row: it is as before, with its buttons", async () => {
    await open();
    await button("bad-yaml", "Acknowledge").click();
    await what("bad-yaml", "Acknowledged until").waitFor();
    tab.live.onRefreshNow = () => tab.live.publish(rowsAtWork());
    await button("bad-yaml", "Undo").click();
    await button("bad-yaml", "Acknowledge").waitFor();
    expect(actions()).toEqual(["acknowledge", "undo"]);
    await untilText(tab.page, "Undone");
    await button("bad-yaml", "Acknowledge").click();
    await expect.poll(actions).toEqual(["acknowledge", "undo", "acknowledge"]);
  });

  it.each([100, 350])("pressed twice, %d ms apart, does not do it again", async (apartMs) => {
    await open();
    const at = await middleOf("bad-yaml", "Acknowledge");
    await button("bad-yaml", "Acknowledge").click();
    await what("bad-yaml", "Acknowledged until").waitFor();
    await settle();
    tab.live.onRefreshNow = () => tab.live.publish(rowsAtWork());
    const [x, y] = await middleOf("bad-yaml", "Undo");
    expect(Math.abs(y - at[1])).toBeLessThan(3);
    await tab.page.mouse.click(x, y);
    await tab.page.waitForTimeout(apartMs);
    await tab.page.mouse.click(x, y);
    await expect.poll(actions).toContain("undo");
    await settle();
    expect(actions()).toEqual(["acknowledge", "undo"]);
  });

  it("by the key z, and by the notice for what has no row", async () => {
    await open();
    await button("bad-yaml", "Acknowledge").click();
    await tab.page.locator("#toast", { hasText: "Acknowledged until" }).waitFor();
    await tab.page.keyboard.press("z");
    await expect.poll(actions).toEqual(["acknowledge", "undo"]);
    await tab.page.getByRole("button", { name: "Pause starts" }).click();
    await tab.page
      .locator("#toast", { hasText: "Starts paused" })
      .getByRole("button", { name: "Undo" })
      .click();
    await expect.poll(actions).toEqual(["acknowledge", "undo", "pause", "undo"]);
    await tab.page.locator('[id="answer-name-the-pilot"]').pressSequentially("zz");
    expect(actions()).toHaveLength(4);
  });

  it("U41: the notice says done on one line, however long the rest is", async () => {
    await open();
    await button("bad-yaml", "Acknowledge").click();
    const chip = tab.page.locator("#toast .tag");
    await chip.waitFor();
    await tab.page.locator("#toast span:not(.tag)").evaluate((said) => said.append(" and more".repeat(40)));
    expect((await chip.boundingBox())?.height).toBeLessThan(20);
    expect(await chip.innerText()).toBe("✓ done");
  });

  it("says why when it comes too late", async () => {
    await open();
    await button("bad-yaml", "Acknowledge").click();
    await what("bad-yaml", "Acknowledged until").waitFor();
    work.result = refusal("Too late to undo: the worker has read it.", "Look.");
    await button("bad-yaml", "Undo").click();
    await what("bad-yaml", "Not done: Too late to undo: the worker has read it.").waitFor();
  });
});

describe("U24: by keyboard", () => {
  it("row buttons are named with their task, and Escape closes menu and notice", async () => {
    await open();
    const title = rowsAtWork().find(({ key }) => key === "bad-yaml")?.title;
    await button("bad-yaml", `Acknowledge: ${title}`).waitFor();
    await button("milestone-burn-up", "Kick off: ").waitFor();
    await row("rotate-the-signing-keys").locator("summary").click();
    await tab.page.keyboard.press("Escape");
    expect(await row("rotate-the-signing-keys").locator("details").getAttribute("open")).toBeNull();
    await button("bad-yaml", "Acknowledge").press("Enter");
    await tab.page.locator("#toast:visible").waitFor();
    await tab.page.keyboard.press("Escape");
    expect(await tab.page.locator("#toast").isVisible()).toBe(false);
    const focused = "document.activeElement.getAttribute('aria-label')";
    expect(await tab.page.evaluate<string>(focused)).toMatch(/^Acknowledge: (?!bad-yaml)/);
  });

  it("a key that is held down presses once", async () => {
    await open();
    await button("bad-yaml", "Acknowledge").focus();
    for (let at = 0; at < 12; at += 1) {
      await tab.page.keyboard.down("Enter");
      await tab.page.waitForTimeout(100);
    }
    await tab.page.keyboard.up("Enter");
    expect(work.calls).toHaveLength(1);
  });
});

describe("U20: no answer", () => {
  it("on the page of a task too, and then it shows what was done", async () => {
    await open();
    tab.live.onRefreshNow = () => {};
    await tab.page.goto(`${tab.server.url}/tasks/milestone-burn-up`);
    const held = Promise.withResolvers<void>();
    work.held = held.promise;
    await tab.page.locator("#work").getByRole("button", { name: "Kick off" }).click();
    await tab.page
      .locator("#toast", { hasText: "No answer from the server for 5 s" })
      .waitFor({ timeout: 7000 });
    held.resolve();
    await tab.page.locator("#result", { hasText: "Queued" }).waitFor({ timeout: 10_000 });
    expect(actions()).toEqual(["kickoff"]);
  });

  it("a frozen server: the row says so within seconds, asks again, and it is done once", async () => {
    await open();
    const held = Promise.withResolvers<void>();
    work.held = held.promise;
    await button("bad-yaml", "Acknowledge").click();
    await what(
      "bad-yaml",
      "No answer from the server for 5 s; the action may or may not have run. Checking…",
    ).waitFor({
      timeout: 7000,
    });
    held.resolve();
    await what("bad-yaml", "Acknowledged until").waitFor({ timeout: 10_000 });
    expect(work.calls).toHaveLength(1);
  });

  it("a server that is gone: said at once, and the page is stale", async () => {
    await open();
    await tab.server.close();
    await button("bad-yaml", "Acknowledge").click();
    await what("bad-yaml", "the action may or may not have run. Checking…").waitFor({ timeout: 2000 });
    await untilState(tab.page, "stale", 8000);
  });
});

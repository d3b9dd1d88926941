// Notifications of the browser, in a real one: asked for by a click, shown once over all tabs, each leading to its task. The
// browser's own window for them is replaced by a list.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { configSchema } from "../../src/config/schema.ts";
import type { Notification } from "../../src/core/records/notification.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { FakeWork } from "../support/fake-work.ts";
import { attestationAtWork, snapshotAtWork } from "../support/sample-runs.ts";
import { startTestServer } from "../support/web-fixture.ts";

let browser: StartedBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Every tab has its own list; whether the browser may show them is the same for all. */
const LISTED = `
  window.shown = [];
  window.Notification = class {
    static get permission() { return localStorage.getItem("may") ?? "default"; }
    static async requestPermission() { localStorage.setItem("may", "granted"); return "granted"; }
    constructor(title, options) { window.shown.push(Object.assign(this, { title, ...options })); }
  };`;

const titlesIn = (page: Page) => page.evaluate<string[]>("shown.map(({ title }) => title)");

function notification(id: string, title: string): Notification {
  return {
    ...{ id, channel: "browser", kind: "needs_you", key: "port-bundles", title, text: "Checks failing" },
    ...{ atMs: Date.now(), state: "sent", tries: 1, nextTryMs: 0, error: null },
  };
}

it("N87: one tab shows what is new, once it may; another takes over when it closes", async () => {
  const live = new FakeLiveSnapshot();
  live.show(snapshotAtWork(), attestationAtWork());
  const work = new FakeWork();
  const outbox = createMemoryStore();
  const config = configSchema.parse({ notify: { browser: true } });
  const server = await startTestServer({ live, runs: work.runs, actions: work.actions, outbox, config });
  const context = await browser.newContext();
  await context.addInitScript(LISTED);
  await context.clock.install();
  const asked = (page: Page) => page.waitForResponse(`${server.url}/notifications.json`);
  /** Time passes for a tab until it has asked and shown all of these. */
  const untilShown = (page: Page, titles: readonly string[]) =>
    expect
      .poll(
        async () => {
          await page.clock.runFor(15_000);
          return await titlesIn(page);
        },
        { timeout: 20_000 },
      )
      .toEqual(titles);
  try {
    await outbox.addNotifications([notification("1", "Needs you: old")]);
    const first = await context.newPage();
    await first.goto(`${server.url}/notifications`);
    const place = first.locator("#notify-permission");
    await place.getByText("This browser has not been asked yet.").waitFor();
    const answer = asked(first);
    await place.getByRole("button").click();
    await (await answer).finished();
    await place.getByText("This browser shows notifications").waitFor();

    const second = await context.newPage();
    await second.goto(`${server.url}/status`);
    await outbox.addNotifications([notification("2", "Needs you: <b>new</b>")]);
    await untilShown(first, ["Needs you: <b>new</b>"]);
    expect(await titlesIn(second)).toEqual([]);
    await first.evaluate("shown[0].onclick()");
    await first.waitForURL(`${server.url}/tasks/port-bundles`);

    // The tab left its page, so the other one asks from now on.
    await outbox.addNotifications([notification("3", "Needs you: newer")]);
    await untilShown(second, ["Needs you: newer"]);
  } finally {
    await context.close();
    await server.close();
  }
});

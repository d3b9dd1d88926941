// A status page open in a real browser over a real server whose snapshot the test drives.

import type { BrowserContext, Page } from "playwright-core";
import type { NewContextOptions, StartedBrowser } from "./browser.ts";
import { FakeLiveSnapshot } from "./fake-live-snapshot.ts";
import { FakeWork } from "./fake-work.ts";
import { attestationAtWork, rowsAtWork, snapshotAtWork, storedRun } from "./sample-runs.ts";
import { startTestServer, type TestServer } from "./web-fixture.ts";

export type StatusTab = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly server: TestServer;
  readonly live: FakeLiveSnapshot;
  /** Errors the page's own script raised, and requests to anyone but the server. */
  readonly complaints: string[];
  close(): Promise<void>;
};

export type OpenOptions = {
  readonly path?: string;
  readonly live?: FakeLiveSnapshot;
  /** With it pages have buttons, and runs have pages. */
  readonly work?: FakeWork;
  readonly context?: NewContextOptions;
  /** Runs in the page before its own script. */
  readonly before?: string;
  /** The page's timers can be moved on with `page.clock`; they also run as usual. */
  readonly clock?: boolean;
};

/** Opens a tab and waits until it is live, where it has script. */
export async function openStatus(browser: StartedBrowser, options: OpenOptions = {}): Promise<StatusTab> {
  const live = options.live ?? FakeLiveSnapshot.showing();
  const { work } = options;
  const server = await startTestServer(
    work === undefined ? { live } : { live, runs: work.runs, actions: work.actions },
  );
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options.context });
  if (options.clock === true) await context.clock.install();
  if (options.before !== undefined) await context.addInitScript(options.before);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url)) complaints.push(request.url());
  });
  await page.goto(`${server.url}${options.path ?? "/status"}`);
  return {
    page,
    context,
    server,
    live,
    complaints,
    async close() {
      await context.close();
      await server.close();
    },
  };
}

/** The sample with workers at work, their runs, and all buttons. */
export function tabAtWork(): { readonly live: FakeLiveSnapshot; readonly work: FakeWork } {
  const live = new FakeLiveSnapshot();
  live.show(snapshotAtWork(), attestationAtWork());
  const work = new FakeWork();
  work.stored = rowsAtWork().flatMap(({ key, run }) => (run?.state === "running" ? [storedRun(key)] : []));
  return { live, work };
}

// What runs in the page is written as text: tests are type-checked for Node, which has no document.

/** Until the stream is open: from then on a publication reaches the page automatically. */
export async function untilLive(page: Page): Promise<void> {
  await page.locator("#live", { hasText: /^Live$/ }).waitFor();
}

export function stateOf(page: Page): Promise<string> {
  return page.evaluate<string>("document.documentElement.dataset.state");
}

export async function untilState(page: Page, state: string, timeoutMs: number): Promise<void> {
  await page.locator(`html[data-state="${state}"]`).waitFor({ timeout: timeoutMs });
}

/** Until the text is somewhere in the document, folded lists included. */
export async function untilText(page: Page, text: string): Promise<void> {
  await page.locator("body", { hasText: text }).waitFor();
}

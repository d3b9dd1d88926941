// A real Chromium for browser tests, from npm, with a profile of its own and nothing that talks to anyone else.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { type BrowserContext, chromium as playwright } from "playwright-core";

/** Not the package's own list: its --single-process dies when a page closes. */
const BROWSER_ARGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-dev-shm-usage",
  // A tab that a test does not look at must still run its timers.
  "--disable-backgrounding-occluded-windows",
];

export type StartedBrowser = {
  /** A fresh profile per call: no storage, cookies or cache of another test. */
  newContext(options?: NewContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
};

export type NewContextOptions = Parameters<Awaited<ReturnType<typeof playwright.launch>>["newContext"]>[0];

/** Starts one browser; contexts in it are separate. Close it, or its process stays. */
export async function startBrowser(): Promise<StartedBrowser> {
  const userData = await mkdtemp(join(tmpdir(), "tasks-browser-"));
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: BROWSER_ARGS,
    ignoreDefaultArgs: ["--headless"],
    headless: true,
    env: { ...process.env, HOME: userData, XDG_CONFIG_HOME: userData, XDG_CACHE_HOME: userData },
  });
  return {
    newContext: (options) => browser.newContext(options),
    async close() {
      await browser.close();
      await rm(userData, { recursive: true, force: true });
    },
  };
}

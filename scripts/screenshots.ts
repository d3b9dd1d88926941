// Takes the screenshots of the README from the demo, in the browser of the tests.

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Snapshot } from "../src/core/contract/snapshot.ts";
import { startBrowser } from "../test/support/browser.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? `${root}docs/images`;

type Shot = {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
};

const SHOTS: readonly Shot[] = [
  { name: "status-light", path: "/status", width: 1280, height: 900 },
  { name: "status-dark", path: "/status", width: 1280, height: 900, dark: true },
  { name: "status-narrow", path: "/status", width: 390, height: 844 },
  { name: "status-wide", path: "/status", width: 1920, height: 1000 },
  { name: "task", path: "/tasks/host-dataface-on-gcp", width: 1280, height: 900 },
  { name: "pull-request", path: "/tasks/detect-open-pr-conflicts-before-review", width: 1280, height: 900 },
  { name: "activity", path: "/activity", width: 1280, height: 600 },
];
const RUN: Shot = { name: "run", path: "", width: 1280, height: 1000 };
/** The run of the screenshot: its transcript grows. */
const AT_WORK = "rank-tables-by-real-usage";
/** By then one worker has used up its attempts and one is silent. */
const SETTLED_AFTER_MS = 75_000;
const STALE_FOR_MS = 20_000;
/** Taken last: the runner is stopped, and the page shows it. */
const STALE: Shot = { name: "status-stale", path: "/status", width: 1280, height: 900 };

const demo = spawn(process.execPath, ["scripts/demo.ts", "--port", "0"], {
  cwd: root,
  stdio: ["ignore", "pipe", "inherit"],
});
const browser = await startBrowser();
try {
  const origin = await originOf(demo);
  await workersSettled(origin);
  for (const shot of SHOTS) await take(origin, shot);
  await take(origin, { ...RUN, path: await runPath(origin) });
  await takeStale(origin);
} finally {
  await browser.close();
  demo.kill("SIGTERM");
}

async function take(origin: string, shot: Shot): Promise<void> {
  const page = await open(origin, shot);
  await page.waitForTimeout(500);
  await save(page, shot);
}

/** The demo's workers play for a while before there is one of each. */
async function workersSettled(origin: string): Promise<void> {
  await runPath(origin);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_AFTER_MS));
}

async function runPath(origin: string): Promise<string> {
  for (;;) {
    const { tasks = [] } = (await (await fetch(`${origin}/status.json`)).json()) as Partial<Snapshot>;
    const run = tasks.find(({ key }) => key === AT_WORK)?.run;
    if (run) return `/runs/${run.id}`;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Stops the server under an open page, as a crash would. */
async function takeStale(origin: string): Promise<void> {
  const page = await open(origin, STALE);
  demo.kill("SIGTERM");
  await page.waitForSelector('[data-state="stale"]', { timeout: 60_000 });
  // So that its age is one that is worth a banner.
  await page.waitForTimeout(STALE_FOR_MS);
  await save(page, STALE);
}

async function open(origin: string, { path, width, height, dark }: Shot) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  await page.goto(origin + path);
  return page;
}

async function save(page: Awaited<ReturnType<typeof open>>, { name }: Shot): Promise<void> {
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.context().close();
  console.log(`${name}.png`);
}

/** The address the demo prints first. */
function originOf(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    process.once("exit", (code) => reject(new Error(`the demo ended with ${code}`)));
    process.stdout?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      const origin = /http:\/\/[\d.]+:\d+/.exec(printed)?.[0];
      if (origin !== undefined) resolve(origin);
    });
  });
}

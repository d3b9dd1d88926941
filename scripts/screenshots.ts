// Makes the pictures of the README from the demo, in the same browser that the tests use.

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
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
  { name: "activity", path: "/activity", width: 1280, height: 600 },
];
/** Taken last: the runner is stopped, and the page says so by itself. */
const STALE: Shot = { name: "status-stale", path: "/status", width: 1280, height: 900 };

const demo = spawn(process.execPath, ["src/main.ts", "demo", "--port", "0"], {
  cwd: root,
  stdio: ["ignore", "pipe", "inherit"],
});
const browser = await startBrowser();
try {
  const origin = await originOf(demo);
  for (const shot of SHOTS) await take(origin, shot);
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

/** Stops the server under an open page, as a crash would. */
async function takeStale(origin: string): Promise<void> {
  const page = await open(origin, STALE);
  demo.kill("SIGTERM");
  await page.waitForSelector('[data-state="stale"]', { timeout: 60_000 });
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

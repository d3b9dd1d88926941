// A tab on the real thing: `tasks serve` as a process with its own runner and store, over a copy of the example tree.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { descendantsOf, exampleTree, isAlive, startTasks } from "../e2e/tasks-process.ts";
import type { NewContextOptions, StartedBrowser } from "../support/browser.ts";
import { eventually } from "../support/served-tree.ts";
import { untilLive } from "../support/status-tab.ts";

export type ServedTab = {
  readonly root: string;
  readonly url: string;
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors the page's own script raised. */
  readonly complaints: readonly string[];
  /** The row with this key, wherever it stands. */
  row(key: string): Locator;
  /** The row with this key in one group's list. */
  rowIn(group: string, key: string): Locator;
  /** The server process and its runner, newest start. */
  pids(): { readonly server: number; readonly runners: readonly number[] };
  /** Ends server and runner as a crash would, and waits until both are gone. */
  crash(): Promise<void>;
  /** A new server on the same port. */
  restart(): Promise<void>;
};

export type ServedTabOptions = {
  readonly path?: string;
  readonly context?: NewContextOptions;
  /** Added to `tasks serve`. */
  readonly words?: readonly string[];
};

/** Everything it starts ends with the test. */
export async function openServedTab(
  browser: StartedBrowser,
  { path = "/status", context: contextOptions = {}, words = [] }: ServedTabOptions = {},
): Promise<ServedTab> {
  const root = exampleTree();
  const port = await freePort();
  let server = await serve(root, port, words);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...contextOptions });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  const url = `http://127.0.0.1:${port}`;
  await page.goto(url + path);
  if (contextOptions.javaScriptEnabled !== false) await untilLive(page);
  const pids = () => ({ server, runners: descendantsOf(server) });
  return {
    root,
    url,
    page,
    context,
    complaints,
    pids,
    row: (key) => page.locator(`tr[id="t-${key}"]`),
    rowIn: (group, key) => page.locator(`#g-${group} tr[id="t-${key}"]`),
    async crash() {
      const all = [server, ...descendantsOf(server)];
      for (const pid of all) process.kill(pid, "SIGKILL");
      await eventually(
        () => all.filter(isRunning),
        (alive) => alive.length === 0,
      );
    },
    async restart() {
      server = await serve(root, port, words);
    },
  };
}

const WORKSTREAMS = "tasks/workstreams";

/** The file of a task of the example tree. */
export function taskFile({ root }: Pick<ServedTab, "root">, workstream: string, slug: string): string {
  return join(root, WORKSTREAMS, workstream, "tasks", `${slug}.md`);
}

export function editFile(file: string, edit: (text: string) => string): void {
  const before = readFileSync(file, "utf8");
  const after = edit(before);
  if (after === before) throw new Error(`The edit of ${file} changes nothing.`);
  writeFileSync(file, after);
}

export function addFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

export function removeFile(file: string): void {
  rmSync(file);
}

/** Stops processes as a suspended machine does, until the returned function or the end of the test. */
export function freeze(pids: readonly number[]): () => void {
  const resume = () => {
    for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGCONT");
  };
  onTestFinished(resume);
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  return resume;
}

async function serve(root: string, port: number, words: readonly string[]): Promise<number> {
  const running = startTasks(["serve", "--repo", root, "--port", String(port), ...words], { cwd: root });
  await running.printed(/http:\/\/\S+\/status/);
  return running.process.pid ?? Number.NaN;
}

/** One that a second server can take again. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** A process that was killed stays in the process table until it is reaped: it is not running. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}

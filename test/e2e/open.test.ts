// `tasks open` as people use it: an address of the running server that is good once.

import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exampleTree, runTasks, runTasksJson, serveTasks } from "./tasks-process.ts";

const fetchOnce = (url: string) => fetch(url, { redirect: "manual" });

test("J25: it prints an address of the server that runs, which sets the cookie once", async () => {
  const root = exampleTree();
  const served = await serveTasks(["--repo", root], { cwd: root });
  await expect.poll(async () => (await fetch(`${served.url}/readyz`)).status, { timeout: 20_000 }).toBe(200);
  const { url } = await runTasksJson<{ url: string }>(["open", "--no-browser"], { cwd: root });
  expect(url.startsWith(`${served.url}/open/`)).toBe(true);
  const opened = await fetchOnce(url);
  expect(opened.status).toBe(303);
  expect(opened.headers.get("set-cookie")).toContain("tasks_acting=");
  expect((await fetchOnce(url)).status).toBe(403);
  const printed = await runTasks(["open", "--no-browser"], { cwd: root });
  expect(printed.code).toBe(0);
  expect(printed.stdout.trim()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open\/[\w-]{43}$/);
  expect((await fetchOnce(printed.stdout.trim())).status).toBe(303);
});

test("J25: the browser is given a private file, and the secret stands on no command line", async () => {
  const root = exampleTree();
  const home = join(root, "home");
  const bin = join(root, "bin");
  mkdirSync(bin);
  // Says what it was given where the test can read it.
  writeFileSync(
    join(bin, "xdg-open"),
    `#!/bin/sh\necho "$@" > "${root}/given.tmp"\nmv "${root}/given.tmp" "${root}/given"\n`,
  );
  chmodSync(join(bin, "xdg-open"), 0o755);
  const env = { TASKS_HOME: home, DISPLAY: ":0", PATH: `${bin}:${process.env["PATH"]}` };
  const printed = await runTasks(["open", "--url", "http://127.0.0.1:8005"], { cwd: root, env });
  expect(printed).toMatchObject({ code: 0, stderr: expect.stringContaining("Opened in your browser") });
  const address = printed.stdout.trim();
  const secret = address.split("/").at(-1) ?? "";
  const given = await expect
    .poll(() => readOrNull(join(root, "given")), { timeout: 10_000 })
    .not.toBeNull()
    .then(() => readFileSync(join(root, "given"), "utf8").trim());
  expect(given).not.toContain(secret);
  const page = new URL(given);
  expect(readFileSync(page, "utf8")).toContain(address);
  expect(statSync(page).mode & 0o777).toBe(0o600);
});

test("J25: without a server it says how to start one", async () => {
  const root = exampleTree();
  expect(await runTasks(["open"], { cwd: root })).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringContaining("tasks serve"),
  });
  expect(await runTasks(["open", "--url", "javascript:x"], { cwd: root })).toMatchObject({ code: 2 });
});

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

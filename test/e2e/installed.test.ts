// The program as users have it: packed, installed into an empty folder, and started from there.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMAND_NAMES } from "../../src/cli/command-index.ts";
import { ROUTES } from "../../src/web/server/route-table.ts";
import { createRepository } from "../support/git-repository.ts";
import { TASKS_ENTRY, TASKS_FOLDER } from "../support/program.ts";
import { getRaw } from "../support/web-fixture.ts";
import { exampleTree, runTasks, serveTasks } from "./tasks-process.ts";

const TASK = "tasks/workstreams/infra/tasks/fix-it.md";

function tree(slug = "fix-it"): string {
  const file = TASK.replace("fix-it", slug);
  return createRepository({ [file]: "---\ntitle: Fix it\nstatus: ready\n---\n" }).root;
}

/** An address for each route that names something there is. */
const ADDRESSES: Readonly<Record<string, string>> = {
  "/tasks/:slug": "/tasks/fix-it",
  "/tasks/:workstream/:slug": "/tasks/infra/fix-it",
  "/docs/:path": `/docs/${TASK.replace("tasks/", "")}`,
  "/workstreams/:slug": "/workstreams/infra",
  "/schemas/:name": "/schemas/snapshot.v1.json",
};

test("C7: every route answers from the installed package, none with an error of its own", async () => {
  expect(TASKS_ENTRY).toContain("/node_modules/dataface-tasks/bin/tasks.js");
  const served = await serveTasks([], { cwd: tree() });
  const port = Number(new URL(served.url).port);
  const statuses = new Map<string, number>();
  for (const route of ROUTES.filter((route) => route !== "/status/events")) {
    const answer = await getRaw(port, ADDRESSES[route] ?? route.replace(/:\w+/g, "none"));
    statuses.set(route, answer.status);
    if (route === "/metrics") expect(answer.body).toMatch(/^tasks_last_success_timestamp_seconds \d/m);
  }
  expect([...statuses].filter(([, status]) => status >= 500)).toEqual([]);
  for (const route of ["/status", "/status.json", "/metrics", "/readyz", ...Object.keys(ADDRESSES)])
    expect([route, statuses.get(route)]).toEqual([route, 200]);
});

test("C7, S2: the installed server refuses strange hosts and origins like the tested one", async () => {
  const served = await serveTasks([], { cwd: tree() });
  const port = Number(new URL(served.url).port);
  const statusFor = async (...headers: string[]) => (await getRaw(port, "/status", headers)).status;
  expect(await statusFor("Sec-Fetch-Site: none")).toBe(200);
  // A second Host makes the request ambiguous.
  expect(await statusFor("Host: evil.example")).toBe(400);
  expect(await statusFor("Origin: https://evil.example")).toBe(403);
});

test("C7: every command of the installed package has help", async () => {
  const cwd = tree();
  for (const name of COMMAND_NAMES) {
    const { code, stderr } = await runTasks([name, "--help"], { cwd });
    expect([name, code, stderr]).toEqual([name, 0, ""]);
  }
});

test("C7: the example tree that is installed validates as the one of the sources", async () => {
  const { code } = await runTasks(["validate"], { cwd: exampleTree() });
  expect(code).toBe(1);
});

test("C7: a wrong setting is named with its file and line", async () => {
  const cwd = tree();
  writeFileSync(join(cwd, "tasks/config.yaml"), "server:\n  prot: 8010\n");
  const { code, stderr } = await runTasks(["list"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('tasks/config.yaml:2: "server.prot" is not a setting. Did you mean server.port?');
});

test("C6: a folder that an outer npm left in the environment does not beat the one the command is typed in", async () => {
  const [outer, typed] = [tree("outer-task"), tree("typed-task")];
  const list = async (cwd: string, env: Record<string, string>) =>
    (await runTasks(["list"], { cwd, env })).stdout;
  expect(await list(typed, { INIT_CWD: outer })).toContain("typed-task");
  const ofNpm = { INIT_CWD: outer, npm_config_local_prefix: outer, npm_lifecycle_event: "npx", PWD: outer };
  expect(await list(typed, ofNpm)).toContain("typed-task");
});

test("C6: `npm run tasks` in the program's own package works where npm was started", async () => {
  const typed = tree("typed-task");
  const { stdout } = await runTasks(["list"], { cwd: join(TASKS_FOLDER, ".."), env: { INIT_CWD: typed } });
  expect(stdout).toContain("typed-task");
});

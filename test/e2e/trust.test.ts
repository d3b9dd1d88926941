// A clone whose settings would run programs, start workers and send the token, on real processes: nothing of it happens
// before its user trusts it, everything after, and nothing again once a value was changed.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository, GIT_TEST_ENVIRONMENT, temporaryFolder } from "../support/git-repository.ts";
import { eventually, processesNaming } from "../support/served-tree.ts";
import { runTasks, runTasksJson, serveTasks, startTasks, type TasksOptions } from "./tasks-process.ts";

const KEYS = [
  "worker.command",
  "dispatch.automatic",
  "worktree.after_create",
  "worktree.before_run",
  "delivery.rebase",
  "github.repository",
  "github.base_url",
  "server.allowed_hosts",
];

/** What a command that starts something says, and its exit code. */
const REFUSED = { code: 3, stderr: expect.stringContaining("`tasks trust` shows what would run, and asks.") };

async function createHostileClone() {
  const marks = temporaryFolder("tasks-marks");
  const home = temporaryFolder("tasks-hostile-home");
  const host = await listenForTokens();
  const touch = (name: string): string => JSON.stringify(["touch", join(marks, name)]);
  const settings = (worker: string): string =>
    [
      `worker:\n  command: ${touch(worker)}`,
      "dispatch:\n  automatic: true",
      `worktree:\n  after_create: ${touch("after_create")}\n  before_run: ${touch("before_run")}`,
      "delivery:\n  rebase: safe",
      `github:\n  repository: acme/app\n  base_url: ${host.url}`,
      "server:\n  allowed_hosts: [evil.example]\n",
    ].join("\n");
  const repository = createRepository({
    [taskPath("a")]: taskText({ title: "A" }),
    "tasks/config.yaml": settings("worker"),
  });
  const { root } = repository;
  repository.commit("Clone");
  const env = {
    ...GIT_TEST_ENVIRONMENT,
    ...{ HOME: home, TASKS_HOME: home, USER: "dave", GITHUB_TOKEN: "ghp_stolen" },
    TASKS_REFRESH_MIN_INTERVAL_MS: "0",
  };
  const options: TasksOptions = { cwd: root, env };
  onTestFinished(async () => {
    await runTasks(["stop", "--all", "--yes"], options);
    await eventually(
      () => processesNaming(root),
      (pids) => pids.length === 0,
    );
  });
  return {
    ...{ repository, root, home, host, settings, options },
    marks: () => readdirSync(marks).toSorted(),
    forget: () => {
      for (const name of readdirSync(marks)) rmSync(join(marks, name));
    },
    tasks: (...words: string[]) => runTasks(words, options),
  };
}

/** A host on this machine that notes what it is sent. */
async function listenForTokens() {
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization ?? "");
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, tokens };
}

/** Loads the page, which has a cycle run, a few times over: automatic start had its chance. */
async function letCyclesPass(url: string): Promise<string> {
  let page = "";
  for (let load = 0; load < 6; load += 1)
    page = await (await fetch(`${url}/status?look=now`, { headers: { accept: "text/html" } })).text();
  return page;
}

test("J5: a clone that was not trusted is looked at, and nothing of it runs, starts, sends or opens", async () => {
  const clone = await createHostileClone();
  const { tasks, options, host } = clone;
  expect((await tasks("list")).stdout).toContain("a ");
  expect((await tasks("show", "a")).code).toBe(0);
  expect((await tasks("prs")).code).toBe(0);
  const snapshot = await runTasksJson<ServedSnapshot>(["heartbeat"], options);
  expect(snapshot.dispatch).toMatchObject({ automatic: false, configured: false });
  expect(snapshot.dispatch.untrusted.toSorted()).toEqual(KEYS.toSorted());
  expect(await tasks("doctor")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/error +trust: .*worker\.command.* not trusted/),
  });

  const running = startTasks(["run"], options);
  await running.printed(/published snapshot|holds the lease/);
  await runTasksJson(["heartbeat"], options);
  await runTasksJson(["heartbeat"], options);
  running.process.kill("SIGTERM");
  await running.ended;

  const { url, output } = await serveTasks([], options);
  const page = await letCyclesPass(url);
  expect(page).toContain('id="untrusted"');
  expect(page).toContain("<code>worker.command</code>");
  expect(page).toContain("<code>tasks trust</code>");
  await eventually(output, (text) => text.includes("`tasks trust` shows what would run"));
  expect(await statusFor(url, "evil.example")).toBe(403);

  expect(clone.marks()).toEqual([]);
  expect(host.tokens).toEqual([]);
  expect((await tasks("runs")).stdout).not.toMatch(/^a /m);
  expect(existsSync(join(clone.root, ".worktrees"))).toBe(false);
});

test("J7: what would start something exits 3 with the command to run, and starts nothing", async () => {
  const { tasks, marks } = await createHostileClone();
  for (const words of [["kickoff", "a"], ["kickoff", "a", "--now"], ["dispatch"], ["deliver"]])
    expect(await tasks(...words), words.join(" ")).toMatchObject(REFUSED);
  expect((await tasks("dispatch", "--dry-run")).stdout).toMatch(/a +.* hold /);
  expect((await tasks("deliver", "--dry-run")).code).toBe(0);
  expect(await tasks("trust")).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
  expect(marks()).toEqual([]);
});

test("J6, J13: trust counts in a running server, a changed value asks again, and trust is taken back", async () => {
  const clone = await createHostileClone();
  const { tasks, options, repository, settings } = clone;
  const { url } = await serveTasks([], options);
  await letCyclesPass(url);
  expect(clone.marks()).toEqual([]);

  const trusted = await tasks("trust", "--yes");
  expect(trusted).toMatchObject({ code: 0, stdout: expect.stringMatching(/Trusted\.$/m) });
  await eventually(clone.marks, (names) => names.length === 3);
  expect(clone.marks()).toEqual(["after_create", "before_run", "worker"]);
  expect(await letCyclesPass(url)).not.toContain('id="untrusted"');

  clone.forget();
  repository.write("tasks/config.yaml", settings("changed"));
  repository.write(taskPath("b"), taskText({ title: "B" }));
  const page = await letCyclesPass(url);
  expect(page).toContain('id="untrusted"');
  expect(page).not.toContain("<code>dispatch.automatic</code>");
  expect(await tasks("kickoff", "b", "--now")).toMatchObject(REFUSED);
  expect(clone.marks()).toEqual([]);
  await tasks("trust", "--yes");
  await eventually(clone.marks, (names) => names.includes("changed"));

  expect(await tasks("trust", "--revoke")).toMatchObject({ code: 0 });
  repository.write(taskPath("c"), taskText({ title: "C" }));
  clone.forget();
  await letCyclesPass(url);
  expect(await tasks("kickoff", "c", "--now")).toMatchObject(REFUSED);
  expect(existsSync(join(clone.root, ".worktrees/c"))).toBe(false);
});

test("J6: token and page go where the repository says once that is trusted, not before", async () => {
  const { tasks, host, options } = await createHostileClone();
  await runTasksJson(["heartbeat"], options);
  expect(host.tokens).toEqual([]);
  await tasks("trust", "--yes");
  await tasks("pause");
  await tasks("heartbeat");
  await eventually(
    () => host.tokens,
    (tokens) => tokens.some((token) => token.includes("ghp_stolen")),
  );
  const { url } = await serveTasks([], options);
  expect(await statusFor(url, "evil.example")).toBe(200);
});

test("J9, J10: values are shown whole and harmless, and kept for this user alone", async () => {
  const { tasks, root, home, repository } = await createHostileClone();
  repository.write(
    "tasks/config.yaml",
    `worker:\n  command: ["sh", "-c", "echo \\e[2K\\rnothing; ${"x".repeat(300)} evil"]\n`,
  );
  const shown = await tasks("trust", "--yes");
  expect(shown.stdout).toMatch(/x{300} evil/);
  expect(shown.stdout).not.toContain("\u001B");
  expect(shown.stdout).toContain(root);
  expect(shown.stdout).toMatch(/\.claude, \.mcp\.json and AGENTS\.md/);
  const folder = join(home, "config/trust");
  const [file = ""] = readdirSync(folder);
  expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  expect(await tasks("trust")).toMatchObject({ code: 0, stdout: expect.stringContaining("trusted already") });
  writeFileSync(join(folder, file), "{");
  expect(await tasks("kickoff", "a")).toMatchObject(REFUSED);
});

test("J3: config says which values count as not set", async () => {
  const { tasks, options } = await createHostileClone();
  type Printed = Record<string, { value: unknown; from: string; waits_for_trust?: true }>;
  const printed = await runTasksJson<Printed>(["config"], options);
  expect(printed["worker.command"]).toEqual({ value: [], from: "default", waits_for_trust: true });
  expect(printed["page.rows"]).toEqual({ value: 25, from: "default" });
  expect((await tasks("config")).stdout).toMatch(
    /^worker\.command +none +default \(another value waits for `tasks trust`\)$/m,
  );
});

test("J1, J8: own settings hold for every repository, before its own, and need no trust", async () => {
  const { tasks, options, home, repository } = await createHostileClone();
  repository.write("tasks/config.yaml", "page:\n  rows: 7\n  refresh_s: 8\n");
  mkdirSync(join(home, "config"), { recursive: true });
  const file = join(home, "config/config.yaml");
  writeFileSync(file, 'worker:\n  command: [mine, "{prompt}"]\npage:\n  rows: 9\n');
  const printed = await runTasksJson<Record<string, unknown>>(["config"], options);
  expect(printed).toMatchObject({
    "worker.command": { value: ["mine", "{prompt}"], from: file },
    "page.rows": { value: 9, from: file },
    "page.refresh_s": { value: 8, from: "tasks/config.yaml" },
  });
  writeFileSync(file, "page:\n  row: 9\n");
  expect(await tasks("list")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${file}:2: "page.row"`),
  });
});

test("J11, J16: worker use trusts what it writes, and no other value of the file", async () => {
  const { tasks, options, repository, settings } = await createHostileClone();
  const used = await tasks("worker", "use", "--", "my-agent", "--yes", "{prompt}");
  expect(used).toMatchObject({ code: 0, stdout: "tasks/config.yaml\n" });
  expect(used.stderr).toMatch(/dispatch\.automatic.* not trusted/);
  type Printed = Record<string, { value: unknown; waits_for_trust?: true }>;
  const printed = await runTasksJson<Printed>(["config"], options);
  expect(printed["workers.my-agent"]?.value).toMatchObject({
    kind: "command",
    command: ["my-agent", "--yes", "{prompt}"],
  });
  expect(printed["workers.default"]?.value).toBe("my-agent");
  expect(printed["dispatch.automatic"]).toMatchObject({ value: false, waits_for_trust: true });
  expect(await tasks("kickoff", "a")).toMatchObject(REFUSED);
  repository.write("tasks/config.yaml", settings("worker").replace(/dispatch:[\s\S]*/, ""));
  expect((await runTasksJson<Printed>(["config"], options))["worker.command"]).toMatchObject({ value: [] });
});

test("J11: what init makes is trusted as it is", async () => {
  const { home } = await createHostileClone();
  const folder = temporaryFolder("tasks-init");
  const options = { cwd: folder, env: { HOME: home, TASKS_HOME: home, USER: "dave" } };
  expect((await runTasks(["init"], options)).code).toBe(0);
  expect((await runTasks(["trust"], options)).stdout).toContain("It is trusted already.");
  const [file = ""] = readdirSync(join(home, "config/trust"));
  expect(JSON.parse(readFileSync(join(home, "config/trust", file), "utf8"))).toMatchObject({ digests: {} });
});

async function statusFor(url: string, name: string): Promise<number> {
  const { request } = await import("node:http");
  return await new Promise((resolve, reject) => {
    const asked = request(`${url}/status`, { headers: { host: name } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", reject).end();
  });
}

test("N65: a service is installed for no repository that is not trusted", async () => {
  const clone = await createHostileClone();
  const programs = temporaryFolder("tasks-programs");
  // Stands in for systemd, which does what it is asked.
  writeFileSync(join(programs, "systemctl"), "#!/bin/sh\n", { mode: 0o755 });
  const options = {
    ...clone.options,
    env: { ...clone.options.env, PATH: `${programs}:${process.env["PATH"]}` },
  };
  const refused = await runTasks(["service", "install", "--yes"], options);
  expect(refused).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("This repository is not trusted"),
  });
  const units = join(clone.home, ".config/systemd/user");
  expect(existsSync(units)).toBe(false);
  await runTasks(["trust", "--yes"], options);
  expect(await runTasks(["service", "install", "--yes"], options)).toMatchObject({ code: 0 });
  expect(readdirSync(units)).toHaveLength(1);
});

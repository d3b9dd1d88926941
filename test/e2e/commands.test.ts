// The one-shot commands as processes: results on stdout, words on stderr, exit codes, and what a tree may throw at them.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { servedSnapshotSchema } from "../../src/core/contract/snapshot.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { exampleTree, runTasks, runTasksJson } from "./tasks-process.ts";

const ESCAPE = "\u001B";

function write(root: string, path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe("two commands from nothing to a status", () => {
  test("init makes a tree that validates, lists and explains itself", async () => {
    const cwd = temporaryFolder();
    const made = await runTasks(["init"], { cwd, env: { USER: "Dave Fowler" } });
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout.trim().split("\n")).toContain("tasks/team/dave-fowler.md");
    expect(await runTasks(["validate"], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("no problems"),
    });
    const listed = await runTasks(["list", "--owner", "dave.fowler"], { cwd });
    expect(listed.stdout).toMatch(/^Active {2}1\n {2}look-at-the-status-page .*in progress$/m);
    expect(listed.stdout).toMatch(/^Ready {2}1\n {2}write-the-first-real-task .*ready, no dependencies$/m);
    const why = await runTasks(["why", "write-the-first-real-task"], { cwd });
    expect(why.stdout).toMatch(/^ {2}yes {2}ready /m);
  });

  test("init never overwrites: it names what is in the way and writes nothing", async () => {
    const cwd = temporaryFolder();
    write(cwd, "tasks/milestones/first-release.md", "mine\n");
    const refused = await runTasks(["init"], { cwd });
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toContain("tasks/milestones/first-release.md already exists");
    expect(readFileSync(join(cwd, "tasks/milestones/first-release.md"), "utf8")).toBe("mine\n");
    expect(await runTasks(["validate"], { cwd })).toMatchObject({ code: 3 });
  });
});

test("C5: init where no folder can be made says why, and is no bug", async () => {
  const cwd = temporaryFolder();
  write(cwd, "taken", "a file\n");
  const { code, stderr } = await runTasks(["init", "taken"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^tasks: tasks\/config\.yaml could not be written: it is not a folder \(ENOTDIR\)\./,
  );
});

test.each([["heartbeat"], ["list"], ["why", "look-at-the-status-page"]])(
  "R5: a damaged store is named by whichever command finds it, with what was lost: %s",
  async (...words) => {
    const cwd = temporaryFolder();
    await runTasks(["init"], { cwd });
    await runTasks(["heartbeat"], { cwd });
    write(cwd, ".tasks/task_manager/store.sqlite", "not a database\n");
    const { code, stderr } = await runTasks(words, { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^The store was damaged, so it was moved aside as .* is lost: the activity feed/m);
  },
);

test("C5: where .tasks is no folder, the error says so", async () => {
  const cwd = temporaryFolder();
  await runTasks(["init"], { cwd });
  write(cwd, ".tasks", "a file\n");
  const { code, stderr } = await runTasks(["heartbeat"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toMatch(/^tasks: The store cannot be used: it is not a folder \(ENOTDIR\)\.$/m);
});

describe("C2: stdout is the result and nothing else", () => {
  test.each([
    [["list"]],
    [["list", "--group", "ready", "--limit", "2"]],
    [["show", "add-strict-owner-validation"]],
    [["why", "add-strict-owner-validation"]],
    [["heartbeat"]],
    [["config"]],
    [["validate"]],
  ])("%j with --format json is one JSON value, also where colour is asked for", async (words) => {
    const env = { FORCE_COLOR: "1", COLORTERM: "truecolor" };
    const { stdout } = await runTasks([...words, "--format", "json"], { cwd: exampleTree(), env });
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stdout).not.toContain(ESCAPE);
  });

  test("text that is piped has neither colour nor progress", async () => {
    const { stdout, stderr } = await runTasks(["list"], { cwd: exampleTree() });
    expect(stdout).toContain("Needs you");
    expect(stdout + stderr).not.toContain(ESCAPE);
    expect(stdout + stderr).not.toContain("\r");
  });

  test("heartbeat prints what /status.json serves, and writes the snapshot file of the owner", async () => {
    const cwd = exampleTree();
    const printed = await runTasksJson<unknown>(["heartbeat", "--owner", "dave.fowler"], { cwd });
    const snapshot = servedSnapshotSchema.parse(printed);
    expect(snapshot.owner).toEqual({ name: "dave", resolved_from: "dave.fowler (--owner)" });
    expect(snapshot.freshness.state).toBe("fresh");
    const file = readFileSync(join(cwd, ".tasks/task_manager/task-manager-dave.snapshot.json"), "utf8");
    expect(file).toContain('"seq"');
  });

  test("P14: a list that is cut says so, and continues where it stopped", async () => {
    const cwd = exampleTree();
    const first = await runTasks(["list", "--limit", "3"], { cwd });
    const [, after = ""] = /continue with --after (\S+)/.exec(first.stderr) ?? [];
    const keys = (stdout: string) => [...stdout.matchAll(/^ {2}(\S+)/gm)].map(([, key]) => key);
    const second = await runTasks(["list", "--limit", "3", "--after", after], { cwd });
    expect(keys(first.stdout)).toHaveLength(3);
    expect(keys(first.stdout).at(-1)).toBe(after);
    expect(keys(second.stdout)).not.toContain(after);
  });
});

describe("C3, C5: exit codes; every error says what, why and what next", () => {
  test.each<[string, readonly string[], number, RegExp, RegExp]>([
    ["an unknown command", ["lst"], 2, /no command "lst"/, /Did you mean list\?/],
    ["an unknown flag", ["list", "--grup", "x"], 2, /unknown option '--grup'/i, /Did you mean --group\?/],
    ["an unknown group", ["list", "--group", "redy"], 2, /no group "redy"/, /Did you mean ready\?/],
    ["a limit that is none", ["list", "--limit", "some"], 2, /whole number above 0/, /Leave it out/],
    ["an unknown owner", ["list", "--owner", "zoe"], 2, /There is no owner "zoe"/, /everyone, dave, mia/],
    ["a bad setting", ["serve", "--port", "80000"], 2, /--port is 80000; it needs/, /tasks config/],
    ["an open address", ["serve", "--host", "0.0.0.0"], 2, /Other machines could reach/, /TASKS_TOKEN/],
    ["an unknown task", ["show", "typd-query-parameters"], 1, /No task is called/, /typed-query-parameters/],
    ["a slug used twice", ["show", "write-onboarding-guide"], 1, /could mean 2 tasks/, /in full/],
    ["a tree with errors", ["validate"], 1, /\d+ errors found/, /Fix the errors above/],
    ["no repository", ["list", "--repo", "/nowhere"], 3, /\/nowhere, which does not exist/, /tasks init/],
  ])("%s", async (_, words, code, what, next) => {
    const result = await runTasks(words, { cwd: exampleTree() });
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(what);
    expect(result.stderr).toMatch(next);
    if (code !== 1 || words[0] !== "validate") expect(result.stdout).toBe("");
  });

  test("a misspelled setting is named with its line and the right name", async () => {
    const cwd = exampleTree();
    write(cwd, "tasks/config.yaml", "page:\n  row: 10\n");
    for (const command of ["list", "serve", "heartbeat", "config"]) {
      const { code, stderr } = await runTasks([command], { cwd });
      expect([command, code]).toEqual([command, 2]);
      expect(stderr).toContain('tasks/config.yaml:2: "page.row" is not a setting. Did you mean page.rows?');
    }
  });

  test("S20: a secret in a setting's value is not repeated in the error", async () => {
    const env = { TASKS_SERVER_PORT: "https://dave:hunter2secret@example.com" };
    const { code, stderr } = await runTasks(["config"], { cwd: exampleTree(), env });
    expect(code).toBe(2);
    expect(stderr).toContain("TASKS_SERVER_PORT");
    expect(stderr).not.toContain("hunter2secret");
  });

  test("a setting that another one has replaced ends nothing: a note says what to give instead", async () => {
    const cwd = exampleTree();
    write(cwd, "tasks/config.yaml", "refresh:\n  min_interval_ms: 500\n");
    for (const command of ["config", "heartbeat"]) {
      const { code, stderr } = await runTasks([command], { cwd });
      expect([command, code]).toEqual([command, 0]);
      expect(stderr).toContain(
        'tasks/config.yaml: "refresh.min_interval_ms" is no longer used: page loads are limited by what their updates cost, not by the clock. Use refresh.max_cpu_percent instead.',
      );
    }
  });

  test("config says where each value came from", async () => {
    const printed = await runTasksJson<Record<string, unknown>>(["config"], {
      cwd: exampleTree(),
      env: { TASK_MANAGER_OWNER: "rj", TASKS_SERVER_PORT: "8123" },
    });
    expect(printed).toMatchObject({
      owner: { value: "rj", from: "TASK_MANAGER_OWNER" },
      "server.port": { value: 8123, from: "TASKS_SERVER_PORT" },
      "page.rows": { value: 25, from: "tasks/config.yaml" },
      "cycle.timeout_s": { value: 15, from: "default" },
    });
  });
});

describe("T2: a file that does not parse is in every list and exit code that should know", () => {
  const BROKEN = "give-every-worktree-its-own-port-bundle";

  test("list, show, why, heartbeat and validate name it, its file and its line", async () => {
    const cwd = exampleTree();
    const place = new RegExp(`${BROKEN}.*\\b6\\b`);
    expect((await runTasks(["list", "--group", "needs_attention"], { cwd })).stdout).toMatch(place);
    expect((await runTasks(["show", BROKEN], { cwd })).stdout).toMatch(place);
    expect((await runTasks(["why", BROKEN], { cwd })).stdout).toMatch(/Line 6: /);
    expect((await runTasks(["heartbeat"], { cwd })).stdout).toMatch(place);
    const validated = await runTasks(["validate"], { cwd });
    expect(validated.code).toBe(1);
    expect(validated.stdout).toMatch(new RegExp(`${BROKEN}\\.md:6: error: `));
  });

  test("T28: heartbeat's number is that of its lines, and of the rows of list", async () => {
    const cwd = exampleTree();
    const { stdout } = await runTasks(["heartbeat"], { cwd });
    const count = Number(/^Needs you (\d+)/m.exec(stdout)?.[1]);
    const lines = stdout.split("\n").filter((line) => line.startsWith("  "));
    expect(lines).toHaveLength(count);
    const { tasks } = await runTasksJson<{ tasks: { key: string }[] }>(
      ["list", "--group", "needs_attention"],
      {
        cwd,
      },
    );
    expect(lines.map((line) => line.trim().split(":")[0]).sort()).toEqual(tasks.map(({ key }) => key).sort());
    expect(count).toBeGreaterThan(3);
  });

  test("every shape of id finds its task (T3)", async () => {
    const cwd = exampleTree();
    const ids = [
      ["INFRA_TOOLING-ADD_STRICT_OWNER_VALIDATION", "add-strict-owner-validation"],
      ["M1-INFRA-001", "fix-concurrent-port-allocation-between-worktrees"],
      ["M4_V1_0_LAUNCH-DASHBOARD_FACTORY-03", "quickstart-dashboard-for-zendesk"],
      ["MX_FAR_FUTURE_IDEAS-MCP_ANALYST_AGENT-02", "conversation-memory-across-sessions"],
    ] as const;
    for (const [id, slug] of ids) {
      const { task } = await runTasksJson<{ task: { slug: string } }>(["show", id], { cwd });
      expect(task.slug).toBe(slug);
    }
  });
});

describe("S19: a hostile tree acts on no terminal", () => {
  const EVIL = `${ESCAPE}]0;owned\u0007${ESCAPE}[2J\u009B31m\u202Egnp\u200B`;
  const ACTING =
    /[^\n\x20-\x7E\u00A0-\u200A\u2010-\u2027\u2030-\u205F\u2070-\uFEFE\uFFFD\u{10000}-\u{1F9FF}]/u;

  function hostileTree(): string {
    const root = temporaryFolder();
    const text = `---\ntitle: ${JSON.stringify(`Fix ${EVIL}`)}\nstatus: ready\nowner: ${JSON.stringify(EVIL)}\ndependencies: [${JSON.stringify(EVIL)}]\n---\n\n## Problem ${EVIL}\n\n- [ ] ${EVIL}\n`;
    write(root, "tasks/workstreams/infra/tasks/hostile.md", text);
    write(root, "tasks/workstreams/infra/tasks/name\u001B[31m\u202E.md", text);
    write(root, "tasks/team/dave.md", `---\nname: ${JSON.stringify(`Dave ${EVIL}`)}\n---\n`);
    return root;
  }

  test.each([
    [["list"]],
    [["show", "hostile"]],
    [["why", "hostile"]],
    [["validate"]],
    [["heartbeat"]],
    [["list", "--owner", EVIL]],
    [["show", EVIL]],
    [["list", "--format", "json"]],
    [["heartbeat", "--format", "json"]],
    [["show", "hostile", "--format", "json"]],
    [["validate", "--format", "json"]],
  ])("%j", async (words) => {
    const { stdout, stderr } = await runTasks(words, { cwd: hostileTree() });
    expect(stdout + stderr).not.toBe("");
    expect(
      ACTING.exec(stdout + stderr)?.[0]
        .codePointAt(0)
        ?.toString(16),
    ).toBeUndefined();
  });
});

test("a runner whose server is gone before it started ends", async () => {
  const { code, stdout } = await runTasks(["run", "--kept"], { cwd: exampleTree() });
  expect([code, stdout]).toEqual([0, ""]);
});

// R18: every odd shape of a repository is served with a sentence of its own, and nothing crashes.

import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { createRepository, openRepository, temporaryFolder } from "../support/git-repository.ts";
import { runTasks, runTasksJson, serveTasks } from "./tasks-process.ts";

const TASK = "tasks/workstreams/infra/tasks/fix-it.md";
const FILES = { [TASK]: "---\ntitle: Fix it\nstatus: ready\n---\n", "README.md": "An app.\n" };

/** Makes a repository of some shape and returns the folder to serve. */
const SHAPES: Readonly<Record<string, () => string>> = {
  "no git": () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "tasks/workstreams/infra/tasks"), { recursive: true });
    writeFileSync(join(root, TASK), FILES[TASK] ?? "");
    return root;
  },
  ordinary: () => committed().root,
  "without any commit": () => createRepository(FILES).root,
  "detached HEAD": () => {
    const repository = committed();
    repository.git("checkout", "--quiet", "--detach");
    return repository.root;
  },
  shallow: () => {
    const repository = committed();
    repository.write(TASK, "---\ntitle: Fix it\nstatus: in_progress\n---\n");
    repository.commit("Start");
    const clone = join(temporaryFolder(), "clone");
    repository.git("clone", "--quiet", "--depth=1", `file://${repository.root}`, clone);
    return clone;
  },
  "a linked worktree": () => {
    const repository = committed();
    const worktree = join(temporaryFolder(), "feature");
    repository.git("worktree", "add", "--quiet", "-b", "feature", worktree);
    return worktree;
  },
  "a submodule": () => {
    const outer = createRepository({ "README.md": "Outer.\n" });
    outer.commit("Begin");
    outer.git("submodule", "--quiet", "add", `file://${committed().root}`, "inner");
    return join(outer.root, "inner");
  },
  "mid-rebase": () => {
    const repository = committed();
    repository.git("checkout", "--quiet", "-b", "topic");
    repository.write("README.md", "Topic.\n");
    repository.commit("Topic");
    repository.git("checkout", "--quiet", "main");
    repository.write("README.md", "Main.\n");
    repository.commit("Main");
    expect(() => repository.git("rebase", "main", "topic")).toThrow();
    return repository.root;
  },
  "inside a bare repository": () => {
    const bare = join(temporaryFolder(), "app.git");
    committed().git("clone", "--quiet", "--bare", ".", bare);
    cpSync(committed().root, bare, { recursive: true, filter: (source) => !source.includes("/.git") });
    return bare;
  },
  "a .git that is nonsense": () => {
    const root = SHAPES["no git"]?.() ?? "";
    writeFileSync(join(root, ".git"), "gitdir: ../nowhere\n");
    return root;
  },
};

function committed() {
  const repository = createRepository(FILES);
  repository.commit("Begin", "2026-03-01T10:00:00Z");
  return repository;
}

type Seen = {
  readonly notice: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly git: string;
};

async function see(cwd: string): Promise<Seen> {
  const snapshot = await runTasksJson<ServedSnapshot>(["heartbeat"], { cwd });
  expect(snapshot.tasks.map(({ key }) => key)).toEqual(["fix-it"]);
  const { notice, branch, commit, git } = snapshot.repository;
  return { notice, branch, commit, git };
}

describe("R18: each shape is read, and what is unusual about it is said", () => {
  test.each<[keyof typeof SHAPES, Partial<Record<keyof Seen, unknown>>]>([
    ["ordinary", { notice: null, branch: "main", git: "ok" }],
    ["no git", { notice: expect.stringContaining("no git repository"), commit: null, git: "none" }],
    ["without any commit", { notice: expect.stringContaining("commit"), branch: "main", commit: null }],
    ["detached HEAD", { notice: expect.stringMatching(/detached|no branch/i), branch: null }],
    ["shallow", { notice: expect.stringMatching(/shallow/i), branch: "main" }],
    ["a linked worktree", { branch: "main" }],
    ["a submodule", { git: "ok" }],
    ["mid-rebase", { notice: expect.stringMatching(/rebase/i) }],
    ["inside a bare repository", { notice: expect.stringMatching(/bare/i) }],
    ["a .git that is nonsense", { notice: expect.any(String), commit: null }],
  ])("%s", async (shape, expected) => {
    expect(await see(SHAPES[shape]?.() ?? "")).toMatchObject(expected);
  });

  test("no two unusual shapes say the same", async () => {
    const shapes = [
      "no git",
      "without any commit",
      "detached HEAD",
      "shallow",
      "mid-rebase",
      "a .git that is nonsense",
    ];
    const notices = await Promise.all(
      shapes.map(async (shape) => (await see(SHAPES[shape]?.() ?? "")).notice),
    );
    expect(new Set(notices).size).toBe(shapes.length);
  });

  test("the notice goes to stderr of the command line, beside the result", async () => {
    const { stdout, stderr } = await runTasks(["list"], { cwd: SHAPES["no git"]?.() ?? "" });
    expect(stderr).toContain("no git repository");
    expect(stdout).toContain("fix-it");
  });
});

test("R18: a linked worktree shares the main one's folder and store", async () => {
  const repository = committed();
  const worktree = join(temporaryFolder(), "feature");
  repository.git("worktree", "add", "--quiet", "-b", "feature", worktree);
  openRepository(worktree).write(TASK, "---\ntitle: Changed here\nstatus: blocked\n---\n");
  const served = await runTasksJson<ServedSnapshot>(["heartbeat"], { cwd: worktree });
  expect(served.tasks[0]).toMatchObject({ title: "Fix it", status: "ready" });
  expect((await runTasks(["heartbeat"], { cwd: repository.root })).stdout).toContain(
    "nothing changed since snapshot",
  );
});

test("R18: a repository that is deleted while it is served says so, keeps the last snapshot, and recovers", async () => {
  const root = SHAPES["no git"]?.() ?? "";
  const served = await serveTasks([], { cwd: temporaryFolder(), env: { TASKS_REPO: root } });
  await expect.poll(async () => (await fetch(`${served.url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
  // At once: of one that is deleted file by file, an update in between truly sees no task.
  renameSync(root, `${root}-gone`);
  rmSync(`${root}-gone`, { recursive: true, force: true });
  const read = async () => (await (await fetch(`${served.url}/status.json`)).json()) as ServedSnapshot;
  await expect
    .poll(
      async () => {
        const { freshness, sources } = await read();
        return freshness.stale || sources.tasks.state !== "ok";
      },
      { timeout: 15_000 },
    )
    .toBe(true);
  const after = await read();
  expect(after.tasks.map(({ key }) => key)).toEqual(["fix-it"]);
  expect(await (await fetch(`${served.url}/status`)).text()).toContain(
    after.sources.tasks.error ?? after.freshness.detail ?? "?",
  );
  expect(served.process.exitCode).toBeNull();
  // One that was moved away could not be moved back if something stood in its place.
  expect(existsSync(root)).toBe(false);

  mkdirSync(join(root, "tasks/workstreams/infra/tasks"), { recursive: true });
  writeFileSync(join(root, TASK), "---\ntitle: Back again\nstatus: ready\n---\n");
  await expect.poll(async () => (await read()).tasks[0]?.title, { timeout: 30_000 }).toBe("Back again");
});

test("R18: a folder without a tree is an error that offers init", async () => {
  const refused = await runTasks(["list"], { cwd: temporaryFolder() });
  expect(refused).toMatchObject({ code: 3, stdout: "" });
  expect(refused.stderr).toMatch(/no folder tasks\/workstreams in .* or any folder above it/);
  expect(refused.stderr).toContain("tasks init");
});

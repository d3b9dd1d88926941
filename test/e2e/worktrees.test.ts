// What people see of worktrees, from end to end: real git, real workers.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository, GIT_TEST_ENVIRONMENT } from "../support/git-repository.ts";
import { eventually } from "../support/served-tree.ts";
import { trustRepository } from "../support/trust.ts";
import { runTasks, startTasks } from "./tasks-process.ts";
import { createWorkedTree, type WorkedTree } from "./worked-tree.ts";

const QUICK_CYCLES = "cycle:\n  interval_s: 1\n";

const COMMIT_AND_FINISH = `
  const { execFileSync } = await import("node:child_process");
  const fs = await import("node:fs");
  const git = (...words) => execFileSync("git", words, { stdio: "pipe" });
  fs.writeFileSync("work", "1");
  git("add", "work");
  git("commit", "-qm", "work");
  tasks("finish", "--outcome", "done");`;

test("W12: a squash merge by hand is seen, and a branch without a commit is not called merged", async () => {
  const tree = await workedTree(["idle", "squashed"]);
  tree.script("idle", "await hang();");
  tree.script("squashed", COMMIT_AND_FINISH);
  await tree.tasks("kickoff", "idle", "--now");
  await tree.tasks("kickoff", "squashed", "--now");
  await tree.until("squashed", ({ state }) => state === "exited");
  expect((await tree.tasks("worktrees")).stdout).toMatch(/^squashed .* not merged/m);
  tree.git("merge", "--quiet", "--squash", "task/squashed");
  tree.git("commit", "--quiet", "-m", "squashed by hand");
  const { stdout } = await tree.tasks("worktrees");
  expect(stdout).toMatch(/^idle .* no commits +stays: a worker is running in it/m);
  expect(stdout).toMatch(/^squashed .* merged, squashed or rebased/m);
});

async function workedTree(slugs: readonly string[]): Promise<WorkedTree> {
  const tree = await createWorkedTree({
    config: QUICK_CYCLES,
    tasks: Object.fromEntries(slugs.map((slug) => [slug, {}])),
  });
  tree.git("config", "user.name", "Worker");
  tree.git("config", "user.email", "worker@example.com");
  return tree;
}

test("W9: a worker that changed its branch reports where its commits are", async () => {
  const tree = await workedTree(["switch", "detached"]);
  const leave = (...words: string[]) =>
    `${COMMIT_AND_FINISH.replace('fs.writeFileSync("work"', `git(...${JSON.stringify(words)}); fs.writeFileSync("work"`)}`;
  tree.script("switch", leave("checkout", "-qb", "mine"));
  tree.script("detached", leave("checkout", "-q", "--detach"));
  tree.start("run");
  for (const task of ["switch", "detached"]) {
    await tree.tasks("kickoff", task);
    await tree.until(task, ({ state }) => state === "exited");
  }
  const reasonOf = async (task: string) => (await tree.tasks("why", task)).stdout;
  const own = (task: string) => `its own branch task/${task} has none`;
  await eventually(
    () => reasonOf("switch"),
    (said) => said.includes(`finished, 1 commit on mine; ${own("switch")}`),
  );
  await eventually(
    () => reasonOf("detached"),
    (said) => said.includes(`finished, 1 commit on no branch; ${own("detached")}`),
  );
});

test("W8: a task tree in a subfolder: the worker starts there, with the right prompt, and drift is seen", async () => {
  const repository = createRepository({ "README.md": "# Shop and more\n" });
  const shop = join(repository.root, "apps/shop");
  const program = join(repository.root, "worker.mjs");
  const command = JSON.stringify([process.execPath, program, "{prompt_file}", "{worktree}"]);
  repository.write("apps/shop/tasks/config.yaml", `worker:\n  command: ${command}\n${QUICK_CYCLES}`);
  repository.write(join("apps/shop", taskPath("a")), taskText({}));
  repository.write("worker.mjs", SUBFOLDER_WORKER);
  repository.commit("all");
  await trustRepository(shop);
  const options = { cwd: shop, env: { ...GIT_TEST_ENVIRONMENT, HOME: repository.root, USER: "dave" } };
  const running = startTasks(["run"], options);
  expect(await runTasks(["kickoff", "a"], options)).toMatchObject({ code: 0 });
  const folder = join(shop, ".worktrees/a/apps/shop");
  await eventually(
    () => existsSync(join(folder, "seen.json")),
    (isThere) => isThere,
  );
  const seen = JSON.parse(readFileSync(join(folder, "seen.json"), "utf8"));
  expect(seen).toEqual({ folder, worktree: folder, variable: folder, hasCopy: true, isUncommitted: false });
  await eventually(
    async () => (await runTasks(["why", "a"], options)).stdout,
    (said) => said.includes("metadata_drift"),
  );
  expect((await runTasks(["stop", "a"], options)).code).toBe(0);
  running.process.kill("SIGTERM");
  await running.ended;
});

const SUBFOLDER_WORKER = `
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
const [promptFile, worktree] = process.argv.slice(2);
const prompt = readFileSync(promptFile, "utf8");
const [copy = ""] = /tasks\\/workstreams\\/\\S+\\.md/.exec(prompt) ?? [];
const seen = {
  folder: process.cwd(),
  worktree,
  variable: process.env.TASKS_WORKTREE,
  hasCopy: existsSync(copy),
  isUncommitted: prompt.includes("not committed yet"),
};
writeFileSync(copy, readFileSync(copy, "utf8").replace("---\\n", "---\\npriority: p0\\n"));
writeFileSync("seen.part", JSON.stringify(seen));
renameSync("seen.part", "seen.json");
setInterval(() => {}, 1000);
`;

test("W4: tasks whose names git would refuse are worked on, and listed by their own names", async () => {
  const names = ["@", "a b", "x.lock"];
  const tree = await workedTree(names);
  for (const name of names) {
    tree.script(name, `tasks("finish", "--outcome", "done");`);
    expect(await tree.tasks("kickoff", name, "--now")).toMatchObject({ code: 0 });
    await tree.until(name, ({ state }) => state === "exited");
  }
  const { worktrees } = await tree.json<{ worktrees: { task: string; run_state: string }[] }>("worktrees");
  expect(worktrees.map(({ task }) => task)).toEqual(names);
  expect(worktrees).toMatchObject(names.map(() => ({ run_state: "exited" })));
});

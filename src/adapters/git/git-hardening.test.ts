import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRebaseWorld, moveBase, rebase } from "../../../test/support/rebase-world.ts";
import { gitEnvironment, inspect, never, prepare, remove } from "../../../test/support/task-worktrees.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import type { CommandRequest, RunCommand } from "../../ports/system/run-command.ts";
import { runCommand } from "../exec/run-command.ts";
import { createCommittedFiles } from "./facts/committed-files.ts";
import { createGit } from "./facts/git.ts";
import { createWorktrees } from "./worktrees.ts";

test("Q4: git is started in one place only", () => {
  const files = globSync("src/**/*.ts", { exclude: ["**/*.test.ts"] });
  const starting = files.filter((file) =>
    /program: "git",|spawn\w*\(\s*"git"/.test(readFileSync(file, "utf8")),
  );
  // The demo creates a repository, so no configuration but the demo's own can count there; the core only names git.
  const others = /app\/demo\/make-demo\.ts$|core\/worker\/worker-environment\.ts$/;
  expect(starting.filter((file) => !others.test(file))).toEqual([
    expect.stringMatching(/git-hardening\.ts$/),
  ]);
});

test("Q4: every git process is hardened, whatever is asked of a repository", async () => {
  const requests: CommandRequest[] = [];
  const run: RunCommand = (request) => {
    requests.push(request);
    return runCommand(request);
  };
  const world = await createRebaseWorld();
  moveBase(world);
  const [{ root }, env] = [world.repository, gitEnvironment()];
  const worktrees = createWorktrees({ root, base: null, env, run });
  await prepare(worktrees, "a");
  await rebase({ ...world, worktrees });
  await prepare(worktrees, "b");
  await inspect(worktrees, "a");
  await worktrees.list({ measure: false, signal: never() });
  await remove(worktrees, "b");
  await createGit({ root, env, run }).commitDates(never());
  await createCommittedFiles({ root, env, run }).has("tasks/a.md" as RelativePath, "x", never());
  const commands = new Set(requests.map(({ args }) => args.find((arg) => /^[a-z][a-z-]+$/.test(arg))));
  for (const command of ["worktree", "status", "ls-remote", "fetch", "rebase", "push", "read-tree", "log"])
    expect(commands).toContain(command);
  for (const { program, args, env: variables } of requests) {
    expect(program).toBe("git");
    expect(args).toEqual(
      expect.arrayContaining(["--no-optional-locks", "core.hooksPath=/dev/null", "core.fsmonitor=false"]),
    );
    expect(variables).toMatchObject({ GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "", GIT_NO_LAZY_FETCH: "1" });
    expect(variables["GIT_ALLOW_PROTOCOL"]).toMatch(/^(?:none|file:file)$/);
  }
});

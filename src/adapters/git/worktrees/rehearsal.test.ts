// What `tasks doctor` says beside what the start does, in real repositories in each state.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  createRepository,
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import {
  gitEnvironment,
  never,
  openWorktrees,
  prepared,
  TASK,
  withCommit,
} from "../../../../test/support/task-worktrees.ts";
import type { RunCommand } from "../../../ports/system/run-command.ts";
import { runCommand } from "../../exec/run-command.ts";
import { whyVersionTooOld } from "../command/git-version.ts";
import { createWorktrees } from "../worktrees.ts";

/** Without rights on every Linux. */
const UNPRIVILEGED = 65_534;

/** Makes the state and returns the root; `says`: what is in the way, null where a start has to succeed. */
type State = { readonly make: () => string | Promise<string>; readonly says: RegExp | null };

const STATES: Readonly<Record<string, State>> = {
  "an ordinary repository": { make: () => withCommit().root, says: null },
  "a detached HEAD": { make: () => changed(({ git }) => git("checkout", "--quiet", "--detach")), says: null },
  "a shallow clone": {
    make: () => {
      const [origin, root] = [withCommit(), join(temporaryFolder(), "clone")];
      origin.commit("second");
      origin.git("clone", "--quiet", "--depth=1", `file://${origin.root}`, root);
      return root;
    },
    says: null,
  },
  "a submodule of another repository": {
    make: () => {
      const [library, around] = [withCommit(), createRepository({ file: "" })];
      around.git("submodule", "--quiet", "add", library.root, "lib");
      return join(around.root, "lib");
    },
    says: null,
  },
  "a sparse checkout": {
    make: () => changed(({ git }) => git("sparse-checkout", "set", "tasks")),
    says: null,
  },
  "an index.lock that was left": {
    make: () => changed(({ root }) => writeFileSync(join(root, ".git/index.lock"), "")),
    says: null,
  },
  "a merge in progress": {
    make: () => changed((repository) => conflict(repository, ["merge", "other"])),
    says: null,
  },
  "a cherry-pick in progress": {
    make: () => changed((repository) => conflict(repository, ["cherry-pick", "other"])),
    says: null,
  },
  "a rebase in progress": {
    make: () => changed((repository) => conflict(repository, ["rebase", "other"])),
    says: /A rebase is in progress.*git rebase --abort/,
  },
  "a bisect in progress": {
    make: () =>
      changed(({ git, commit }) => {
        for (const name of ["2", "3", "4"]) commit(name);
        git("bisect", "start", "HEAD", "HEAD~3");
      }),
    says: /A bisect is in progress.*git bisect reset/,
  },
  "a bare repository": {
    make: () => {
      const root = join(temporaryFolder(), "bare.git");
      withCommit().git("clone", "--quiet", "--bare", ".", root);
      return root;
    },
    says: /bare repository/,
  },
  "no commit yet": { make: () => createRepository({ [TASK]: "" }).root, says: /no commit yet.*git commit/ },
  "no repository": { make: () => temporaryFolder(), says: /no git repository.*git init/ },
  "a worktree whose folder is gone": {
    make: () => withWorktree(({ folder }) => rmSync(folder, { recursive: true })),
    says: null,
  },
  "a locked worktree whose folder is gone": {
    make: () =>
      withWorktree(({ folder, repository }) => {
        repository.git("worktree", "lock", "--reason", "on a stick", folder);
        rmSync(folder, { recursive: true });
      }),
    says: /locked \("on a stick"\).*git worktree unlock/,
  },
  "an old empty branch behind the base": {
    make: () =>
      changed(({ git, commit }) => {
        git("branch", "task/a");
        commit("later");
      }),
    says: null,
  },
  "a branch with commits of another person": {
    make: () =>
      changed(({ git, commit }) => {
        git("switch", "--quiet", "-c", "task/a");
        commit("not ours");
        git("switch", "--quiet", "main");
      }),
    says: /task\/a already exists, with a commit that no run.*not ours.*git branch -m .*Or let .*git worktree add/,
  },
  "a branch whose lock was left": {
    make: () =>
      changed(({ root }) => {
        mkdirSync(join(root, ".git/refs/heads/task"));
        writeFileSync(join(root, ".git/refs/heads/task/a.lock"), "");
      }),
    says: /task\/a is locked.*delete that file/,
  },
};

describe("W10: what doctor calls well starts, and what does not start it names", () => {
  test.each(Object.entries(STATES))("%s", async (_name, { make, says }) => {
    const worktrees = openWorktrees(await make());
    const rehearsed = await worktrees.rehearse("a", never());
    const started = await worktrees.prepare("a", never());
    if (says === null) {
      expect(rehearsed).toMatchObject({ kind: "clear" });
      expect(started).toMatchObject({ kind: "prepared" });
      return;
    }
    expect(rehearsed.kind === "blocked" && `${rehearsed.message} ${rehearsed.hint}`).toMatch(says);
    expect(started).toEqual({ ...rehearsed, kind: "failed" });
  });

  test("a base that is missing", async () => {
    await bothSay(openWorktrees(withCommit().root, "gone"), /The base "gone".*tasks\/config.yaml/);
  });

  test("a base that was named starts also while what is checked out is rebased", async () => {
    const root = changed((repository) => conflict(repository, ["rebase", "other"]));
    const worktrees = openWorktrees(root, "main");
    expect(await worktrees.rehearse("a", never())).toMatchObject({ kind: "clear" });
    expect(await worktrees.prepare("a", never())).toMatchObject({ kind: "prepared" });
  });

  test("a repository of another user", async () => {
    const run: RunCommand = (request) =>
      runCommand({ ...request, env: { ...request.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" } });
    const worktrees = createWorktrees({ root: withCommit().root, base: null, env: gitEnvironment(), run });
    await bothSay(worktrees, /another user owns it.*safe.directory/);
  });

  test("a repository that cannot be written", () => {
    const { root } = withCommit();
    // Root may write everywhere, and what counts is who runs the process, not on whose behalf it acts for a moment.
    const user = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
    if ("uid" in user) execFileSync("chown", ["-R", `${UNPRIVILEGED}:${UNPRIVILEGED}`, root]);
    chmodSync(join(root, ".git/refs/heads"), 0o500);
    const script = `
      const { createWorktrees } = await import(${JSON.stringify(new URL("../worktrees.ts", import.meta.url).href)});
      const env = { PATH: process.env.PATH, HOME: "/nowhere" };
      const worktrees = createWorktrees({ root: process.cwd(), base: null, env });
      const { signal } = new AbortController();
      const said = [await worktrees.rehearse("a", signal), await worktrees.prepare("a", signal)];
      console.log(JSON.stringify(said.map(({ kind, message }) => ({ kind, message }))));`;
    const options = { cwd: root, encoding: "utf8", ...user } as const;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], options);
    const message = "Nothing can be written to .git/refs/heads.";
    expect(JSON.parse(printed)).toEqual([
      { kind: "blocked", message },
      { kind: "failed", message },
    ]);
    chmodSync(join(root, ".git/refs/heads"), 0o700);
  });

  test("no git, and one that is too old", async () => {
    const { root } = withCommit();
    await bothSay(
      createWorktrees({ root, base: null, env: { PATH: temporaryFolder() } }),
      /no git on the PATH.*Install/,
    );
    const folder = temporaryFolder();
    writeFileSync(join(folder, "git"), "#!/bin/sh\necho git version 2.25.1\n");
    chmodSync(join(folder, "git"), 0o755);
    const env = { ...gitEnvironment(), PATH: `${folder}:${process.env["PATH"]}` };
    await bothSay(createWorktrees({ root, base: null, env }), /Git 2\.25\.1 is too old.*Install a newer git/);
    expect(whyVersionTooOld("git version 2.31.0.windows.1")).toBeNull();
    expect(whyVersionTooOld("git version 3.0.0")).toBeNull();
    expect(whyVersionTooOld("git version of my own")).toBeNull();
  });
});

test("W2: an old empty branch is moved forward to the base; one of an earlier run is used as it is", async () => {
  const repository = withCommit();
  repository.git("branch", "task/a");
  repository.git("branch", "task/b");
  const head = repository.commit("later");
  const worktrees = openWorktrees(repository.root);
  expect(await prepared(worktrees, "a")).toMatchObject({ baseCommit: head });
  expect(repository.git("rev-parse", "task/a")).toBe(head);
  repository.git("switch", "--quiet", "task/b");
  const work = repository.commit("work of an earlier run");
  repository.git("switch", "--quiet", "main");
  expect(await worktrees.prepare("b", never())).toMatchObject({ kind: "failed" });
  expect(await worktrees.prepare("b", never(), { isOwn: true })).toMatchObject({ kind: "prepared" });
  expect(repository.git("rev-parse", "task/b")).toBe(work);
});

async function bothSay(worktrees: ReturnType<typeof openWorktrees>, says: RegExp): Promise<void> {
  const rehearsed = await worktrees.rehearse("a", never());
  expect(rehearsed.kind === "blocked" && `${rehearsed.message} ${rehearsed.hint}`).toMatch(says);
  expect(await worktrees.prepare("a", never())).toEqual({ ...rehearsed, kind: "failed" });
}

function changed(change: (repository: TestRepository) => unknown): string {
  const repository = withCommit();
  change(repository);
  return repository.root;
}

async function withWorktree(
  change: (made: { folder: string; repository: TestRepository }) => unknown,
): Promise<string> {
  const repository = withCommit();
  const { folder } = await prepared(openWorktrees(repository.root), "a");
  change({ folder, repository });
  return repository.root;
}

/** Leaves what `words` begin half done. */
function conflict(repository: TestRepository, words: readonly string[]): void {
  const { git, root } = repository;
  git("switch", "--quiet", "-c", "other");
  repository.write("file", "theirs\n");
  repository.commit("theirs");
  git("switch", "--quiet", "main");
  repository.write("file", "mine\n");
  repository.commit("mine");
  expect(() => openRepository(root).git(...words)).toThrow(/Command failed/);
}

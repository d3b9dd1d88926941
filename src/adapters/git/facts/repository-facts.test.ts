import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  createRepository,
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import { readRepositoryFacts } from "./repository-facts.ts";

const TASK = "tasks/workstreams/app/tasks/fix-it.md";

test("a branch with commits: nothing unusual", () => {
  const repository = withCommit();
  expect(readRepositoryFacts(repository.root)).toEqual({
    branch: "main",
    commit: repository.git("rev-parse", "HEAD"),
    default_branch: "main",
    git: "ok",
    notice: null,
  });
});

test("refs that git packed are found", () => {
  const repository = withCommit();
  repository.git("tag", "-a", "v1", "-m", "v1");
  repository.git("pack-refs", "--all");
  expect(readRepositoryFacts(repository.root)).toMatchObject({
    commit: repository.git("rev-parse", "HEAD"),
    default_branch: "main",
  });
});

test("the default branch is the remote's, whatever is checked out", () => {
  const origin = withCommit();
  origin.git("branch", "-m", "main", "trunk");
  const clone = join(temporaryFolder(), "clone");
  origin.git("clone", "--quiet", origin.root, clone);
  openRepository(clone).git("switch", "--quiet", "-c", "feature/a.b");
  expect(readRepositoryFacts(clone)).toMatchObject({ branch: "feature/a.b", default_branch: "trunk" });
});

test("a folder inside a repository belongs to it", () => {
  const repository = withCommit();
  mkdirSync(join(repository.root, "sub/app"), { recursive: true });
  expect(readRepositoryFacts(join(repository.root, "sub/app"))).toMatchObject({ branch: "main", git: "ok" });
});

/** Each returns the folder to ask about. */
const UNUSUAL: Record<string, { make: (repository: TestRepository) => string; expected: object }> = {
  "detached HEAD": {
    make: ({ root, git }) => {
      git("checkout", "--quiet", "--detach");
      return root;
    },
    expected: { branch: null, git: "ok", notice: expect.stringContaining("HEAD is detached") },
  },
  "no commits": {
    make: () => createRepository().root,
    expected: { branch: "main", commit: null, notice: "This repository has no commits yet." },
  },
  shallow: {
    make: ({ root, git, commit }) => {
      commit("second");
      const clone = join(temporaryFolder(), "clone");
      git("clone", "--quiet", "--depth=1", `file://${root}`, clone);
      return clone;
    },
    expected: { branch: "main", notice: expect.stringContaining("shallow clone") },
  },
  bare: {
    make: ({ root, git }) => {
      const clone = join(temporaryFolder(), "app.git");
      git("clone", "--quiet", "--bare", root, clone);
      return clone;
    },
    expected: { branch: "main", notice: expect.stringContaining("bare repository") },
  },
  "mid-rebase": {
    make: (repository) => {
      conflict(repository, "rebase", "other");
      return repository.root;
    },
    expected: { branch: "main", git: "ok", notice: expect.stringContaining("A rebase is in progress") },
  },
  "mid-merge": {
    make: (repository) => {
      conflict(repository, "merge", "other");
      return repository.root;
    },
    expected: { branch: "main", notice: expect.stringContaining("A merge is in progress") },
  },
  "mid-cherry-pick": {
    make: (repository) => {
      conflict(repository, "cherry-pick", "other");
      return repository.root;
    },
    expected: { branch: "main", notice: expect.stringContaining("A cherry-pick is in progress") },
  },
  "mid-bisect": {
    make: ({ root, git }) => {
      git("bisect", "start");
      return root;
    },
    expected: { notice: expect.stringContaining("A bisect is in progress") },
  },
  "linked worktree": {
    make: ({ git }) => {
      const linked = join(temporaryFolder(), "linked");
      git("worktree", "add", "--quiet", "-b", "side", linked);
      return linked;
    },
    expected: { branch: "side", default_branch: "main", notice: expect.stringContaining("linked worktree") },
  },
  submodule: {
    make: ({ git }) => {
      const library = withCommit();
      git("submodule", "--quiet", "add", library.root, "library");
      return join(git("rev-parse", "--show-toplevel"), "library");
    },
    expected: { branch: "main", notice: expect.stringContaining("submodule") },
  },
  reftable: {
    make: ({ root }) => {
      mkdirSync(join(root, ".git/reftable"));
      writeFileSync(join(root, ".git/HEAD"), "ref: refs/heads/.invalid\n");
      return root;
    },
    expected: { branch: null, commit: null, git: "ok", notice: expect.stringContaining("reftable") },
  },
  "no git at all": {
    make: () => temporaryFolder(),
    expected: {
      branch: null,
      commit: null,
      git: "none",
      notice: expect.stringContaining("in no git repository"),
    },
  },
  "repository deleted": {
    make: ({ root }) => {
      rmSync(root, { recursive: true });
      return root;
    },
    expected: { branch: null, git: "failing", notice: "The repository folder is gone." },
  },
  "worktree whose repository moved away": {
    make: ({ root, git }) => {
      const linked = join(temporaryFolder(), "linked");
      git("worktree", "add", "--quiet", linked);
      rmSync(join(root, ".git"), { recursive: true });
      return linked;
    },
    expected: { git: "failing", notice: expect.stringContaining("git folder that is gone") },
  },
  "unreadable HEAD": {
    make: ({ root }) => {
      writeFileSync(join(root, ".git/HEAD"), "ref: ../../../etc/passwd\n");
      return root;
    },
    expected: {
      branch: null,
      commit: null,
      git: "failing",
      notice: expect.stringContaining("no readable HEAD"),
    },
  },
};

describe("R18: each unusual repository has a sentence of its own, and none is a crash", () => {
  test.each(Object.entries(UNUSUAL))("%s", (_name, { make, expected }) => {
    expect(readRepositoryFacts(make(withCommit()))).toMatchObject(expected);
  });

  test("no two sentences are the same", () => {
    const notices = Object.values(UNUSUAL).map(({ make }) => readRepositoryFacts(make(withCommit())).notice);
    expect(new Set(notices).size).toBe(notices.length);
  });
});

function withCommit(): TestRepository {
  const repository = createRepository({ [TASK]: "---\nstatus: ready\n---\n" });
  repository.commit("first");
  return repository;
}

/** Leaves the command half done: both branches changed the same line. */
function conflict(repository: TestRepository, ...command: readonly string[]): void {
  repository.git("switch", "--quiet", "-c", "other");
  repository.write(TASK, "theirs\n");
  repository.commit("theirs");
  repository.git("switch", "--quiet", "main");
  repository.write(TASK, "ours\n");
  repository.commit("ours");
  expect(() => repository.git(...command)).toThrow();
}

test("W3: a folder called .git that is empty or broken is passed by, as git does; a repository above it counts", () => {
  const above = temporaryFolder();
  const root = join(above, "inside");
  for (const broken of [join(above, ".git"), join(root, ".git/objects")])
    mkdirSync(broken, { recursive: true });
  expect(readRepositoryFacts(root)).toMatchObject({ git: "none" });
  createRepository({ file: "" }, above).commit("above");
  expect(readRepositoryFacts(root)).toMatchObject({ git: "ok", branch: "main" });
});

test("W3: nothing is looked for above a folder that the user named as a ceiling, as git does", () => {
  const { root, commit } = createRepository({ file: "" });
  commit("above");
  const inside = join(root, "a/b");
  mkdirSync(inside, { recursive: true });
  expect(readRepositoryFacts(inside)).toMatchObject({ git: "ok" });
  vi.stubEnv("GIT_CEILING_DIRECTORIES", `${root}:${join(root, "a")}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(readRepositoryFacts(inside)).toMatchObject({ git: "none" });
});

// Small real repositories in temporary folders, for tests. Git's own configuration on the machine plays no part.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** What git may know of the machine: its programs, and no configuration but the repository's own. */
export const GIT_TEST_ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "",
  HOME: tmpdir(),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CEILING_DIRECTORIES: realpathSync.native(tmpdir()),
} as const;

export type TestRepository = {
  readonly root: string;
  git(...args: readonly string[]): string;
  write(path: string, text: string): void;
  /** Commits everything; `at` is both dates. */
  commit(message: string, at?: string): string;
};

/** An empty folder that is removed when the test ends. */
export function temporaryFolder(name = "tasks-test"): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty folder that is removed when the process ends, for what several tests copy. */
export function keptFolder(name = "tasks-test"): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A repository with branch `main` and these files, not yet committed. */
export function createRepository(
  files: Readonly<Record<string, string>> = {},
  root: string = temporaryFolder(),
): TestRepository {
  const repository = openRepository(root);
  repository.git("init", "--quiet", "--initial-branch=main");
  for (const [path, text] of Object.entries(files)) repository.write(path, text);
  return repository;
}

export function openRepository(root: string): TestRepository {
  function git(args: readonly string[], at = "2026-03-01T10:00:00Z"): string {
    const identity = [
      "-c",
      "user.name=Dave",
      "-c",
      "user.email=dave@example.com",
      "-c",
      "protocol.file.allow=always",
    ];
    const env = { ...GIT_TEST_ENVIRONMENT, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    return execFileSync("git", [...identity, ...args], {
      cwd: root,
      env,
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  }
  return {
    root,
    git: (...args) => git(args),
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    commit(message, at) {
      git(["add", "--all"], at);
      git(["commit", "--quiet", "--allow-empty", "-m", message], at);
      return git(["rev-parse", "HEAD"]);
    },
  };
}

// A home and a repository of its own for each test or recording: no agent reads a real key, setting or session.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Scratch = {
  /** HOME of the agent; absolute. */
  readonly home: string;
  /** A git repository with one commit; absolute. */
  readonly repo: string;
  readonly remove: () => void;
};

export function makeScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), "agent-"));
  const home = join(folder, "home");
  const repo = join(folder, "repo");
  mkdirSync(home);
  mkdirSync(repo);
  const git = (...args: readonly string[]) => execFileSync("git", ["-C", repo, ...args], { stdio: "ignore" });
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Test");
  git("config", "user.email", "test@example.test");
  writeFileSync(join(repo, "README.md"), "A repository for a test.\n");
  git("add", "-A");
  git("commit", "-qm", "First");
  // An agent that was killed may still be writing.
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return { home, repo, remove };
}

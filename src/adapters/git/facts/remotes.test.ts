import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRepository, temporaryFolder } from "../../../../test/support/git-repository.ts";
import { gitEnvironment } from "../../../../test/support/task-worktrees.ts";
import { runCommand } from "../../exec/run-command.ts";
import { readRemote } from "./remotes.ts";

/** The URL, or why there is none. */
async function findUrl(root: string): Promise<string> {
  const search = await readRemote({ root, env: gitEnvironment(), run: runCommand });
  return search.kind === "found" ? search.remote.urls[0] : search.kind;
}

function configured(text: string): string {
  const { root } = createRepository();
  writeFileSync(join(root, ".git/config"), text);
  return root;
}

describe("which remote", () => {
  test.each<[name: string, remotes: readonly string[], expected: string]>([
    ["none", [], "none"],
    ["origin among others", ["upstream", "origin"], "git@github.com:acme/origin.git"],
    ["the only one", ["upstream"], "git@github.com:acme/upstream.git"],
    ["several without origin", ["one", "two"], "several"],
    ["names are case-sensitive", ["Origin", "two"], "several"],
  ])("%s", async (_, remotes, expected) => {
    const repository = createRepository();
    for (const name of remotes) repository.git("remote", "add", name, `git@github.com:acme/${name}.git`);
    expect(await findUrl(repository.root)).toBe(expected);
  });

  test("the first of several URLs", async () => {
    const repository = createRepository();
    repository.git("remote", "add", "origin", "https://first/a/b");
    repository.git("remote", "set-url", "--add", "origin", "https://second/a/b");
    expect(await findUrl(repository.root)).toBe("https://first/a/b");
  });

  test.each([
    ["the older form of a section", "[remote.origin]\nurl=https://x\n"],
    ["a name with quotes and backslashes in it", '[remote "a\\"b\\\\c"]\nurl = https://x\n'],
    ["a remote without a URL beside it", '[remote "x"]\npushurl = y\n[remote "y"]\nurl = https://x\n'],
  ])("%s", async (_, text) => {
    expect(await findUrl(configured(text))).toBe("https://x");
  });
});

test("a linked worktree has the remote of its repository", async () => {
  const repository = createRepository({ "a.txt": "a\n" });
  repository.commit("first");
  repository.git("remote", "add", "origin", "git@github.com:acme/app.git");
  const folder = join(temporaryFolder(), "linked");
  repository.git("worktree", "add", "--quiet", folder);
  expect(await findUrl(folder)).toBe("git@github.com:acme/app.git");
});

test("a folder below the repository's top has its remote", async () => {
  const repository = createRepository({ "tasks/a.md": "a\n" });
  repository.git("remote", "add", "origin", "git@github.com:acme/app.git");
  expect(await findUrl(join(repository.root, "tasks"))).toBe("git@github.com:acme/app.git");
});

test("no repository, a folder that is gone, a configuration that is gone: no remote", async () => {
  const folder = temporaryFolder();
  expect(await findUrl(folder)).toBe("none");
  expect(await findUrl(join(folder, "gone"))).toBe("none");
  const repository = createRepository();
  rmSync(join(repository.root, ".git/config"));
  expect(await findUrl(repository.root)).toBe("none");
});

describe("S18: a damaged or hostile configuration has no remote", () => {
  test.each([
    ["an unclosed quote", '[remote "origin"]\nurl = "https://x\n'],
    ["a section with a line break", '[remote "ori\ngin"]\nurl = x\n'],
    ["no section", "url = x\n"],
    ["an empty URL", '[remote "origin"]\nurl =\n'],
    ["a switch", '[remote "origin"]\nurl\n'],
    ["binary", `\0\u0001${'"'.repeat(100)}[[[`],
  ])("%s", async (_, text) => {
    expect(await findUrl(configured(text))).toBe("none");
  });

  test("a file that another one includes is not opened", async () => {
    const included = join(temporaryFolder(), "included");
    writeFileSync(included, '[remote "origin"]\nurl = git@evil.example:a/b\n');
    expect(await findUrl(configured(`[include]\npath = ${included}\n`))).toBe("none");
  });
});

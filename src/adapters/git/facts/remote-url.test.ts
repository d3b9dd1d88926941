import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRepository, temporaryFolder } from "../../../../test/support/git-repository.ts";
import { parseGitConfig } from "./parse-git-config.ts";
import { findRemoteUrl } from "./remote-url.ts";

/** Files that git reads as well: git is asked for the same value. */
const CONFIGURATIONS: ReadonlyArray<readonly [name: string, text: string]> = [
  ["plain", '[remote "origin"]\n\turl = https://github.com/acme/app.git\n'],
  ["on one line", '[remote "origin"] url = https://github.com/acme/app.git'],
  ["in capitals", '[REMOTE "origin"]\nURL = https://github.com/acme/app.git\n'],
  ["the older form", "[remote.origin]\nurl=https://github.com/acme/app.git\n"],
  ["quoted", '[remote "origin"]\nurl = "https://github.com/acme/app.git" # there\n'],
  ["partly quoted", '[remote "origin"]\nurl = https://github"#".com/a\\\\b\\"c  ; there\n'],
  ["blanks in it", '[remote "origin"]\nurl =  a b  " c d" \t\n'],
  ["going on", '[remote "origin"]\nurl = https://github.com/\\\nacme/app.git\n'],
  ["CRLF", '[remote "origin"]\r\n\turl = https://github.com/acme/app.git\r\n'],
  ["BOM", '\ufeff[remote "origin"]\nurl = x\n'],
  ["no end of line", '[remote "origin"]\nurl = x'],
  ["comments", '# [remote "origin"]\n; url = no\n[remote "origin"] ; x\n# url = no\nurl = yes\n'],
  ["a switch before", '[remote "origin"]\nmirror\nprune\nurl = x\n'],
  [
    "among others",
    '[core]\nbare = false\n[remote "other"]\nurl = no\n[remote "origin"]\nurl = yes\n[x]\nurl = no\n',
  ],
  [
    "a section that comes back",
    '[remote "origin"]\nfetch = x\n[core]\nurl = no\n[remote "origin"]\nurl = yes\n',
  ],
];

test.each(CONFIGURATIONS)("reads what git reads: %s", (_, text) => {
  const repository = createRepository();
  writeFileSync(join(repository.root, ".git/config"), text);
  const url = repository.git("config", "--file", ".git/config", "remote.origin.url");
  expect(findRemoteUrl(repository.root)).toEqual({ kind: "found", url });
});

describe("which remote", () => {
  test.each<[name: string, remotes: readonly string[], expected: object]>([
    ["none", [], { kind: "none" }],
    ["origin among others", ["upstream", "origin"], { kind: "found", url: "git@github.com:acme/origin.git" }],
    ["the only one", ["upstream"], { kind: "found", url: "git@github.com:acme/upstream.git" }],
    ["several without origin", ["one", "two"], { kind: "several" }],
    ["names are case-sensitive", ["Origin", "two"], { kind: "several" }],
  ])("%s", (_, remotes, expected) => {
    const repository = createRepository();
    for (const name of remotes) repository.git("remote", "add", name, `git@github.com:acme/${name}.git`);
    expect(findRemoteUrl(repository.root)).toEqual(expected);
  });

  test("of several URLs the first", () => {
    const repository = createRepository();
    repository.git("remote", "add", "origin", "https://first/a/b");
    repository.git("remote", "set-url", "--add", "origin", "https://second/a/b");
    expect(findRemoteUrl(repository.root)).toEqual({ kind: "found", url: "https://first/a/b" });
  });

  test("a name with quotes and backslashes in it", () => {
    const [entry] = parseGitConfig('[remote "a\\"b\\\\c"]\nurl = x\n');
    expect(entry).toEqual({ section: "remote", subsection: 'a"b\\c', key: "url", value: "x" });
  });
});

test("a linked worktree has the remote of its repository", () => {
  const repository = createRepository({ "a.txt": "a\n" });
  repository.commit("first");
  repository.git("remote", "add", "origin", "git@github.com:acme/app.git");
  const folder = join(temporaryFolder(), "linked");
  repository.git("worktree", "add", "--quiet", folder);
  expect(findRemoteUrl(folder)).toEqual({ kind: "found", url: "git@github.com:acme/app.git" });
});

test("a folder below the repository's top has its remote", () => {
  const repository = createRepository({ "tasks/a.md": "a\n" });
  repository.git("remote", "add", "origin", "git@github.com:acme/app.git");
  expect(findRemoteUrl(join(repository.root, "tasks"))).toMatchObject({ kind: "found" });
});

test("no repository, a folder that is gone, a configuration that is gone: no remote", () => {
  const folder = temporaryFolder();
  expect(findRemoteUrl(folder)).toEqual({ kind: "none" });
  expect(findRemoteUrl(join(folder, "gone"))).toEqual({ kind: "none" });
  const repository = createRepository();
  rmSync(join(repository.root, ".git/config"));
  expect(findRemoteUrl(repository.root)).toEqual({ kind: "none" });
});

describe("S18: what is damaged or hostile is left out", () => {
  test.each([
    ["an unclosed quote", '[remote "origin"]\nurl = "https://x\n'],
    ["an unknown escape", '[remote "origin"]\nurl = https://\\x\n'],
    ["an unclosed section", '[remote "origin"\nurl = x\n'],
    ["a section with a line break", '[remote "ori\ngin"]\nurl = x\n'],
    ["no section", "url = x\n"],
    ["nothing", '[remote "origin"]\nurl =\n'],
    ["a switch", '[remote "origin"]\nurl\n'],
    ["binary", `\0\u0001${'"'.repeat(100)}[[[`],
  ])("%s", (_, text) => {
    const repository = createRepository();
    writeFileSync(join(repository.root, ".git/config"), text);
    expect(findRemoteUrl(repository.root)).toEqual({ kind: "none" });
  });

  test("a file that another one includes is not opened", () => {
    const repository = createRepository();
    const included = join(temporaryFolder(), "included");
    writeFileSync(included, '[remote "origin"]\nurl = git@evil.example:a/b\n');
    writeFileSync(join(repository.root, ".git/config"), `[include]\npath = ${included}\n`);
    expect(findRemoteUrl(repository.root)).toEqual({ kind: "none" });
  });

  test("a megabyte of anything ends", () => {
    for (const piece of ["[", '"', "\\", "a", "a=", "a=\\\n", '[a "', '[a "\\', " ", "#", "a = b\n"])
      expect(parseGitConfig(`[a]\n${piece.repeat(1_000_000 / piece.length)}`).length).toBeGreaterThanOrEqual(
        0,
      );
  });
});

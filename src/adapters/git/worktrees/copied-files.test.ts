import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../../../../test/support/git-repository.ts";
import { createWorld, never, prepared, remove, type World } from "../../../../test/support/task-worktrees.ts";

const IGNORED = { ".gitignore": ".env*\nsecret*\n" };

async function world(files: Readonly<Record<string, string>> = { ".env": "PASSWORD=hunter2-secret\n" }) {
  const made = createWorld(IGNORED);
  for (const [path, text] of Object.entries(files)) made.repository.write(path, text);
  const { folder } = await prepared(made.worktrees, "a");
  return { ...made, folder };
}

const copy = ({ worktrees, folder }: World & { readonly folder: string }, ...paths: string[]) =>
  worktrees.copyFiles(paths, folder, never());

let elsewhere = "";
const outside = (name = "") => join(elsewhere, name);
beforeEach(() => {
  elsewhere = temporaryFolder();
  writeFileSync(outside("key"), "PASSWORD=of-another-place");
});

test("K45: a file that git ignores is copied for its user alone, and its values are secrets", async () => {
  const made = await world({
    ".env": "PASSWORD=hunter2-secret\n",
    "secret/deep/key": "KEY=another-secret-key",
  });
  expect(await copy(made, ".env", "secret/deep/key")).toEqual({
    kind: "copied",
    secrets: ["another-secret-key", "hunter2-secret"],
  });
  expect(readFileSync(join(made.folder, ".env"), "utf8")).toBe("PASSWORD=hunter2-secret\n");
  expect(lstatSync(join(made.folder, ".env")).mode & 0o777).toBe(0o600);
  expect(await made.worktrees.copiedSecrets([".env"], made.folder)).toEqual(["hunter2-secret"]);
});

test("K45: a copy that a worker changed stays, and counts with its own values", async () => {
  const made = await world();
  await copy(made, ".env");
  writeFileSync(join(made.folder, ".env"), "PASSWORD=changed-by-worker\n");
  expect(await copy(made, ".env")).toMatchObject({ secrets: ["changed-by-worker"] });
  expect(readFileSync(join(made.folder, ".env"), "utf8")).toBe("PASSWORD=changed-by-worker\n");
});

test("K45: a copied file does not keep the worktree from being removed", async () => {
  const made = await world();
  await copy(made, ".env");
  expect(await remove(made.worktrees, "a")).toEqual({ kind: "removed" });
});

type Arranged = World & { readonly folder: string };
type Case = readonly [path: string, says: string, arrange: (made: Arranged, file: string) => void];

const CASES: readonly Case[] = [
  [".env.none", '".env.none" (worktree.copy) does not exist in the repository', () => {}],
  ["plain", "is not ignored by git", ({ repository }) => repository.write("plain", "x")],
  [
    ".env.tracked",
    "is not ignored by git",
    ({ repository, folder }, file) => {
      repository.write(file, "x");
      writeFileSync(join(folder, file), "x");
      repository.git("-C", folder, "add", "--force", file);
      rmSync(join(folder, file));
    },
  ],
  [
    ".env.link",
    "is a link",
    ({ repository }, file) => symlinkSync(outside("key"), join(repository.root, file)),
  ],
  [
    "secret/key",
    "is behind a link",
    ({ repository }) => symlinkSync(outside(), join(repository.root, "secret")),
  ],
  [
    ".env.there",
    "is a link",
    ({ repository, folder }, file) => {
      repository.write(file, "x");
      symlinkSync(outside("key"), join(folder, file));
    },
  ],
  [
    ".env.dangling",
    "is a link",
    ({ repository, folder }, file) => {
      repository.write(file, "x");
      symlinkSync(outside("new"), join(folder, file));
    },
  ],
  [
    "secrets/new",
    "is behind a link",
    ({ repository, folder }, file) => {
      repository.write(file, "x");
      symlinkSync(outside(), join(folder, "secrets"));
    },
  ],
  [".env.d", "is no ordinary file", ({ repository }, file) => mkdirSync(join(repository.root, file))],
  [
    ".env.large",
    "is larger than 1 MB",
    ({ repository }, file) => {
      repository.write(file, "");
      truncateSync(join(repository.root, file), 1024 * 1024 + 1);
    },
  ],
  [
    ".env.many",
    "more than 200 values",
    ({ repository }, file) => repository.write(file, "A=1\n".repeat(201)),
  ],
  ["../key", "no relative path", () => {}],
];

test("K46: what may not be copied is not, with the reason, and nothing is written anywhere", async () => {
  const made = await world();
  for (const [path, says, arrange] of CASES) {
    arrange(made, path);
    const copied = await copy(made, path);
    expect.soft(copied, path).toEqual({ kind: "failed", detail: expect.stringContaining(says) });
    expect.soft(JSON.stringify(copied)).not.toContain("of-another-place");
    const left = lstatSync(join(made.folder, path), { throwIfNoEntry: false });
    expect.soft(left === undefined || left.isSymbolicLink(), path).toBe(true);
  }
  expect(existsSync(outside("new"))).toBe(false);
});

test("K46: doctor's check says before a start what the start would say", async () => {
  const { worktrees, repository } = await world();
  const rehearse = (...paths: string[]) => worktrees.rehearseCopies(paths, never());
  expect(await rehearse(".env")).toBeNull();
  expect(await rehearse(".env", ".env.local")).toContain("does not exist");
  expect(await rehearse("../key")).toContain("no relative path");
  repository.write("plain", "x");
  expect(await rehearse("plain")).toContain("is not ignored by git");
});

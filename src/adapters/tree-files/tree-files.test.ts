import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { asOrdinaryUser } from "../../../test/support/ordinary-user.ts";
import { swapForever } from "../../../test/support/swap-forever.ts";
import { type FileRead, type FileStamp, isUnseen } from "../../core/contract/parsed-file.ts";
import type { TreeFiles } from "../../ports/tree/tree-files.ts";
import { FILE_BYTES_MAX } from "../file-system/opened-file.ts";
import { createTreeFiles } from "./tree-files.ts";

const APP = "tasks/workstreams/app";
const TASKS = `${APP}/tasks`;
const A = `${TASKS}/a.md`;
const OUTSIDE = "what lies outside\n";
const MAKE_PIPE = "mkfifo";

describe("S10: nothing outside the tree is read", () => {
  test("a linked file is listed and refused", () => {
    const { root, files } = tree();
    symlinkSync(outsideFile(), join(root, TASKS, "link.md"));
    expect(readAll(files)).toMatchObject({
      [A]: "a\n",
      [`${TASKS}/link.md`]: "link: The file is a link; links are not followed.",
    });
  });

  test.each<[string, string, string]>([
    ["a workstream", "tasks/workstreams/other", "tasks/workstreams/other/index.md"],
    [
      "a folder of tasks",
      "tasks/workstreams/web/tasks",
      "tasks/workstreams/web/tasks/this-folder-is-a-link.md",
    ],
    ["an initiative", `${APP}/initiatives/i`, `${APP}/initiatives/i/spec.md`],
    ["the milestones", "tasks/milestones", "tasks/milestones/this-folder-is-a-link.md"],
    ["the team", "tasks/team", "tasks/team/this-folder-is-a-link.md"],
  ])("%s that is a link is not followed, and seen", (_name, folder, shown) => {
    const { root, files } = tree();
    const outside = temporaryFolder();
    for (const name of ["index.md", "spec.md", "x.md"]) writeFileSync(join(outside, name), OUTSIDE);
    mkdirSync(join(root, folder, ".."), { recursive: true });
    symlinkSync(outside, join(root, folder));
    expect(readAll(files)).toEqual({
      [A]: "a\n",
      [shown]: `link: The folder ${folder} is a link; links are not followed.`,
    });
  });

  test("links to files and to nothing among the folders hide no tasks and are left out", () => {
    const { root, files } = tree();
    symlinkSync(outsideFile(), join(root, "tasks/workstreams/link"));
    symlinkSync("nowhere", join(root, "tasks/workstreams/broken"));
    expect(readAll(files)).toEqual({ [A]: "a\n" });
  });

  test("a folder that became a link after the listing", () => {
    const { root, files } = tree();
    const [stamp] = list(files);
    const outside = temporaryFolder();
    writeFileSync(join(outside, "a.md"), OUTSIDE);
    rmSync(join(root, TASKS), { recursive: true });
    symlinkSync(outside, join(root, TASKS));
    expect(show(files, stamp)).toMatch(/^link: The folder .*\/tasks is a link/);
  });

  test("the hard case: the folder is swapped for a link again and again, at any moment", async () => {
    const { root, files } = tree();
    const outside = temporaryFolder();
    writeFileSync(join(outside, "a.md"), OUTSIDE);
    const swapping = await swapForever(join(root, TASKS), outside);
    const seen = new Set<string>();
    for (let round = 0; round < 4_000; round += 1) {
      const listing = files.list();
      for (const stamp of listing.kind === "listed" ? listing.stamps : [])
        seen.add(show(files, stamp).slice(0, 4));
    }
    await swapping.stop();
    expect(seen).not.toContain(OUTSIDE.slice(0, 4));
    // Both sides of the swap were met, or the test has shown nothing.
    expect([...seen]).toEqual(expect.arrayContaining(["a\n", "link"]));
  });

  test("a folder of files that were only named became a link before they were read", () => {
    const { root, files } = tree();
    const named = listNew(files);
    const outside = temporaryFolder();
    writeFileSync(join(outside, "a.md"), OUTSIDE);
    rmSync(join(root, TASKS), { recursive: true });
    symlinkSync(outside, join(root, TASKS));
    expect([...files.readEach(named)]).toMatchObject([
      { kind: "refused", code: "link", message: expect.stringMatching(/^The folder .*\/tasks is a link/) },
    ]);
  });

  test("the hard case for files that were only named", async () => {
    const { root, files } = tree();
    const outside = temporaryFolder();
    writeFileSync(join(outside, "a.md"), OUTSIDE);
    const named = listNew(files);
    const swapping = await swapForever(join(root, TASKS), outside);
    const seen = new Set<string>();
    for (let round = 0; round < 4_000; round += 1) {
      for (const read of files.readEach(named)) seen.add(read.kind === "text" ? read.text : read.code);
    }
    await swapping.stop();
    expect(seen).not.toContain(OUTSIDE);
    // Both sides of the swap were met, or the test has shown nothing.
    expect([...seen]).toEqual(expect.arrayContaining(["a\n", "link"]));
  });

  test("the repository itself may lie behind links", () => {
    const { root } = tree();
    const link = join(temporaryFolder(), "link");
    symlinkSync(root, link);
    expect(readAll(createTreeFiles({ root: link }))).toEqual({ [A]: "a\n" });
  });
});

describe("T2: what cannot be read is refused with a sentence, and everything else is still there", () => {
  test.each<[string, (root: string, path: string) => void, RegExp]>([
    [
      "a folder called like a file",
      (root, path) => mkdirSync(join(root, path)),
      /^not_a_file: This is not a regular file/,
    ],
    [
      "a pipe, without waiting for its other end",
      (root, path) => execFileSync(MAKE_PIPE, [join(root, path)]),
      /^not_a_file/,
    ],
    [
      "too large",
      (root, path) => writeFileSync(join(root, path), Buffer.alloc(FILE_BYTES_MAX + 1)),
      /^too_large: The file has 1048577 bytes; files over 1 MiB/,
    ],
    ["a link to itself", (root, path) => symlinkSync("x.md", join(root, path)), /^link/],
  ])("%s", (_name, make, expected) => {
    const { root, files } = tree();
    make(root, `${TASKS}/x.md`);
    expect(readAll(files)).toEqual({ [A]: "a\n", [`${TASKS}/x.md`]: expect.stringMatching(expected) });
  });

  test("no permission, in words without the place on this machine", async () => {
    const { root, files } = tree();
    chmodSync(join(root, A), 0);
    expect(await asOrdinaryUser(root, () => readAll(files))).toEqual({
      [A]: "unreadable: The file cannot be read: permission denied (EACCES).",
    });
  });

  test("the largest file that is read is read whole", () => {
    const { root, files } = tree();
    writeFileSync(join(root, A), "x".repeat(FILE_BYTES_MAX));
    expect(readAll(files)[A]).toHaveLength(FILE_BYTES_MAX);
  });

  test("an empty file is a text", () => {
    const { root, files } = tree();
    writeFileSync(join(root, A), "");
    expect(readAll(files)).toEqual({ [A]: "" });
  });
});

describe("S16: odd bytes and odd names", () => {
  test("bytes that are no UTF-8 are replaced and said to be", () => {
    const { root, files } = tree();
    writeFileSync(join(root, A), Buffer.from([0x61, 0xff, 0x62]));
    const [stamp] = list(files);
    expect(stamp && files.read(stamp)).toMatchObject({ kind: "text", text: "a\uFFFDb", replaced: true });
  });

  test("a replacement character that is really written there is not one", () => {
    const { root, files } = tree();
    writeFileSync(join(root, A), "a\uFFFDb");
    const [stamp] = list(files);
    expect(stamp && files.read(stamp)).toMatchObject({ replaced: false });
  });

  test("names with line feeds, quotes, emoji, a dash in front or Windows' devices are listed and read", () => {
    const { root, files } = tree();
    const names = ["line\nfeed", "#", "🚀", "-rf", "con", "a b", "..x", "x\uFFFDy", "%2e%2e", "\u202Ertl"];
    const visible = names.filter((name) => !name.startsWith("."));
    for (const name of names) writeFileSync(join(root, TASKS, `${name}.md`), name);
    const expected = Object.fromEntries(visible.map((name) => [`${TASKS}/${name}.md`, name]));
    expect(readAll(files)).toEqual({ [A]: "a\n", ...expected });
  });

  test("names that are not UTF-8 are distinguished, listed and read, the second time too", () => {
    const { root, files } = tree();
    for (const byte of [0xfe, 0xff]) writeFileSync(odd(root, byte), String(byte));
    const expected = { [A]: "a\n", [`${TASKS}/b\\xfe.md`]: "254", [`${TASKS}/b\\xff.md`]: "255" };
    expect(readAll(files)).toEqual(expected);
    expect(readAll(files)).toEqual(expected);
    rmSync(odd(root, 0xfe));
    expect(readAll(files)).toEqual({ [A]: "a\n", [`${TASKS}/b\\xff.md`]: "255" });
  });
});

describe("a listing that cannot be relied on fails as a whole, in words without a place on this machine", () => {
  test.each<[string, (root: string) => void, string]>([
    ["the repository gone", (root) => rmSync(root, { recursive: true }), "The repository folder is gone."],
    ["no tasks", (root) => rmSync(join(root, "tasks"), { recursive: true }), "The folder tasks is gone."],
    [
      "no workstreams",
      (root) => rmSync(join(root, "tasks/workstreams"), { recursive: true }),
      "The folder tasks/workstreams is gone.",
    ],
    [
      "a file in place of the workstreams",
      (root) => {
        rmSync(join(root, "tasks/workstreams"), { recursive: true });
        writeFileSync(join(root, "tasks/workstreams"), "");
      },
      "The folder tasks/workstreams is not a folder.",
    ],
    [
      "the tasks folder a link",
      (root) => {
        renameSync(join(root, "tasks"), join(root, "real"));
        symlinkSync("real", join(root, "tasks"));
      },
      "The folder tasks is a link; links are not followed.",
    ],
  ])("%s", (_name, harm, detail) => {
    const { root, files } = tree();
    harm(root);
    expect(files.list()).toEqual({ kind: "failed", detail });
    expect(files.listSome([A as FileStamp["path"]])).toEqual({ kind: "failed", detail });
  });

  test("a folder without permission: its tasks must not look deleted", async () => {
    const { root, files } = tree();
    chmodSync(join(root, TASKS), 0);
    const detail = `The folder ${TASKS} cannot be listed: permission denied (EACCES).`;
    expect(await asOrdinaryUser(root, () => files.list())).toEqual({ kind: "failed", detail });
    chmodSync(join(root, TASKS), 0o700);
  });

  test("it recovers automatically", () => {
    const { root, files } = tree();
    renameSync(join(root, "tasks"), join(root, "away"));
    expect(files.list().kind).toBe("failed");
    renameSync(join(root, "away"), join(root, "tasks"));
    expect(readAll(files)).toEqual({ [A]: "a\n" });
  });
});

describe("stamps", () => {
  test("reading gives the stamp of what was read, not of what was listed", () => {
    const { root, files } = tree();
    const [before] = list(files);
    writeFileSync(join(root, A), "longer\n");
    const read = before && files.read(before);
    expect(read).toMatchObject({ kind: "text", text: "longer\n", stamp: list(files)[0] });
  });

  test("a change that keeps size and modification time still shows", () => {
    const { root, files } = tree();
    const at = new Date(1_000_000_000_000);
    utimesSync(join(root, A), at, at);
    const before = list(files);
    writeFileSync(join(root, A), "b\n");
    utimesSync(join(root, A), at, at);
    expect(list(files)).not.toEqual(before);
  });

  test("a file that grows while it is read gives a text of the size in its stamp", () => {
    const { root, files } = tree();
    appendFileSync(join(root, A), "more\n");
    const [stamp] = list(files);
    const read = stamp && files.read(stamp);
    expect(read?.kind === "text" && Buffer.byteLength(read.text)).toBe(stamp?.sizeBytes);
    expect(readFileSync(join(root, A), "utf8")).toBe("a\nmore\n");
  });
});

describe("P1: a new file is not stamped before it is read", () => {
  test("it is named only, and reading it gives the stamp that a listing gives", () => {
    const { root, files } = tree();
    for (const name of ["b", "c"]) writeFileSync(join(root, TASKS, `${name}.md`), `${name}\n`);
    mkdirSync(join(root, TASKS, "d.md"));
    symlinkSync(outsideFile(), join(root, TASKS, "e.md"));
    const named = listNew(files);
    expect(named.map(isUnseen)).toEqual(named.map(() => process.platform === "linux"));
    const reads = [...files.readEach(named)];
    expect(reads.map(({ stamp }) => stamp)).toEqual(list(files));
  });

  test("a known one is stamped, as ever", () => {
    const { root, files } = tree();
    writeFileSync(join(root, TASKS, "b.md"), "b\n");
    const stamps = listNew(files, (path) => path === A);
    expect(stamps.find(({ path }) => path === A)).toEqual(list(files).find(({ path }) => path === A));
  });

  test("one that is gone before it is read is refused, and the others are read", () => {
    const { root, files } = tree();
    writeFileSync(join(root, TASKS, "b.md"), "b\n");
    const named = listNew(files);
    rmSync(join(root, A));
    const reads = Object.fromEntries([...files.readEach(named)].map((read) => [read.stamp.path, read]));
    expect(reads).toMatchObject({
      [A]: { kind: "refused", code: "unreadable", message: expect.stringContaining("gone") },
      [`${TASKS}/b.md`]: { kind: "text", text: "b\n" },
    });
  });

  // Open files are counted in /proc, which no other system has.
  test.runIf(process.platform === "linux")("no folder stays open behind the reading", () => {
    const { root, files } = tree();
    writeFileSync(join(root, "tasks/workstreams/web/index.md"), "web\n");
    const named = listNew(files);
    const openBefore = readdirSync("/proc/self/fd").length;
    for (const _read of files.readEach(named)) break;
    expect([...files.readEach(named)]).toHaveLength(2);
    expect(readdirSync("/proc/self/fd")).toHaveLength(openBefore);
  });
});

function tree(): { root: string; files: TreeFiles } {
  const root = temporaryFolder();
  mkdirSync(join(root, TASKS), { recursive: true });
  mkdirSync(join(root, "tasks/workstreams/web"));
  writeFileSync(join(root, A), "a\n");
  return { root, files: createTreeFiles({ root }) };
}

function list(files: TreeFiles): readonly FileStamp[] {
  const listing = files.list();
  if (listing.kind === "failed") throw new Error(listing.detail);
  return listing.stamps;
}

/** As a cycle lists a tree of which it knows nothing, or only what is said. */
function listNew(files: TreeFiles, isKnown = (_path: string) => false): readonly FileStamp[] {
  const steps = files.listInSteps(isKnown);
  for (;;) {
    const step = steps.next();
    if (!step.done) continue;
    if (step.value.kind === "failed") throw new Error(step.value.detail);
    return step.value.stamps;
  }
}

/** What is there; files that were never looked at say the same when they are read for the first time. */
function readAll(files: TreeFiles): Record<string, string> {
  const first = [...files.readEach(listNew(files))].map((read) => [read.stamp.path, textOf(read)]);
  const all = Object.fromEntries(list(files).map((stamp) => [stamp.path, show(files, stamp)]));
  expect(Object.fromEntries(first)).toEqual(all);
  return all;
}

function show(files: TreeFiles, stamp: FileStamp | undefined): string {
  if (stamp === undefined) throw new Error("Nothing was listed.");
  return textOf(files.read(stamp));
}

/** The text, or reason and sentence. */
function textOf(read: FileRead): string {
  return read.kind === "text" ? read.text : `${read.code}: ${read.message}`;
}

function outsideFile(): string {
  const file = join(temporaryFolder(), "outside.md");
  writeFileSync(file, OUTSIDE);
  return file;
}

function odd(root: string, byte: number): Buffer {
  return Buffer.concat([Buffer.from(join(root, TASKS, "b")), Buffer.from([byte]), Buffer.from(".md")]);
}

test("T14: files where no tasks are read are listed, one folder deep and never through a link", () => {
  const { root, files } = tree();
  for (const folder of ["old", "old/older", "node_modules/x"])
    mkdirSync(join(root, TASKS, folder), { recursive: true });
  mkdirSync(join(root, "tasks/sub"));
  for (const path of [
    `${TASKS}/UP.MD`,
    `${TASKS}/old/b.md`,
    `${TASKS}/old/older/c.md`,
    "tasks/sub/d.markdown",
  ])
    writeFileSync(join(root, path), path);
  const outside = temporaryFolder();
  writeFileSync(join(outside, "x.md"), OUTSIDE);
  symlinkSync(outside, join(root, TASKS, "linked"));
  const read = readAll(files);
  expect(read).toMatchObject({
    [A]: "a\n",
    [`${TASKS}/UP.MD`]: `${TASKS}/UP.MD`,
    [`${TASKS}/old/b.md`]: `${TASKS}/old/b.md`,
    "tasks/sub/d.markdown": "tasks/sub/d.markdown",
  });
  expect(Object.keys(read)).not.toContain(`${TASKS}/old/older/c.md`);
  expect(Object.values(read)).not.toContain(OUTSIDE);
  const paths = [`${TASKS}/old/b.md`, "tasks/sub"] as never;
  const some = files.listSome(paths);
  expect(some.kind === "listed" && some.stamps.map(({ path }) => path).sort()).toEqual([
    "tasks/sub/d.markdown",
    `${TASKS}/old/b.md`,
  ]);
});

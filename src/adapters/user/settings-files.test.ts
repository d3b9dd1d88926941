import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { createSettingsFiles } from "./settings-files.ts";

function createPlace() {
  const folder = temporaryFolder("tasks-settings");
  const root = join(folder, "app");
  const ownFolder = join(folder, "home/config");
  mkdirSync(join(root, "tasks"), { recursive: true });
  mkdirSync(ownFolder, { recursive: true });
  return {
    ...{ folder, root, ownFolder, file: join(root, "tasks/config.yaml") },
    own: join(ownFolder, "config.yaml"),
    files: createSettingsFiles({ root, ownFolder }),
    of: (other: string) => createSettingsFiles({ root: other, ownFolder }),
    trustFiles: () => readdirSync(join(ownFolder, "trust")),
  };
}

/** A program of the system, and no package. */
const MAKE_PIPE = "mkfifo";

const RECORD = { digests: { "worker.command": "d1" } };

describe("J14: settings files are read like every other file of the tree", () => {
  test("what is there, and what is not", () => {
    const { files, file, own } = createPlace();
    expect(files.readRepository()).toEqual({ name: "tasks/config.yaml", text: null });
    expect(files.readOwn()).toEqual({ name: own, text: null });
    writeFileSync(file, "owner: é\n");
    writeFileSync(own, "owner: me\n");
    expect(files.readRepository().text).toBe("owner: é\n");
    expect(files.readOwn().text).toBe("owner: me\n");
  });

  test.each<[string, (place: ReturnType<typeof createPlace>) => void, RegExp]>([
    ["a device", ({ file }) => symlinkSync("/dev/zero", file), /is a link/],
    [
      "a link to a file",
      ({ file, folder }) => {
        writeFileSync(join(folder, "elsewhere"), "owner: x\n");
        symlinkSync(join(folder, "elsewhere"), file);
      },
      /is a link/,
    ],
    ["a dangling link", ({ file }) => symlinkSync("nowhere", file), /is a link/],
    [
      "a linked folder",
      ({ root, folder }) => {
        renameSync(join(root, "tasks"), join(folder, "other"));
        writeFileSync(join(folder, "other/config.yaml"), "owner: x\n");
        symlinkSync(join(folder, "other"), join(root, "tasks"));
      },
      /is behind a link/,
    ],
    ["a folder", ({ file }) => mkdirSync(file), /is not an ordinary file/],
    ["a pipe", ({ file }) => execFileSync(MAKE_PIPE, [file]), /is not an ordinary file/],
    ["more than 64 KB", ({ file }) => writeFileSync(file, "#".repeat(65_537)), /more than 65536 bytes/],
  ])("%s in the repository is refused", (_, put, words) => {
    const place = createPlace();
    put(place);
    expect(() => place.files.readRepository()).toThrow(words);
    expect(() => place.files.readRepository()).toThrow(/tasks\/config\.yaml/);
  });

  test("own settings may be a link, and no device", () => {
    const { files, own, folder } = createPlace();
    writeFileSync(join(folder, "dotfiles"), "owner: me\n");
    symlinkSync(join(folder, "dotfiles"), own);
    expect(files.readOwn().text).toBe("owner: me\n");
    const device = createPlace();
    symlinkSync("/dev/zero", device.own);
    expect(() => device.files.readOwn()).toThrow(/is not an ordinary file/);
  });
});

describe("J9: trust is kept in the user's own folder", () => {
  test("only its user may read it, and it is found again", async () => {
    const { files, ownFolder, trustFiles } = createPlace();
    expect(files.readTrust()).toBeNull();
    await files.writeTrust(RECORD);
    expect(files.readTrust()).toEqual(RECORD);
    const [name = ""] = trustFiles();
    expect(statSync(join(ownFolder, "trust", name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(ownFolder, "trust")).mode & 0o777).toBe(0o700);
    await files.removeTrust();
    await files.removeTrust();
    expect(files.readTrust()).toBeNull();
  });

  test("J4: it holds for one path", async () => {
    const { files, of, root, ownFolder, trustFiles } = createPlace();
    await files.writeTrust(RECORD);
    expect(of(`${root}2`).readTrust()).toBeNull();
    // Nor does another one's file count under this repository's name.
    await of("/other").writeTrust({ digests: { "worker.command": "d2" } });
    const [one = "", two = ""] = trustFiles().map((name) => join(ownFolder, "trust", name));
    const isOurs = readFileSync(one, "utf8").includes(root);
    renameSync(isOurs ? two : one, isOurs ? one : two);
    expect(files.readTrust()).toBeNull();
  });

  test("writers of many repositories at once lose nothing", async () => {
    const { of } = createPlace();
    const roots = Array.from({ length: 40 }, (_, at) => `/repository/${at}`);
    await Promise.all(roots.map((root) => of(root).writeTrust({ digests: { root } })));
    expect(roots.map((root) => of(root).readTrust()?.digests["root"])).toEqual(roots);
  });

  test.each([
    ["nothing", ""],
    ["half a file", '{"repository": "/x", "dig'],
    ["another shape", '["/x"]'],
    ["a number", "3"],
    ["no digests", '{"repository": "ROOT"}'],
    ["digests that are none", '{"repository": "ROOT", "digests": {"worker.command": 1}}'],
    ["a huge one", " ".repeat(70_000)],
  ])("%s in its place is no trust", async (_, text) => {
    const { files, root, ownFolder, trustFiles } = createPlace();
    await files.writeTrust(RECORD);
    const [name = ""] = trustFiles();
    writeFileSync(join(ownFolder, "trust", name), text.replace("ROOT", root));
    expect(files.readTrust()).toBeNull();
    await files.writeTrust(RECORD);
    expect(files.readTrust()).toEqual(RECORD);
  });

  test("a folder that cannot be written is said, with what to do", async () => {
    const { root, folder } = createPlace();
    writeFileSync(join(folder, "taken"), "");
    const files = createSettingsFiles({ root, ownFolder: join(folder, "taken/config") });
    await expect(files.writeTrust(RECORD)).rejects.toMatchObject({ code: "file_not_written" });
  });
});

test("J13: the stamp differs once a file has changed, and only then", async () => {
  const { files, file, own } = createPlace();
  const seen = [files.stamp()];
  const look = () => seen.push(files.stamp());
  writeFileSync(file, "owner: a\n");
  look();
  writeFileSync(own, "owner: b\n");
  look();
  await files.writeTrust(RECORD);
  look();
  await files.writeTrust({ digests: {} });
  look();
  await files.removeTrust();
  look();
  expect(seen.filter((stamp, at) => stamp === seen[at - 1])).toEqual([]);
  expect(files.stamp()).toBe(seen.at(-1));
});

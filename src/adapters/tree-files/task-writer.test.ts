import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createFailingFileSystem } from "../../../test/faults/failing-file-system.ts";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { asOrdinaryUser } from "../../../test/support/ordinary-user.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import type { AtomicFileSystem } from "../file-system/atomic-write.ts";
import { createTaskWriter } from "./task-writer.ts";

const FIX_IT = "tasks/workstreams/app/tasks/fix-it.md" as RelativePath;
const FOLDER = dirname(FIX_IT);

function repository(content: string | Buffer = "old\n") {
  const root = temporaryFolder("tasks-writer");
  mkdirSync(join(root, FOLDER), { recursive: true });
  writeFileSync(join(root, FIX_IT), content);
  const lockFile = join(root, ".tasks/task_manager/edits.lock");
  const open = (fileSystem?: AtomicFileSystem) =>
    createTaskWriter({ root, lockFile, ...(fileSystem && { fileSystem }) });
  return { root, file: join(root, FIX_IT), open };
}

test("the file keeps its mode, and no other file is left", async () => {
  const { root, file, open } = repository();
  for (const mode of [0o644, 0o600, 0o664, 0o755]) {
    chmodSync(file, mode);
    expect(await open().rewrite(FIX_IT, (text) => `${text}x`)).toEqual({ kind: "written" });
    expect(statSync(file).mode & 0o7777).toBe(mode);
  }
  expect(readdirSync(join(root, FOLDER))).toEqual(["fix-it.md"]);
});

test("T1: bytes that are no UTF-8 are never replaced: the edit is refused", async () => {
  const bytes = Buffer.from([0x61, 0xff, 0x0a]);
  const { file, open } = repository(bytes);
  expect(await open().rewrite(FIX_IT, () => "x")).toEqual({ kind: "refused", reason: "not_utf8" });
  expect(readFileSync(file)).toEqual(bytes);
});

test("S10: links are not followed, as a file, as a folder, or put in between", async () => {
  const { root, file, open } = repository();
  writeFileSync(join(root, "outside.md"), "theirs\n");
  symlinkSync(join(root, "outside.md"), join(root, FOLDER, "linked.md"));
  symlinkSync(root, join(root, "tasks/workstreams/linked"));
  mkdirSync(join(root, "tasks/workstreams/half"));
  symlinkSync(root, join(root, "tasks/workstreams/half/tasks"));
  const writer = open();
  const link = { kind: "refused", reason: "link" };
  expect(await writer.rewrite(`${FOLDER}/linked.md`, () => "x")).toEqual(link);
  expect(await writer.create("tasks/workstreams/linked/tasks/x.md" as RelativePath, "x")).toEqual(link);
  expect(await writer.create("tasks/workstreams/half/tasks/x.md" as RelativePath, "x")).toEqual(link);
  expect(await writer.create(`${FOLDER}/linked.md` as RelativePath, "x")).toEqual({ kind: "exists" });
  const swapped = await writer.rewrite(FIX_IT, () => {
    renameSync(file, `${file}.old`);
    symlinkSync(join(root, "outside.md"), file);
    return "x";
  });
  expect(swapped).toEqual({ kind: "changed" });
  expect(readFileSync(join(root, "outside.md"), "utf8")).toBe("theirs\n");
  expect(readdirSync(root).sort()).toEqual([".tasks", "outside.md", "tasks"]);
});

test("a save between the last fsync and the rename is kept", async () => {
  const { file, open } = repository();
  const system = createFailingFileSystem();
  const late: AtomicFileSystem = {
    ...system,
    open: async (path, flags, mode) => {
      const opened = await system.open(path, flags, mode);
      return {
        ...opened,
        close: async () => {
          await opened.close();
          if (flags === "wx") writeFileSync(file, "theirs\n");
        },
      };
    },
  };
  expect(await open(late).rewrite(FIX_IT, () => "ours\n")).toEqual({ kind: "changed" });
  expect(readFileSync(file, "utf8")).toBe("theirs\n");
  expect(readdirSync(dirname(file))).toEqual(["fix-it.md"]);
});

test("R3: whichever call fails, the file is the old or the new one, no other is left, and the reason is said", async () => {
  const calls = createFailingFileSystem();
  expect(
    await repository()
      .open(calls)
      .rewrite(FIX_IT, () => "new\n"),
  ).toEqual({ kind: "written" });
  for (const code of ["ENOSPC", "EIO", "EACCES", "EROFS"]) {
    for (let at = 0; at < calls.calls.length; at++) {
      const { file, open } = repository();
      const failing = createFailingFileSystem({ kind: "error", code, at, times: 1 });
      const rewriting = await open(failing).rewrite(FIX_IT, () => "new\n");
      expect(["old\n", "new\n"]).toContain(readFileSync(file, "utf8"));
      if (rewriting.kind === "failed") expect(rewriting.detail).toContain(`(${code})`);
      else expect(rewriting.kind).toBe("written");
      expect(readdirSync(dirname(file))).toEqual(["fix-it.md"]);
    }
  }
});

test("what a change throws reaches the caller, with its code", async () => {
  const error = Object.assign(new Error("no"), { code: "edit_refused" });
  const refuse = () => {
    throw error;
  };
  await expect(repository().open().rewrite(FIX_IT, refuse)).rejects.toBe(error);
});

test("C5: a lock that is no lock is said, and nothing is written", async () => {
  const { root, file, open } = repository();
  await open().rewrite(FIX_IT, () => null);
  writeFileSync(join(root, ".tasks/task_manager/edits.lock"), "x".repeat(4096));
  expect(await open().rewrite(FIX_IT, () => "new\n")).toMatchObject({
    kind: "failed",
    detail: expect.stringContaining("the edit lock cannot be taken"),
  });
  expect(readFileSync(file, "utf8")).toBe("old\n");
});

test("C5: a folder that may not be written to is said, and the file stays", async () => {
  const { root, file, open } = repository();
  await open().rewrite(FIX_IT, () => null);
  chmodSync(dirname(file), 0o555);
  await asOrdinaryUser(root, async () => {
    const denied = { kind: "failed", detail: "permission denied (EACCES)" };
    expect(await open().rewrite(FIX_IT, () => "new\n")).toMatchObject(denied);
    expect(await open().create(`${FOLDER}/new.md` as RelativePath, "new\n")).toMatchObject(denied);
  });
  chmodSync(dirname(file), 0o755);
  expect(readFileSync(file, "utf8")).toBe("old\n");
});

import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDiskUse } from "./disk-use.ts";

test("N62: worktrees and run files, each with its size", async () => {
  const root = await mkdtemp(join(tmpdir(), "disk-"));
  const stateFolder = join(root, ".tasks/task_manager");
  await mkdir(join(root, ".worktrees/a/node_modules"), { recursive: true });
  await writeFile(join(root, ".worktrees/a/.git"), "12345");
  await writeFile(join(root, ".worktrees/a/node_modules/x"), "123");
  await mkdir(join(stateFolder, "runs/r1"), { recursive: true });
  await writeFile(join(stateFolder, "runs/r1/log"), "12");
  const disk = createDiskUse({ root, stateFolder });
  const folders = await disk.folders();
  expect(folders).toEqual([".worktrees/a", ".tasks/task_manager/runs"]);
  const { signal } = new AbortController();
  expect(await Promise.all(folders.map((folder) => disk.sizeOf(folder, signal)))).toEqual([8, 2]);
  expect(await disk.sizeOf(".worktrees/gone", signal)).toBe(null);
  expect(await disk.sizeOf(".worktrees/a", AbortSignal.abort())).toBe(null);
});

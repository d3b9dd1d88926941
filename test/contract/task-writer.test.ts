import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createTaskWriter } from "../../src/adapters/tree-files/task-writer.ts";
import type { RelativePath } from "../../src/core/contract/task.ts";
import type { TaskWriter } from "../../src/ports/tree/task-writer.ts";
import type { TreeReader } from "../../src/ports/tree/tree-reader.ts";
import { createMemoryTaskWriter } from "../memory/memory-task-writer.ts";
import { createMemoryTree } from "../memory/memory-tree.ts";
import { createDiskTree, FIX_IT, TREE } from "./tree-adapters.ts";

type WriterWorld = {
  readonly writer: TaskWriter;
  readonly reader: TreeReader;
  write(path: string, text: string): void;
  remove(path: string): void;
};

const ADAPTERS: ReadonlyArray<readonly [name: string, create: () => WriterWorld]> = [
  ["memory", memoryWorld],
  ["disk", diskWorld],
];

function memoryWorld(): WriterWorld {
  const tree = createMemoryTree(TREE);
  return { ...tree, writer: createMemoryTaskWriter(tree) };
}

function diskWorld(): WriterWorld {
  const tree = createDiskTree();
  const lockFile = join(tree.root, ".tasks/task_manager/edits.lock");
  return { ...tree, writer: createTaskWriter({ root: tree.root, lockFile }) };
}

const NEW = "tasks/workstreams/app/tasks/new-one.md" as RelativePath;
const IN_NEW_FOLDER = "tasks/workstreams/other/tasks/new-one.md" as RelativePath;

describe.each(ADAPTERS)("TaskWriter: %s", (_name, create) => {
  async function textOf({ reader }: WriterWorld, path: string): Promise<string> {
    const read = await reader.read(path);
    return read.kind === "text" ? read.text : read.kind;
  }

  test("a file becomes what its change makes of it", async () => {
    const world = create();
    const rewriting = await world.writer.rewrite(FIX_IT, (text) => text.replace("ready", "blocked"));
    expect(rewriting).toEqual({ kind: "written" });
    expect(await textOf(world, FIX_IT)).toBe(TREE[FIX_IT]?.replace("ready", "blocked"));
  });

  test("a change that says null leaves it", async () => {
    const world = create();
    expect(await world.writer.rewrite(FIX_IT, () => null)).toEqual({ kind: "left" });
    expect(await textOf(world, FIX_IT)).toBe(TREE[FIX_IT]);
  });

  test("a change that throws leaves it, and the next edit is made", async () => {
    const world = create();
    const refuse = () => {
      throw new Error("no");
    };
    await expect(world.writer.rewrite(FIX_IT, refuse)).rejects.toThrow("no");
    expect(await world.writer.rewrite(FIX_IT, () => "new\n")).toEqual({ kind: "written" });
  });

  test("T1: what is saved meanwhile is kept, and reported", async () => {
    const world = create();
    const rewriting = await world.writer.rewrite(FIX_IT, () => {
      world.write(FIX_IT, "theirs\n");
      return "ours\n";
    });
    expect(rewriting).toEqual({ kind: "changed" });
    expect(await textOf(world, FIX_IT)).toBe("theirs\n");
  });

  test("a file that goes away meanwhile does not come back", async () => {
    const world = create();
    const rewriting = await world.writer.rewrite(FIX_IT, () => {
      world.remove(FIX_IT);
      return "ours\n";
    });
    expect(rewriting).toEqual({ kind: "changed" });
    expect(await textOf(world, FIX_IT)).toBe("missing");
  });

  test("edits at the same time are made one after the other", async () => {
    const world = create();
    const additions = Array.from({ length: 8 }, (_, number) => `- ${number}\n`);
    const rewritings = await Promise.all(
      additions.map((line) => world.writer.rewrite(FIX_IT, (text) => text + line)),
    );
    expect(new Set(rewritings.map(({ kind }) => kind))).toEqual(new Set(["written"]));
    const text = await textOf(world, FIX_IT);
    for (const line of additions) expect(text).toContain(line);
  });

  test("a new file is made, in a new folder too, and nothing is ever overwritten", async () => {
    const world = create();
    world.write("tasks/workstreams/other/index.md", "# Other\n");
    for (const path of [NEW, IN_NEW_FOLDER]) {
      expect(await world.writer.create(path, "one\n")).toEqual({ kind: "written" });
      expect(await world.writer.create(path, "two\n")).toEqual({ kind: "exists" });
      expect(await textOf(world, path)).toBe("one\n");
    }
  });

  test("of many who make the same file one does", async () => {
    const world = create();
    const makings = await Promise.all(["a", "b", "c", "d"].map((text) => world.writer.create(NEW, text)));
    expect(makings.filter(({ kind }) => kind === "written")).toHaveLength(1);
    expect(makings.filter(({ kind }) => kind === "exists")).toHaveLength(3);
  });

  test.each([
    "../tasks/x.md",
    "/etc/x.md",
    "tasks/../x.md",
    "tasks/.git/x.md",
    "tasks/config.yaml",
    "tasks/a\0.md",
    "README.md",
  ])("S9: %j is not written", async (path) => {
    const { writer } = create();
    const refused = { kind: "refused", reason: "outside" };
    expect(await writer.rewrite(path, () => "x")).toEqual(refused);
    expect(await writer.create(path as RelativePath, "x")).toEqual(refused);
  });

  test("a file that is not there is missing", async () => {
    expect(await create().writer.rewrite(NEW, () => "x")).toEqual({ kind: "missing" });
  });
});

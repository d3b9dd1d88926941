import { describe, expect, test } from "vitest";
import type { TreeFiles } from "../../src/ports/tree/tree-files.ts";
import { asPaths, DAVE, FIX_IT, INDEX, paths, TREE, TREE_ADAPTERS } from "./tree-adapters.ts";

describe.each(TREE_ADAPTERS)("TreeFiles: %s", (_name, create) => {
  test("every file of the format is listed, and no other", () => {
    const world = create();
    world.write("tasks/workstreams/app/tasks/notes.txt", "no task\n");
    world.write("tasks/workstreams/app/tasks/.draft.md", "hidden\n");
    world.write("tasks/workstreams/app/README.md", "about\n");
    world.write("tasks/config.yaml", "owner: dave\n");
    world.write("docs/x.md", "elsewhere\n");
    expect(paths(world.files.list())).toEqual(Object.keys(TREE).sort());
  });

  test("a stamp stays while the file does, and changes with each write, also of the same text", () => {
    const world = create();
    const before = stampOf(world.files, FIX_IT);
    expect(stampOf(world.files, FIX_IT)).toEqual(before);
    world.write(FIX_IT, TREE[FIX_IT] ?? "");
    expect(stampOf(world.files, FIX_IT)).not.toEqual(before);
  });

  test("reading gives the text, its size and the same hash for the same text", () => {
    const world = create();
    const [first, same, other] = [FIX_IT, DAVE, INDEX].map((path, index) => {
      world.write(path, index === 2 ? "other\n" : "same ü\n");
      return world.files.read(stampOf(world.files, path));
    });
    expect(first).toMatchObject({ kind: "text", text: "same ü\n", replaced: false, stamp: { sizeBytes: 8 } });
    expect(first).toMatchObject({ hash: hashOf(same) });
    expect(hashOf(other)).not.toBe(hashOf(first));
    expect(hashOf(first)).toMatch(/^[0-9a-f]{32,}$/);
  });

  test("P1: a tree of which nothing is known reads as one that was looked at", () => {
    const { files } = create();
    const steps = files.listInSteps(() => false);
    let step = steps.next();
    while (!step.done) step = steps.next();
    const named = step.value.kind === "listed" ? step.value.stamps : [];
    const reads = [...files.readEach(named)];
    expect(reads).toHaveLength(Object.keys(TREE).length);
    expect(reads).toEqual(reads.map(({ stamp }) => files.read(stampOf(files, stamp.path))));
  });

  test("a file that goes between listing and reading is refused with a sentence", () => {
    const world = create();
    const stamp = stampOf(world.files, FIX_IT);
    world.remove(FIX_IT);
    expect(world.files.read(stamp)).toMatchObject({
      kind: "refused",
      code: "unreadable",
      message: expect.stringContaining("gone"),
    });
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ["a file", [FIX_IT], [FIX_IT]],
    ["a file that is not there", ["tasks/workstreams/app/tasks/gone.md"], []],
    [
      "a folder with all below it",
      ["tasks/workstreams/app"],
      [INDEX, FIX_IT, "tasks/workstreams/app/initiatives/search/spec.md"],
    ],
    ["a folder that is not there", ["tasks/workstreams/gone"], []],
    ["a folder and a file in it, once", ["tasks/team", DAVE], [DAVE, "tasks/team/roles/architect.md"]],
    ["the whole tree", ["tasks"], Object.keys(TREE)],
    ["nothing of ours", ["docs", "tasks/workstreams/app/tasks/x.txt", "tasks/workstreams/app/other"], []],
    ["nothing", [], []],
  ])("listSome: %s", (_case, asked, expected) => {
    expect(paths(create().files.listSome(asPaths(...asked)))).toEqual([...expected].sort());
  });
});

function stampOf(files: TreeFiles, path: string) {
  const listing = files.list();
  const stamp = listing.kind === "listed" ? listing.stamps.find((one) => one.path === path) : undefined;
  if (stamp === undefined) throw new Error(`${path} is not listed.`);
  return stamp;
}

function hashOf(read: ReturnType<TreeFiles["read"]> | undefined): string {
  return read?.kind === "text" ? read.hash : "";
}

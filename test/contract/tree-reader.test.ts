import { describe, expect, test } from "vitest";
import { FIX_IT, TREE, TREE_ADAPTERS } from "./tree-adapters.ts";

describe.each(TREE_ADAPTERS)("TreeReader: %s", (_name, create) => {
  test("a file's text with the hash that the listing's reading gives it", async () => {
    const { files, reader } = create();
    const listing = files.list();
    const stamp = listing.kind === "listed" ? listing.stamps.find(({ path }) => path === FIX_IT) : undefined;
    const read = stamp === undefined ? null : files.read(stamp);
    expect(await reader.read(FIX_IT)).toEqual({
      kind: "text",
      path: FIX_IT,
      text: TREE[FIX_IT],
      hash: read?.kind === "text" ? read.hash : "none",
    });
  });

  test("the newest text, without a listing in between", async () => {
    const { reader, write } = create();
    await reader.read(FIX_IT);
    write(FIX_IT, "newer\n");
    expect(await reader.read(FIX_IT)).toMatchObject({ kind: "text", text: "newer\n" });
  });

  test("a file that is not there is missing", async () => {
    expect(await create().reader.read("tasks/workstreams/app/tasks/gone.md")).toEqual({ kind: "missing" });
  });

  test.each([
    "",
    "/",
    "tasks",
    "tasks/",
    ".tasks/task_manager/store.sqlite",
    ".git/config",
    "tasks/.git/x.md",
    "tasks/../.git/x.md",
    "tasks/../tasks/team/dave.md",
    "../tasks/team/dave.md",
    "./tasks/team/dave.md",
    "tasks/./team/dave.md",
    "tasks//team/dave.md",
    "/tasks/team/dave.md",
    "/etc/passwd",
    "//host/share/x.md",
    "C:/tasks/team/dave.md",
    "C:\\tasks\\team\\dave.md",
    "tasks\\team\\dave.md",
    "tasks/team\\..\\dave.md",
    "tasks/team/dave.md\0",
    "tasks/team/dave\0.md",
    "tasks/team/dave.md.",
    "tasks/team/dave.md ",
    "tasks/team./dave.md",
    "tasks/team /dave.md",
    "tasks/team/dave.md::$DATA",
    "tasks/team/dave.md?raw",
    "tasks/team/dave.svg",
    "tasks/config.yaml",
    "TASKS/team/dave.md",
    "tasks/%2e%2e/x.md",
    "tasks/team/dave%2emd",
    `tasks/${"a/".repeat(5000)}x.md`,
  ])("S9: %j is not served, whatever is there", async (path) => {
    const answer = await create().reader.read(path);
    expect(["missing", "refused"]).toContain(answer.kind);
    if (answer.kind === "refused") expect(answer.reason).toBe("outside");
  });
});

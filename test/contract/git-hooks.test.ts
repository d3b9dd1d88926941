import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createGitHooks } from "../../src/adapters/git/facts/hooks.ts";
import type { GitHooks, HookFolder, HookName } from "../../src/ports/git/git-hooks.ts";
import { createMemoryGitHooks } from "../memory/memory-git-hooks.ts";
import { gitEnvironment, never, withCommit } from "../support/task-worktrees.ts";

type World = { readonly hooks: GitHooks; put(name: HookName, text: string): void };

const ADAPTERS: ReadonlyArray<readonly [name: string, create: (treeFolder: string) => World]> = [
  [
    "memory",
    (treeFolder) => {
      const hooks = createMemoryGitHooks(treeFolder);
      return { hooks, put: (name, text) => hooks.set(name, { kind: "text", text }) };
    },
  ],
  [
    "git",
    (treeFolder) => {
      const { root } = withCommit();
      const folder = join(root, ".git/hooks");
      for (const path of [folder, join(root, treeFolder)]) mkdirSync(path, { recursive: true });
      return {
        hooks: createGitHooks({ root: join(root, treeFolder), env: gitEnvironment() }),
        put: (name, text) => writeFileSync(join(folder, name), text, { mode: 0o755 }),
      };
    },
  ],
];

describe.each(ADAPTERS)("GitHooks: %s", (_name, create) => {
  test("the folder and where the task tree is, as a person and a hook name them", async () => {
    expect(await found(create(""))).toMatchObject({ shown: ".git/hooks", treeFolder: "" });
    expect(await found(create("apps/web"))).toMatchObject({ shown: ".git/hooks", treeFolder: "apps/web" });
  });

  test("a hook is what was written last, by whomever", async () => {
    const world = create("");
    const folder = await found(world);
    expect(folder.read("post-merge")).toEqual({ kind: "none" });
    world.put("post-merge", "#!/bin/sh\necho mine ü\n");
    expect(folder.read("post-merge")).toEqual({ kind: "text", text: "#!/bin/sh\necho mine ü\n" });
    expect(folder.write("post-merge", "#!/bin/sh\n")).toEqual({ kind: "done" });
    expect(folder.read("post-merge")).toEqual({ kind: "text", text: "#!/bin/sh\n" });
    expect(folder.read("post-checkout")).toEqual({ kind: "none" });
  });

  test("a removed hook is gone, and may be removed again", async () => {
    const world = create("");
    const folder = await found(world);
    folder.write("post-checkout", "#!/bin/sh\n");
    expect(folder.remove("post-checkout")).toEqual({ kind: "done" });
    expect(folder.remove("post-checkout")).toEqual({ kind: "done" });
    expect(folder.read("post-checkout")).toEqual({ kind: "none" });
  });
});

async function found({ hooks }: World): Promise<HookFolder> {
  const search = await hooks.find(never());
  if (search.kind !== "found") throw new Error(JSON.stringify(search));
  return search.folder;
}

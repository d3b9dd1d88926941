import { describe, expect, test } from "vitest";
import { createMemoryGitHooks, type MemoryGitHooks } from "../../../test/memory/memory-git-hooks.ts";
import type { HookFile, HookName } from "../../ports/git/git-hooks.ts";
import { type HookResult, installHooks, uninstallHooks } from "./install-hooks.ts";

const MINE = "#!/bin/sh\necho mine\n";

test("both hooks are made, once; uninstalling deletes what was made", async () => {
  const hooks = createMemoryGitHooks();
  expect(await install(hooks)).toEqual([
    { name: "post-merge", path: ".git/hooks/post-merge", did: "made", message: null },
    { name: "post-checkout", path: ".git/hooks/post-checkout", did: "made", message: null },
  ]);
  expect(text(hooks)).toContain("tasks reconcile");
  const before = text(hooks);
  expect(dids(await install(hooks))).toEqual(["unchanged", "unchanged"]);
  expect(text(hooks)).toBe(before);
  expect(dids(await uninstall(hooks))).toEqual(["deleted", "deleted"]);
  expect(hooks.get("post-merge")).toEqual({ kind: "none" });
  expect(dids(await uninstall(hooks))).toEqual(["unchanged", "unchanged"]);
});

test("a hook that is there is kept, with and without ours", async () => {
  const hooks = createMemoryGitHooks();
  hooks.set("post-merge", { kind: "text", text: MINE });
  expect(dids(await install(hooks))).toEqual(["added", "made"]);
  expect(text(hooks)).toContain("echo mine");
  expect(dids(await install(hooks, ["node", "tasks.js"]))).toEqual(["updated", "updated"]);
  expect(text(hooks)).toContain("node tasks.js reconcile");
  expect(text(hooks).match(/reconcile /g)).toHaveLength(1);
  expect(dids(await uninstall(hooks))).toEqual(["taken_out", "deleted"]);
  expect(text(hooks)).toBe(MINE);
});

test("a task tree in a folder of the repository is named in the hook", async () => {
  const hooks = createMemoryGitHooks("app");
  await install(hooks);
  expect(text(hooks)).toContain('--repo "$PWD"/app ');
});

describe("a hook that is not to be changed is refused, with the line to add, and stays; the other is set", () => {
  test.each<[string, HookFile, string]>([
    ["not a shell's", { kind: "text", text: "#!/usr/bin/env node\n" }, "is a script for node"],
    ["unusable", { kind: "unusable", why: "is a link or a folder, not a file" }, "The hook is a link"],
    ["damaged", { kind: "text", text: `${MINE}# tasks: begin\n` }, "not their end"],
  ])("%s", async (_case, file, says) => {
    const hooks = createMemoryGitHooks();
    hooks.set("post-merge", file);
    const [merge, checkout] = await install(hooks);
    expect(merge).toMatchObject({ did: "refused", message: expect.stringContaining(says) });
    expect(merge?.message).toContain("Add this line to the hook yourself: [ ");
    expect(checkout?.did).toBe("made");
    expect(hooks.get("post-merge")).toEqual(file);
    expect(dids(await uninstall(hooks))[1]).toBe("deleted");
    expect(hooks.get("post-merge")).toEqual(file);
  });

  test("hooks that are taken from elsewhere", async () => {
    const hooks = createMemoryGitHooks();
    hooks.setSearch({ kind: "elsewhere", shown: "/home/dave/hooks", why: "Not here.", treeFolder: "" });
    const results = await install(hooks);
    expect(results.map(({ path }) => path)).toEqual([
      "/home/dave/hooks/post-merge",
      "/home/dave/hooks/post-checkout",
    ]);
    for (const { did, message } of results) {
      expect(did).toBe("refused");
      expect(message).toMatch(/^Not here\. Add this line to the hook yourself: .*tasks reconcile/);
    }
    expect(dids(await uninstall(hooks))).toEqual(["unchanged", "unchanged"]);
  });

  test("a folder that cannot be written to", async () => {
    const hooks = createMemoryGitHooks();
    hooks.setFailure("permission denied (EACCES)");
    const [merge] = await install(hooks);
    expect(merge).toMatchObject({
      did: "refused",
      message: expect.stringMatching(/^The hook could not be written: permission denied \(EACCES\)\. Add/),
    });
  });
});

test("without a repository there is a failure that a person can fix", async () => {
  const hooks = createMemoryGitHooks();
  hooks.setSearch({ kind: "failed", message: "No repository.", hint: "git init" });
  const failure = { code: "repository_missing", message: "No repository.", hint: "git init" };
  await expect(install(hooks)).rejects.toMatchObject(failure);
  await expect(uninstall(hooks)).rejects.toMatchObject(failure);
});

function install(hooks: MemoryGitHooks, command: readonly string[] = ["tasks"]) {
  return installHooks(hooks, { command, signal: new AbortController().signal });
}

function uninstall(hooks: MemoryGitHooks) {
  return uninstallHooks(hooks, { signal: new AbortController().signal });
}

function dids(results: readonly HookResult[]): readonly string[] {
  return results.map(({ did }) => did);
}

function text(hooks: MemoryGitHooks, name: HookName = "post-merge"): string {
  const file = hooks.get(name);
  return file.kind === "text" ? file.text : "";
}

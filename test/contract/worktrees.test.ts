import { describe, expect, test } from "vitest";
import type { CommitSha } from "../../src/core/contract/commit-sha.ts";
import { WORKTREES_ADAPTERS, type WorktreesWorld } from "./worktrees-adapters.ts";

const HASH = /^[0-9a-f]{40}$/;

describe.each(WORKTREES_ADAPTERS)("Worktrees: %s", (_name, create) => {
  test("the first preparation makes worktree and branch, the next uses them", async () => {
    const world = create();
    expect(world.worktrees.preflight("a")).toEqual({ kind: "clear", reused: false });
    const first = await prepare(world, "a");
    expect(first).toEqual({
      kind: "prepared",
      worktree: ".worktrees/a",
      folder: `${world.root}/.worktrees/a`,
      branch: "task/a",
      baseCommit: expect.stringMatching(HASH),
      created: true,
    });
    expect(world.worktrees.preflight("a")).toEqual({ kind: "clear", reused: true });
    expect(await prepare(world, "a")).toEqual({ ...first, created: false });
  });

  test("a key with its workstream has its own worktree, beside that of the slug", async () => {
    const world = create();
    expect(await prepare(world, "app/a")).toMatchObject({
      worktree: ".worktrees/app/a",
      branch: "task/app/a",
    });
    await prepare(world, "a");
    await prepare(world, "b");
    expect((await list(world)).map(({ slug }) => slug)).toEqual(["a", "app/a", "b"]);
  });

  test("a fresh worktree holds nothing", async () => {
    const world = create();
    const prepared = await prepare(world, "a");
    expect(await inspect(world, "a")).toEqual({
      slug: "a",
      worktree: ".worktrees/a",
      branch: "task/a",
      head: prepared.kind === "prepared" ? prepared.baseCommit : null,
      changedFiles: 0,
      editedAtMs: null,
      commits: 0,
      ownBranchCommits: null,
      merged: true,
      sizeBytes: null,
      diff: { files: 0, added: 0, removed: 0, newest: [] },
    });
    const nothing = { obstacle: null, onlyHere: [], mergedInAnotherForm: false };
    const { diff: _, ...facts } = (await inspect(world, "a")) ?? expect.fail("no worktree");
    expect(await list(world)).toEqual([{ ...facts, ...nothing }]);
    const [measured] = await world.worktrees.list({ measure: true, signal: never() });
    expect(measured?.sizeBytes).toBeTypeOf("number");
  });

  test("changes are counted, and keep the worktree", async () => {
    const world = create();
    await prepare(world, "a");
    world.change("a");
    world.change("a");
    expect(await inspect(world, "a")).toMatchObject({ changedFiles: 2, commits: 0, merged: true });
    expect(await remove(world, "a")).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("changed"),
    });
    expect(await inspect(world, "a")).toMatchObject({ changedFiles: 2 });
  });

  test("commits that the base lacks are counted, and keep the worktree", async () => {
    const world = create();
    const prepared = await prepare(world, "a");
    for (const _ of [1, 2]) {
      world.change("a");
      world.commit("a");
    }
    const facts = await inspect(world, "a");
    expect(facts).toMatchObject({ changedFiles: 0, commits: 2, merged: false });
    expect(facts?.head).not.toBe(prepared.kind === "prepared" ? prepared.baseCommit : null);
    expect(await remove(world, "a")).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("commits"),
    });
    expect(await prepare(world, "a")).toEqual({ ...prepared, created: false });
  });

  test("merged work goes with its branch, and the task can be started again", async () => {
    const world = create();
    const before = await prepare(world, "a");
    world.change("a");
    world.commit("a");
    world.merge("a");
    const { head } = (await inspect(world, "a")) ?? {};
    expect(await inspect(world, "a")).toMatchObject({ commits: 0, merged: true });
    expect(await remove(world, "a")).toEqual({ kind: "removed" });
    expect(await inspect(world, "a")).toBeNull();
    expect(await list(world)).toEqual([]);
    expect(world.worktrees.preflight("a")).toEqual({ kind: "clear", reused: false });
    expect(await prepare(world, "a")).toEqual({ ...before, baseCommit: head, created: true });
  });

  test("a folder that was deleted by hand is made again, with the branch as it was", async () => {
    const world = create();
    const before = await prepare(world, "a");
    world.change("a");
    world.commit("a");
    world.deleteFolder("a");
    expect(world.worktrees.preflight("a")).toEqual({ kind: "clear", reused: false });
    expect(await inspect(world, "a")).toBeNull();
    expect(await prepare(world, "a")).toEqual({ ...before, created: true });
    expect(await inspect(world, "a")).toMatchObject({ changedFiles: 0, commits: 1, merged: false });
  });

  test("no worktree: no facts, nothing to remove", async () => {
    const world = create();
    expect(await list(world)).toEqual([]);
    expect(await inspect(world, "a")).toBeNull();
    expect(await remove(world, "a")).toMatchObject({ kind: "refused", why: expect.stringContaining("none") });
  });

  test("a rebase does not touch what is not committed, and needs a worktree", async () => {
    const world = create();
    expect(await rebase(world, "a")).toMatchObject({
      kind: "manual",
      cause: "branch",
      why: "it has no worktree",
    });
    await prepare(world, "a");
    world.change("a");
    expect(await rebase(world, "a")).toMatchObject({
      kind: "dirty",
      why: expect.stringContaining("uncommitted"),
    });
    expect(await inspect(world, "a")).toMatchObject({ changedFiles: 1, commits: 0 });
  });

  test("two preparations at once: one makes it, both have it", async () => {
    const world = create();
    const both = await Promise.all([prepare(world, "a"), prepare(world, "a")]);
    expect(both.map((one) => one.kind === "prepared" && one.created).sort()).toEqual([false, true]);
    expect(new Set(both.map((one) => one.kind === "prepared" && one.folder)).size).toBe(1);
  });

  test("an aborted preparation fails and leaves nothing", async () => {
    const world = create();
    expect(await world.worktrees.prepare("a", AbortSignal.abort())).toMatchObject({ kind: "failed" });
    expect(await list(world)).toEqual([]);
    expect(await prepare(world, "a")).toMatchObject({ kind: "prepared", created: true });
  });

  test.each(["a b", "@", "..", "a.lock", "-n", "a\nb", "x".repeat(300), "app/ä ö"])(
    "W4: %j has a worktree and a branch of a safe name, and is found by its key",
    async (slug) => {
      const world = create();
      const first = await prepare(world, slug);
      expect(first).toMatchObject({ kind: "prepared", created: true });
      const worktree = first.kind === "prepared" ? first.worktree : "";
      expect(await prepare(world, slug)).toMatchObject({ kind: "prepared", worktree, created: false });
      expect(await inspect(world, slug)).toMatchObject({ slug, worktree, changedFiles: 0 });
      expect(await list(world)).toMatchObject([{ worktree }]);
      expect(await remove(world, slug)).toEqual({ kind: "removed" });
    },
  );

  test.each(["", "a/../../b", "a/b/c", "a//b"])(
    "S17: %j has no worktree and never gets one",
    async (slug) => {
      const world = create();
      expect(world.worktrees.preflight(slug)).toMatchObject({
        kind: "blocked",
        hint: expect.stringMatching(/\S/),
      });
      expect(await prepare(world, slug)).toMatchObject({ kind: "failed", hint: expect.stringMatching(/\S/) });
      expect(await inspect(world, slug)).toBeNull();
      expect(await remove(world, slug)).toMatchObject({ kind: "refused" });
      expect(await rebase(world, slug)).toMatchObject({ kind: "manual" });
      expect(await list(world)).toEqual([]);
    },
  );
});

test.each(WORKTREES_ADAPTERS)(
  "%s: what was merged in another form may go, with one commit more it stays",
  async (_name, create) => {
    const world = create();
    await prepare(world, "a");
    world.commit("a");
    const delivered = (await inspect(world, "a"))?.head ?? null;
    expect(delivered).not.toBeNull();
    expect(await remove(world, "a")).toMatchObject({ kind: "refused" });
    world.commit("a");
    expect(await world.worktrees.remove("a", { signal: never(), delivered })).toMatchObject({
      kind: "refused",
    });
    const newest = (await inspect(world, "a"))?.head ?? null;
    world.change("a");
    expect(await world.worktrees.remove("a", { signal: never(), delivered: newest })).toMatchObject({
      kind: "refused",
    });
    expect(await inspect(world, "a")).toMatchObject({ head: newest });
  },
);

test.each(WORKTREES_ADAPTERS)("%s: clean, it goes with its branch", async (_name, create) => {
  const world = create();
  await prepare(world, "a");
  world.commit("a");
  const delivered = (await inspect(world, "a"))?.head ?? null;
  expect(await world.worktrees.remove("a", { signal: never(), delivered })).toEqual({ kind: "removed" });
  expect(await list(world)).toEqual([]);
});

const prepare = ({ worktrees }: WorktreesWorld, slug: string) => worktrees.prepare(slug, never());
const inspect = ({ worktrees }: WorktreesWorld, slug: string) => worktrees.inspect(slug, never());
const remove = ({ worktrees }: WorktreesWorld, slug: string) => worktrees.remove(slug, { signal: never() });
const list = ({ worktrees }: WorktreesWorld) => worktrees.list({ measure: false, signal: never() });
const rebase = ({ worktrees }: WorktreesWorld, slug: string) =>
  worktrees.rebase({
    slug,
    branch: "task/a",
    base: "main",
    headCommit: "0".repeat(40) as CommitSha,
    dryRun: false,
    signal: never(),
  });

function never(): AbortSignal {
  return new AbortController().signal;
}

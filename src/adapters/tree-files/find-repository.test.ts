import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRepository, temporaryFolder } from "../../../test/support/git-repository.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { findRepository, type RepositoryRequest } from "./find-repository.ts";

const TASK = "tasks/workstreams/app/tasks/fix-it.md";

describe("where the repository is", () => {
  test("the nearest folder upwards from where the person typed", () => {
    const root = tree();
    mkdirSync(join(root, "src/deep"), { recursive: true });
    expect(find({ typedIn: join(root, "src/deep") })).toBe(root);
    expect(find({ typedIn: join(root, "tasks/workstreams") })).toBe(root);
  });

  test("--repo wins over TASKS_REPO, which wins over the folder; both may be relative", () => {
    const [asked, variable, here] = [tree(), tree(), tree()];
    const env = { TASKS_REPO: variable };
    expect(find({ asked, env, typedIn: here })).toBe(asked);
    expect(find({ env, typedIn: here })).toBe(variable);
    expect(find({ asked: ".", env, typedIn: here })).toBe(here);
    expect(find({ asked: "..", typedIn: join(here, "tasks") })).toBe(here);
    expect(find({ env: { TASKS_REPO: "" }, typedIn: here })).toBe(here);
  });

  test("no git is needed, and a link to the repository leads to it", () => {
    const root = tree();
    const link = join(temporaryFolder(), "link");
    symlinkSync(root, link);
    expect(find({ asked: link })).toBe(root);
  });
});

describe("a linked git worktree stands for its main one", () => {
  test("the whole repository", () => {
    const { main, linked } = worktrees("");
    expect(find({ typedIn: linked })).toBe(main);
    expect(find({ asked: linked })).toBe(main);
  });

  test("a folder of a larger repository", () => {
    const { main, linked } = worktrees("apps/web");
    expect(find({ typedIn: join(linked, "apps/web/tasks") })).toBe(join(main, "apps/web"));
  });

  test("not when the main one has no tree, or there is no main one", () => {
    const { main, linked } = worktrees("");
    rmSync(join(main, "tasks"), { recursive: true });
    expect(find({ typedIn: linked })).toBe(linked);
    const repository = createRepository({ [TASK]: "x\n" });
    repository.commit("all");
    const bare = join(temporaryFolder(), "app.git");
    repository.git("clone", "--quiet", "--bare", repository.root, bare);
    const checkout = join(temporaryFolder(), "checkout");
    repository.git("-C", bare, "worktree", "add", "--quiet", checkout, "main");
    expect(find({ typedIn: checkout })).toBe(checkout);
  });
});

describe("C5: what is wrong is said, with what was looked for and where", () => {
  test.each<[string, (folder: string) => Partial<RepositoryRequest>, RegExp]>([
    [
      "nothing upwards",
      (typedIn) => ({ typedIn }),
      /no folder tasks\/workstreams in .* or any folder above it/,
    ],
    [
      "asked, but gone",
      (folder) => ({ asked: join(folder, "gone") }),
      /--repo names .*gone, which does not exist/,
    ],
    ["asked, but a file", (folder) => ({ asked: join(folder, "file") }), /which is not a folder/],
    ["asked, but without a tree", (folder) => ({ asked: folder }), /which has no folder tasks\/workstreams/],
    ["the variable", (folder) => ({ env: { TASKS_REPO: folder } }), /^TASKS_REPO names/],
  ])("%s", (_name, request, expected) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    const error = failure(() => find(request(folder)));
    expect(error.code).toBe("repository_missing");
    expect(error.message).toMatch(expected);
    expect(error.message).toContain(folder);
    expect(error.hint).toContain("tasks init");
  });
});

function find(request: Partial<RepositoryRequest>): string {
  return findRepository({ asked: null, env: {}, typedIn: "/", ...request });
}

function failure(call: () => unknown): UserError {
  try {
    call();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("It was found.");
}

function tree(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, "tasks/workstreams"), { recursive: true });
  return root;
}

/** A repository whose tree lies in `folder`, and a linked worktree of it. */
function worktrees(folder: string): { main: string; linked: string } {
  const repository = createRepository({ [join(folder, TASK)]: "x\n" });
  repository.commit("all");
  const linked = join(temporaryFolder(), "linked");
  repository.git("worktree", "add", "--quiet", linked);
  return { main: repository.root, linked };
}

describe("T15: a task tree behind a link is not followed, and that is what is said", () => {
  test.each([
    ["tasks", (root: string) => symlinkSync(join(tree(), "tasks"), join(root, "tasks"))],
    [
      "tasks/workstreams",
      (root: string) => {
        mkdirSync(join(root, "tasks"));
        symlinkSync(join(tree(), "tasks/workstreams"), join(root, "tasks/workstreams"));
      },
    ],
  ])("%s", (folder, link) => {
    const root = temporaryFolder();
    link(root);
    const words = new RegExp(`folder ${folder} is a link; links are not followed`);
    expect(() => find({ typedIn: root })).toThrow(words);
    expect(() => find({ asked: root, typedIn: root })).toThrow(words);
  });

  test("a link to anything else is not a task tree", () => {
    const root = temporaryFolder();
    symlinkSync(temporaryFolder(), join(root, "tasks"));
    expect(() => find({ typedIn: root })).toThrow(/There is no task tree here/);
  });
});

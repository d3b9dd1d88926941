import { execFileSync } from "node:child_process";
import type { EventEmitter } from "node:events";
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { createRepository, temporaryFolder } from "../../../test/support/git-repository.ts";
import type { TreeWatch } from "../../ports/tree/tree-files.ts";
import { watchOneFolder } from "./folder-watches.ts";
import { createTreeFiles } from "./tree-files.ts";
import { createTreeWatch, type TreeWatchOptions } from "./tree-watch.ts";

const TASKS = "tasks/workstreams/app/tasks";
const A = `${TASKS}/a.md`;

describe("what people and programs do to a tree is noticed, and listing what was touched shows the end state", () => {
  test.each<[string, (root: string) => void]>([
    ["an editor's save: another name, then renamed over", (root) => save(root, A, "new\n")],
    ["a write in place", (root) => writeFileSync(join(root, A), "new\n")],
    [
      "deleted and written again",
      (root) => {
        unlinkSync(join(root, A));
        writeFileSync(join(root, A), "new\n");
      },
    ],
    ["a new workstream, all at once", (root) => write(root, "tasks/workstreams/new/tasks/b.md", "b\n")],
    ["a new initiative", (root) => write(root, "tasks/workstreams/app/initiatives/i/spec.md", "b\n")],
    ["the first people", (root) => write(root, "tasks/team/roles/architect.md", "b\n")],
    ["a workstream renamed", (root) => rename(root, "tasks/workstreams/app", "tasks/workstreams/web")],
    ["a workstream deleted", (root) => rmSync(join(root, "tasks/workstreams/app"), { recursive: true })],
    [
      "a folder swapped for another of the same name",
      (root) => {
        write(root, "other/tasks/c.md", "c\n");
        rename(root, "tasks/workstreams/app", "old");
        rename(root, "other", "tasks/workstreams/app");
      },
    ],
    [
      "a folder deleted and made again",
      (root) => {
        rmSync(join(root, TASKS), { recursive: true });
        write(root, `${TASKS}/c.md`, "c\n");
      },
    ],
    [
      "the whole tree swapped",
      (root) => {
        write(root, "other/workstreams/x/tasks/c.md", "c\n");
        rename(root, "tasks", "old");
        rename(root, "other", "tasks");
      },
    ],
    [
      "a name that is not UTF-8",
      (root) =>
        writeFileSync(
          Buffer.concat([Buffer.from(join(root, TASKS, "b")), Buffer.from([0xff]), Buffer.from(".md")]),
          "x",
        ),
    ],
  ])("%s", async (_name, change) => {
    const world = await watchedTree();
    change(world.root);
    await world.expectSeen();
    // And again, in every folder there is by now: the watches must have followed.
    for (const stamp of world.listed()) {
      writeFileSync(join(world.root, stamp), "once more\n", { flag: "a" });
      await world.expectSeen();
    }
  });

  test("a branch switch that brings, changes and takes files and folders", async () => {
    const {
      root,
      git,
      commit,
      write: put,
    } = createRepository({ [A]: "a\n", "tasks/milestones/m1.md": "m\n" });
    commit("main");
    git("switch", "--quiet", "-c", "side");
    git("rm", "--quiet", "tasks/milestones/m1.md");
    put("tasks/workstreams/new/tasks/b.md", "b\n");
    put(A, "other\n");
    commit("side");
    const world = await watchedTree(root);
    for (const branch of ["main", "side"]) {
      git("switch", "--quiet", branch);
      await world.expectSeen();
    }
  });

  test("files that are none of ours touch nothing", async () => {
    const { root, watch, hints } = await watchedTree();
    for (const name of ["4913", ".a.md.swp", "a.md~", "notes.txt"]) write(root, `${TASKS}/${name}`, "x");
    write(root, "README.md", "x");
    expect(await watch.prove()).toBe("proven");
    expect(watch.take()).toEqual([]);
    expect(hints()).toBe(0);
  });
});

describe("R12: bursts", () => {
  test("hundreds of files collapse to their folder", async () => {
    const { root, watch } = await watchedTree();
    for (let index = 0; index < 600; index += 1) writeFileSync(join(root, TASKS, `n${index}.md`), "");
    expect(await watch.prove()).toBe("proven");
    expect(watch.take()).toEqual([TASKS]);
  });

  test("10,000 changes become one full scan, and nothing of the end state is missed", async () => {
    const { root, expectSeen } = await watchedTree();
    for (let index = 0; index < 10_000; index += 1) writeFileSync(join(root, TASKS, `n${index}.md`), "x");
    unlinkSync(join(root, A));
    expect(await expectSeen()).toBeNull();
  });

  test("R11: events that the kernel drops because its queue is full are not taken for silence", async () => {
    const { root, watch } = await watchedTree();
    const busy = join(root, TASKS, "busy.txt");
    // Nothing reads the queue meanwhile: it overflows, and the last change leaves no event at all.
    for (let index = 0; index < 20_000; index += 1) {
      writeFileSync(busy, "");
      unlinkSync(busy);
    }
    writeFileSync(join(root, A), "last\n");
    // What is in the queue is delivered; the proof then finds an empty one and nothing to complain about.
    await setTimeout(50);
    const proof = await watch.prove();
    expect(proof === "unproven" || watch.take() === null).toBe(true);
  });
});

test("a proof comes after every earlier change, whichever folder it was in", async () => {
  const root = newTree();
  const tasks = ["app", "web", "api", "ops"].map(
    (workstream) => `tasks/workstreams/${workstream}/tasks/x.md`,
  );
  for (const path of [...tasks, "tasks/milestones/x.md", "tasks/team/roles/x.md"]) write(root, path, "x");
  const { watch, listed } = await watchedTree(root);
  for (let round = 0; round < 100; round += 1) {
    for (const path of listed()) writeFileSync(join(root, path), `${round}\n`);
    expect(await watch.prove()).toBe("proven");
    expect(watch.take()?.toSorted()).toEqual(listed().toSorted());
  }
});

describe("R11: watches that fail", () => {
  test.each(["ENOSPC", "EMFILE"])(
    "%s: polling, and watching again once the limit is lifted",
    async (code) => {
      let limited = true;
      const { root, watch } = await watchedTree(undefined, {
        watchFolder: (folder) => {
          if (limited && folder.endsWith("/tasks")) throw Object.assign(new Error("limit"), { code });
          return watchOneFolder(folder);
        },
      });
      expect(watch.mode()).toBe("polling");
      expect(await watch.prove()).toBe("unproven");
      expect(watch.take()).toBeNull();
      limited = false;
      watch.follow([]);
      expect(watch.mode()).toBe("watching");
      expect(watch.take()).toBeNull();
      writeFileSync(join(root, A), "new\n");
      expect(await watch.prove()).toBe("proven");
      expect(watch.take()).toEqual([A]);
    },
  );

  test("a watch that reports an error", async () => {
    const watchers: EventEmitter[] = [];
    const { watch } = await watchedTree(undefined, {
      watchFolder: (folder) => {
        const watcher = watchOneFolder(folder);
        watchers.push(watcher);
        return watcher;
      },
    });
    expect(watch.mode()).toBe("watching");
    watchers.at(-1)?.emit("error", new Error("broken"));
    expect(watch.mode()).toBe("polling");
    expect(await watch.prove()).toBe("unproven");
    expect(watch.take()).toBeNull();
  });

  test("asked not to watch", async () => {
    const { watch } = await watchedTree(undefined, { mode: "polling" });
    expect(watch.mode()).toBe("polling");
    watch.follow([]);
    expect(await watch.prove()).toBe("unproven");
    expect(watch.take()).toBeNull();
  });

  test.each<[string, (root: string) => void]>([
    ["the repository deleted", (root) => rmSync(root, { recursive: true })],
    ["the repository renamed", (root) => renameSync(root, `${root}-moved`)],
    ["the tasks folder deleted", (root) => rmSync(join(root, "tasks"), { recursive: true })],
    [
      "the tasks folder swapped for a link",
      (root) => {
        rename(root, "tasks", "real");
        symlinkSync("real", join(root, "tasks"));
      },
    ],
  ])("%s: nothing is proven, and it is found again when it is back", async (_name, harm) => {
    const { root, watch, expectSeen } = await watchedTree();
    harm(root);
    onTestFinished(() => rmSync(`${root}-moved`, { recursive: true, force: true }));
    const proof = await watch.prove();
    expect(proof === "unproven" || watch.take() === null).toBe(true);
    rmSync(join(root, "tasks"), { force: true });
    write(root, A, "back\n");
    watch.follow([]);
    expect(watch.mode()).toBe("watching");
    expect(watch.take()).toBeNull();
    writeFileSync(join(root, A), "again\n");
    await expectSeen();
  });

  test("a folder above the repository was moved away, which no watch reports", async () => {
    const above = temporaryFolder();
    const root = join(above, "parent/app");
    write(root, A, "a\n");
    const { watch } = await watchedTree(root);
    renameSync(join(above, "parent"), join(above, "moved"));
    expect(await watch.prove()).toBe("unproven");
  });

  test("a state folder that was deleted costs one proof", async () => {
    const { root, watch } = await watchedTree();
    rmSync(join(root, ".tasks"), { recursive: true });
    expect(await watch.prove()).toBe("unproven");
    expect(await watch.prove()).toBe("proven");
  });
});

test("proofs leave git status clean and no cookie behind, also when many run at once", async () => {
  const repository = createRepository({ [A]: "a\n" });
  repository.commit("all");
  const { root, watch } = await watchedTree(repository.root);
  const proofs = await Promise.all(Array.from({ length: 20 }, () => watch.prove()));
  expect(new Set(proofs)).toEqual(new Set(["proven"]));
  expect(repository.git("status", "--porcelain")).toBe("");
  expect(readdirSync(join(root, ".tasks/task_manager/watch"))).toEqual([]);
});

test("R17: a watch does not keep its process alive", () => {
  const root = temporaryFolder();
  write(root, A, "a\n");
  const script = `
    const { createTreeWatch } = await import(${JSON.stringify(import.meta.resolve("./tree-watch.ts"))});
    const watch = createTreeWatch({ root: ${JSON.stringify(root)}, stateFolder: ${JSON.stringify(join(root, ".tasks/x"))}, mode: "auto" });
    watch.start(() => {});
    console.log(await watch.prove(), watch.mode());`;
  const options = { encoding: "utf8", timeout: 10_000 } as const;
  expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], options)).toBe(
    "proven watching\n",
  );
});

/** A tree that is watched, with everything known. */
async function watchedTree(root = newTree(), options: Partial<TreeWatchOptions> = {}) {
  const files = createTreeFiles({ root });
  const watch: TreeWatch = createTreeWatch({
    root,
    stateFolder: join(root, ".tasks/task_manager"),
    mode: "auto",
    ...options,
  });
  onTestFinished(() => watch.stop());
  let hints = 0;
  watch.start(() => {
    hints += 1;
  });
  await watch.prove();
  watch.take();
  hints = 0;
  let known = stamps(files.list());

  /** What is known plus what was touched must be what is there: the use that the runner makes of a watch. */
  async function expectSeen(): Promise<readonly string[] | null> {
    const proof = await watch.prove();
    const touched = proof === "proven" ? watch.take() : null;
    if (touched === null) known = stamps(files.list());
    else {
      const gone = (path: string) => touched.some((one) => path === one || path.startsWith(`${one}/`));
      known = new Map([...known].filter(([path]) => !gone(path)));
      for (const [path, stamp] of stamps(files.listSome(touched))) known.set(path, stamp);
    }
    expect(asLines(known)).toEqual(asLines(stamps(files.list())));
    return touched;
  }
  return {
    root,
    watch,
    expectSeen,
    hints: () => hints,
    listed: () => [...known.keys()].filter((path) => !path.includes("\\x")),
  };
}

function newTree(): string {
  const root = temporaryFolder();
  write(root, A, "a\n");
  return root;
}

function stamps(listing: ReturnType<ReturnType<typeof createTreeFiles>["list"]>): Map<string, object> {
  if (listing.kind === "failed") throw new Error(listing.detail);
  return new Map(listing.stamps.map((stamp) => [stamp.path, stamp]));
}

function asLines(known: ReadonlyMap<string, object>): string[] {
  return [...known.values()].map((stamp) => JSON.stringify(stamp)).sort();
}

function write(root: string, path: string, text: string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}

function save(root: string, path: string, text: string): void {
  writeFileSync(join(root, `${path}.tmp`), text);
  rename(root, `${path}.tmp`, path);
}

function rename(root: string, from: string, to: string): void {
  renameSync(join(root, from), join(root, to));
}

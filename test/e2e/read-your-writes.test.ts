// F15 with everything real: the installed program, a file system, HTTP. Each round changes files and asks at once; the
// answer has to be the tree as it is then.

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { rounds } from "../support/rounds.ts";
import { descendantsOf, type Served, serveTasks, startTasks } from "./tasks-process.ts";

/** Longer than any machine takes: what is tested is what is answered, not how soon. */
const PATIENT = ["--refresh-wait", "30000"];
const TASKS_AT_FIRST = 12;

/** A tree of tasks and the titles that its files say at this moment. */
function createTree() {
  const root = temporaryFolder("tasks-read-your-writes");
  const titles = new Map<string, string>();
  const file = (slug: string) => join(root, `tasks/workstreams/app/tasks/${slug}.md`);
  let count = 0;
  const tree = {
    root,
    titles: () => Object.fromEntries([...titles].sort()),
    /** Another title of the same length each time, or of another one. */
    write(slug: string, ending = ""): void {
      count += 1;
      const title = `Change ${String(count).padStart(5, "0")}${ending}`;
      writeFileSync(file(slug), `---\ntitle: ${title}\nstatus: ready\n---\n`);
      titles.set(slug, title);
    },
    remove(slug: string): void {
      rmSync(file(slug));
      titles.delete(slug);
    },
    rename(from: string, to: string): void {
      renameSync(file(from), file(to));
      titles.set(to, titles.get(from) ?? "");
      titles.delete(from);
    },
  };
  mkdirSync(dirname(file("a")), { recursive: true });
  for (let index = 0; index < TASKS_AT_FIRST; index += 1) tree.write(`task-${index}`);
  return tree;
}

type Tree = ReturnType<typeof createTree>;

/** One round's change, by its number. */
async function change(tree: Tree, round: number): Promise<void> {
  const slug = `task-${round % TASKS_AT_FIRST}`;
  switch (round % 7) {
    case 0:
      return tree.write(slug);
    case 1:
      return tree.write(slug, " with a longer title".repeat(1 + (round % 5)));
    case 2:
      tree.write(slug);
      return tree.write(`task-${(round + 1) % TASKS_AT_FIRST}`);
    case 3:
      // The second change falls into the time in which hints of the first are gathered.
      tree.write(slug);
      await delay(round % 13);
      return tree.write(slug);
    case 4:
      return tree.write(`new-${round}`);
    case 5:
      return tree.rename(`new-${round - 1}`, `renamed-${round}`);
    default:
      return tree.remove(`renamed-${round - 1}`);
  }
}

async function titlesAt(served: Served): Promise<Readonly<Record<string, string>>> {
  const { tasks, freshness } = (await (await fetch(`${served.url}/status.json`)).json()) as ServedSnapshot;
  expect(freshness).toMatchObject({ state: "fresh", age_ms: expect.toSatisfy(Number.isInteger) });
  return Object.fromEntries(tasks.map(({ key, title }) => [key, title] as const).sort());
}

async function ready(served: Served): Promise<Served> {
  await expect.poll(async () => (await fetch(`${served.url}/readyz`)).status).toBe(200);
  return served;
}

test("F15: 200 times a write and a load at once: each shows it", async () => {
  const tree = createTree();
  const served = await ready(await serveTasks(PATIENT, { cwd: tree.root }));
  for (let round = 0; round < rounds({ short: 200, full: 2_000 }); round += 1) {
    await change(tree, round);
    expect([round, await titlesAt(served)]).toEqual([round, tree.titles()]);
  }
});

test("F15: every page that shows the snapshot does", async () => {
  const tree = createTree();
  const served = await ready(await serveTasks(PATIENT, { cwd: tree.root }));
  const paths = ["/status", "/tasks/task-0", "/workstreams/app", "/search?q=change"];
  for (let round = 0; round < 4; round += 1) {
    for (const path of paths) {
      tree.write("task-0");
      const page = await (await fetch(served.url + path)).text();
      expect([path, page.includes(tree.titles()["task-0"] ?? "")]).toEqual([path, true]);
    }
  }
  tree.write("brand-new");
  expect((await fetch(`${served.url}/tasks/brand-new`)).status).toBe(200);
  expect(await (await fetch(`${served.url}/activity`)).text()).toContain("brand-new");
});

test("F15: also when another process's runner leads", async () => {
  const tree = createTree();
  await startTasks(["run"], { cwd: tree.root }).printed(/published snapshot 1/);
  const viewer = await ready(await serveTasks(["--no-runner", ...PATIENT], { cwd: tree.root }));
  const second = await ready(await serveTasks(PATIENT, { cwd: tree.root }));
  for (let round = 0; round < rounds({ short: 21, full: 200 }); round += 1) {
    await change(tree, round);
    const shown = await Promise.all([titlesAt(viewer), titlesAt(second)]);
    expect([round, ...shown]).toEqual([round, tree.titles(), tree.titles()]);
  }
});

test("F15: also right after the runner was killed", async () => {
  const tree = createTree();
  const served = await ready(await serveTasks(PATIENT, { cwd: tree.root }));
  for (let round = 0; round < rounds({ short: 4, full: 20 }); round += 1) {
    const [runner = 0] = descendantsOf(served.process.pid ?? 0);
    process.kill(runner, "SIGKILL");
    await change(tree, 0);
    expect([round, await titlesAt(served)]).toEqual([round, tree.titles()]);
  }
});

test("F12: a load that is not served in time is late, says why, and is answered with what there is", async () => {
  const tree = createTree();
  const served = await ready(await serveTasks(["--refresh-wait", "0"], { cwd: tree.root }));
  const { freshness, tasks } = (await (await fetch(`${served.url}/status.json`)).json()) as ServedSnapshot;
  expect(tasks).toHaveLength(TASKS_AT_FIRST);
  expect(freshness).toMatchObject({
    state: "late",
    stale_reason: "timeout",
    detail: "An update is still running; what you see is from the one before it.",
  });
});

// The store's log and shared memory deleted by hand or by a cleaning program, while processes have them open and while
// none has: nothing that was accepted is lost silently, and a good database is never taken for a damaged one.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { descendantsOf, runTasks, runTasksJson, serveTasks } from "../e2e/tasks-process.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository } from "../support/git-repository.ts";
import { eventually } from "../support/served-tree.ts";

type Runs = { readonly runs: readonly { readonly task: string }[] };

function createPlace() {
  const slugs = ["before", "after", "later"];
  const files = slugs.map((slug) => [taskPath(slug), taskText({ title: slug })]);
  const { root, commit } = createRepository(Object.fromEntries(files));
  commit("Tree");
  const folder = join(root, ".tasks/task_manager");
  const tasks = (...words: string[]) => runTasks(words, { cwd: root });
  return {
    root,
    serve: () => serveTasks([], { cwd: root }),
    claim: async (task: string) => expect(await tasks("claim", task)).toMatchObject({ code: 0 }),
    tasks,
    claimed: async () => {
      const { runs } = await runTasksJson<Runs>(["runs"], { cwd: root });
      return runs.map(({ task }) => task).toSorted();
    },
    remove: (...names: string[]) => {
      for (const name of names) rmSync(join(folder, `store.sqlite${name}`));
    },
    hasLog: () => existsSync(join(folder, "store.sqlite-wal")),
    movedAside: () => readdirSync(folder).filter((name) => name.includes("corrupt")),
  };
}

async function readStatus(url: string): Promise<ServedSnapshot> {
  const response = await fetch(`${url}/status.json`);
  return (await response.json()) as ServedSnapshot;
}

const workers = ({ tasks }: ServedSnapshot) =>
  tasks
    .filter(({ run }) => run !== null)
    .map(({ key }) => key)
    .toSorted();

test.each([{ names: ["-wal", "-shm"] }, { names: ["-wal"] }, { names: ["-shm"] }])(
  "R22: $names deleted while it is served: what was accepted before and after is there, and the page is true",
  async ({ names }) => {
    const place = createPlace();
    const served = await place.serve();
    await eventually(
      () => readStatus(served.url),
      ({ freshness }) => freshness.state === "fresh",
    );
    await place.claim("before");
    place.remove(...names);
    await place.claim("after");
    const shown = await eventually(
      () => readStatus(served.url),
      (status) => workers(status).length === 2,
    );
    expect(workers(shown)).toEqual(["after", "before"]);
    expect(shown.freshness.state).toBe("fresh");
    await place.claim("later");
    served.process.kill("SIGTERM");
    await served.ended;
    expect(await place.claimed()).toEqual(["after", "before", "later"]);
    expect(place.movedAside()).toEqual([]);
  },
);

test.each([
  { names: ["-wal"], notice: "log was deleted while no process had it open" },
  { names: ["-shm"], notice: "" },
])(
  "R22: $names deleted after all processes were killed costs no more than what was in it, and that is said",
  async ({ names, notice }) => {
    const place = createPlace();
    await place.claim("before");
    const served = await place.serve();
    await eventually(
      () => readStatus(served.url),
      ({ freshness }) => freshness.state === "fresh",
    );
    await place.claim("after");
    const pids = descendantsOf(served.process.pid ?? 0);
    for (const pid of [served.process.pid ?? 0, ...pids]) process.kill(pid, "SIGKILL");
    await served.ended;
    expect(place.hasLog()).toBe(true);
    place.remove(...names);
    const { code, stderr } = await place.tasks("runs");
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(notice) });
    expect(await place.claimed()).toContain("before");
    expect(place.movedAside()).toEqual([]);
  },
);

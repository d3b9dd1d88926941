// Runners that die, hang and wake up late while workers are at work: real processes, real git. A worker notes its pid
// and checks whether another one of the same task is alive, so that two at once are found no matter what caused them.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { type RunningTasks, runTasks, runTasksJson, startTasks } from "../e2e/tasks-process.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository } from "../support/git-repository.ts";
import { eventually, processesNaming } from "../support/served-tree.ts";
import { stopBetweenWrites } from "../support/stop-between-writes.ts";
import { trustRepository } from "../support/trust.ts";

/** Works until the test lets it finish; says so in files beside the repository's own. */
const AGENT = `
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
const [folder, slug] = process.argv.slice(2);
const isAlive = (pid) => { try { return !/\\) [ZX] /.test(readFileSync("/proc/" + pid + "/stat", "utf8")); } catch { return false; } };
const note = folder + "/" + slug + ".pid";
if (existsSync(note) && isAlive(Number(readFileSync(note, "utf8")))) writeFileSync(folder + "/two-at-once", slug);
writeFileSync(note, String(process.pid));
appendFileSync(folder + "/" + slug + ".starts", process.pid + "\\n");
setInterval(() => {
  console.log("at work " + Math.random());
  if (!existsSync(folder + "/" + slug + ".finish")) return;
  execFileSync("tasks", ["finish", "--outcome", "done", "--note", "all of it"]);
  process.exit(0);
}, 50);
`;

/** A term of 7 s, so that a lease that is lost is lost soon; retries at once, and more often than starts are interrupted. */
const SETTINGS = {
  TASKS_DISPATCH_ATTEMPTS: "20",
  TASKS_CYCLE_TIMEOUT_S: "1",
  TASKS_CYCLE_INTERVAL_S: "1",
  TASKS_DISPATCH_RETRY_FIRST_S: "0.1",
};

async function createPlace() {
  const repository = createRepository({ [taskPath("a")]: taskText({ title: "A" }), "agent.mjs": AGENT });
  const { root } = repository;
  const command = [process.execPath, join(root, "agent.mjs"), root, "{slug}"];
  repository.write("tasks/config.yaml", JSON.stringify({ worker: { command, stop_grace_s: 1 } }));
  repository.commit("Tree");
  await trustRepository(root);
  const options = { cwd: root, env: SETTINGS };
  // Whatever a test leaves at work ends with it.
  onTestFinished(async () => {
    await runTasks(["stop", "--all", "--yes"], options);
    await eventually(
      () => processesNaming(root),
      (pids) => pids.length === 0,
    );
  });
  const read = (name: string) => (existsSync(join(root, name)) ? readFileSync(join(root, name), "utf8") : "");
  return {
    root,
    run: () => startTasks(["run"], options),
    tasks: (...words: string[]) => runTasks(words, options),
    json: <T>(...words: string[]) => runTasksJson<T>(words, options),
    starts: () => read("a.starts").trim().split("\n").filter(Boolean).map(Number),
    finish: () => writeFileSync(join(root, "a.finish"), ""),
    expectNeverTwo: () => expect(read("two-at-once")).toBe(""),
    row: async () => {
      const snapshot = await runTasksJson<ServedSnapshot>(["heartbeat"], options);
      return snapshot.tasks.find(({ key }) => key === "a");
    },
  };
}

type Place = Awaited<ReturnType<typeof createPlace>>;

async function worksUnder(place: Place, runner: RunningTasks): Promise<number> {
  await runner.printed(/holds the lease/);
  expect(await place.tasks("kickoff", "a")).toMatchObject({ code: 0 });
  return (await eventually(place.starts, (pids) => pids.length === 1))[0] ?? 0;
}

test("a runner that is killed takes no worker with it: the next one finds it at work, and its end", async () => {
  const place = await createPlace();
  const runner = place.run();
  const worker = await worksUnder(place, runner);
  runner.process.kill("SIGKILL");
  await runner.ended;
  const next = place.run();
  await next.printed(/holds the lease/);
  const row = await place.row();
  expect([row?.group, row?.run?.state, row?.run?.attempt, isAlive(worker)]).toEqual([
    "active",
    "running",
    1,
    true,
  ]);
  place.finish();
  await eventually(place.row, (seen) => seen?.group === "in_review");
  expect(place.starts()).toEqual([worker]);
});

test("R9: a runner that was stopped past its lease wakes up late, changes nothing and starts nothing", async () => {
  const place = await createPlace();
  const runner = place.run();
  const worker = await worksUnder(place, runner);
  const stopped = runner.process;
  const slots = join(process.env["TASKS_HOME"] ?? "", "state/worker-slots.sqlite");
  stopBetweenWrites(stopped.pid ?? 0, join(place.root, ".tasks/task_manager/store.sqlite"), slots);
  onTestFinished(() => void stopped.kill("SIGCONT"));
  const next = place.run();
  const [, epoch] = await next.printed(/holds the lease, epoch (\d+)/);
  process.kill(worker, "SIGKILL");
  await eventually(place.starts, (pids) => pids.length === 2);
  stopped.kill("SIGCONT");
  await runner.printed(/waits: process/);
  const { epoch: publishedBy } = await place.json<ServedSnapshot>("heartbeat");
  expect(publishedBy).toBe(Number(epoch));
  place.finish();
  await eventually(place.row, (seen) => seen?.group === "in_review");
  expect(place.starts()).toHaveLength(2);
  place.expectNeverTwo();
});

test("a worker whose supervisor is killed is ended before it is tried again: never two at once", async () => {
  const place = await createPlace();
  const runner = place.run();
  const worker = await worksUnder(place, runner);
  const [supervisor = 0] = processesNaming("supervise").filter((pid) => isOf(pid, place.root));
  process.kill(supervisor, "SIGKILL");
  await eventually(place.starts, (pids) => pids.length === 2);
  expect(isAlive(worker)).toBe(false);
  const row = await place.row();
  expect(row?.run).toMatchObject({ state: "running", attempt: 2, failures_in_row: 1 });
  expect(row?.signals.map(({ code, tier }) => [code, tier])).toEqual([["worker_gone", 1]]);
  place.expectNeverTwo();
});

test("a runner that is killed in the middle of a start: the run is found and started again", async () => {
  const place = await createPlace();
  for (let round = 0; round < 5; round += 1) {
    const runner = place.run();
    await runner.printed(/holds the lease/);
    if (round === 0) await place.tasks("kickoff", "a");
    // Somewhere between taking the run and having started its worker, or before or after both.
    await new Promise((resolve) => setTimeout(resolve, 60 * round));
    runner.process.kill("SIGKILL");
    await runner.ended;
  }
  place.run();
  await eventually(place.row, (row) => row?.run?.state === "running", 40_000);
  place.finish();
  await eventually(place.row, (row) => row?.group === "in_review");
  place.expectNeverTwo();
});

/** A zombie is dead too. */
function isAlive(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/\) [ZX] /.test(readFileSync(file, "utf8"));
}

function isOf(pid: number, root: string): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(root);
}

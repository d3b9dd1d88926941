// What is stored is a contract: a supervisor that the version before started lives through the upgrade, and so does the
// `tasks` that its worker finds on its PATH. Real processes of both versions on one store; the older program is packed
// (test/support/older-program.ts).

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { runTasks, runTasksJson } from "../e2e/tasks-process.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository, temporaryFolder } from "../support/git-repository.ts";
import { unpackOlderProgram } from "../support/older-program.ts";
import { eventually, processesNaming } from "../support/served-tree.ts";
import { trustRepository } from "../support/trust.ts";

/** `stopped` works on; `asking` waits for an answer; `finishing` reports and finishes once a file says so. */
const WORKER = `
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
const [folder, slug] = process.argv.slice(2);
const tasks = (...words) => execFileSync("tasks", words, { encoding: "utf8" }).trim();
const done = (note) => tasks("finish", "--outcome", "done", "--note", note);
if (slug === "asking") done("deployed to " + tasks("ask", "Which region?", "--choice", "eu", "--choice", "us", "--wait"));
else setInterval(() => {
  if (slug !== "finishing" || !existsSync(folder + "/go")) return;
  tasks("report", "--progress", "nearly there");
  done("all of it");
  process.exit(0);
}, 50);
`;

type RunState = { readonly state: string; readonly outcome: unknown; readonly question: unknown };

function createPlace() {
  const slugs = ["stopped", "asking", "finishing"];
  const repository = createRepository(
    Object.fromEntries(slugs.map((slug) => [taskPath(slug), taskText({ title: slug })])),
  );
  const { root } = repository;
  repository.write("worker.mjs", WORKER);
  const command = [process.execPath, join(root, "worker.mjs"), root, "{slug}"];
  repository.write("tasks/config.yaml", JSON.stringify({ worker: { command, stop_grace_s: 1 } }));
  repository.commit("Tree");
  const now = { cwd: root };
  const before = { cwd: root, main: unpackOlderProgram(temporaryFolder("older-program")) };
  onTestFinished(async () => {
    for (const pid of processesNaming(root)) process.kill(pid, "SIGKILL");
    await eventually(
      () => processesNaming(root),
      (pids) => pids.length === 0,
    );
  });
  const stateFolder = join(root, ".tasks/task_manager");
  const run = async (slug: string): Promise<RunState> => {
    const { runs } = await runTasksJson<{ runs: RunState[] }>(["runs", slug, "--limit", "1"], now);
    if (runs[0] === undefined) throw new Error(`There is no run of ${slug}.`);
    return runs[0];
  };
  return {
    root,
    slugs,
    stateFolder,
    now: (...words: string[]) => runTasks(words, now),
    before: (...words: string[]) => runTasks(words, before),
    program: before.main,
    run,
    until: (slug: string, isSo: (run: RunState) => boolean) => eventually(() => run(slug), isSo, 30_000),
  };
}

type Place = ReturnType<typeof createPlace>;

/** A worker of the version before for each task, and then the store as this version makes it. */
async function upgradeWithWorkers(place: Place): Promise<void> {
  for (const slug of place.slugs)
    expect(await place.before("kickoff", slug, "--now")).toMatchObject({ code: 0 });
  expect(schemaOf(place)).toEqual({ version: 4, hasAdditions: false });
  expect(await place.now("heartbeat")).toMatchObject({ code: 0 });
  expect(schemaOf(place)).toEqual({ version: 4, hasAdditions: true });
  const program = readFileSync(join(place.stateFolder, "bin/tasks"), "utf8");
  expect(program).toContain(place.program);
}

function schemaOf({ stateFolder }: Place) {
  const database = new DatabaseSync(join(stateFolder, "store.sqlite"), { readOnly: true });
  try {
    const { user_version: version } = database.prepare("PRAGMA user_version").get() ?? {};
    const additions = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'additions'").get();
    return { version, hasAdditions: additions !== undefined };
  } finally {
    database.close();
  }
}

test("R19, J13: a supervisor and a worker of the version before are stopped, ask and finish under this one", async () => {
  const place = createPlace();
  await upgradeWithWorkers(place);

  expect(await place.now("stop", "stopped", "--yes")).toMatchObject({ code: 0 });
  await place.until("stopped", ({ state }) => state === "interrupted");

  await place.until("asking", ({ question }) => question !== null);
  expect(await place.now("answer", "asking", "eu")).toMatchObject({ code: 0 });
  const asked = await place.until("asking", ({ state }) => state === "exited");
  expect(asked.outcome).toMatchObject({ kind: "done", note: "deployed to eu" });

  writeFileSync(join(place.root, "go"), "");
  const finished = await place.until("finishing", ({ state }) => state === "exited");
  expect(finished.outcome).toMatchObject({ kind: "done", note: "all of it" });
});

test("R20: the program before reads and changes what this one has written, and takes none of it for damage", async () => {
  const place = createPlace();
  await trustRepository(place.root);
  expect(await place.now("kickoff", "finishing")).toMatchObject({ code: 0 });
  expect(await place.now("acknowledge", "finishing")).toBeDefined();
  for (const words of [["list"], ["runs"], ["show", "finishing"], ["pause"], ["resume"], ["heartbeat"]]) {
    const { code, stderr } = await place.before(...words);
    expect({ words, code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining("damage") });
  }
  expect(await place.before("stop", "finishing", "--yes")).toMatchObject({ code: 0 });
  expect((await place.run("finishing")).state).toBe("closed");
  expect(await place.now("list")).toMatchObject({ code: 0 });
  expect(readdirSync(place.stateFolder).filter((name) => name.includes("corrupt"))).toEqual([]);
});

// Stores that do not belong to this folder: they came with git, with a copy, or from another user. A store starts workers, so none
// of these is trusted (src/adapters/sqlite/store-admission.ts).

import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { createStoreAdmission } from "../../src/adapters/sqlite/store-admission.ts";
import { KnownStores } from "../../src/adapters/user/known-stores.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { acted, queued } from "../contract/store-run-samples.ts";
import { holder, T0_MS, TERM_MS } from "../contract/store-samples.ts";
import { runTasks, runTasksJson } from "../e2e/tasks-process.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository, openRepository, temporaryFolder } from "../support/git-repository.ts";
import { unpackOlderProgram } from "../support/older-program.ts";

const STATE_FOLDER = ".tasks/task_manager";
const STORE_FILE = `${STATE_FOLDER}/store.sqlite`;

type Opening = {
  readonly root: string;
  /** The user's own state folder. */
  readonly own: string;
  readonly isTracked?: boolean;
  readonly adoptsAny?: boolean;
  readonly isAliveHere?: boolean;
};

function open({ root, own, ...so }: Opening): Promise<Store> {
  const { isTracked = false, adoptsAny = false, isAliveHere = false } = so;
  return openUntilTheEnd(root, {
    repository: root,
    path: STORE_FILE,
    known: new KnownStores(own),
    isTracked: () => isTracked,
    isAliveHere: () => isAliveHere,
    adoptsAny,
  });
}

async function openUntilTheEnd(
  root: string,
  admission?: Parameters<typeof createStoreAdmission>[0],
): Promise<Store> {
  const store = await openSqliteStore({
    file: join(root, STORE_FILE),
    nowMs: () => T0_MS,
    ...(admission === undefined ? {} : { admission: createStoreAdmission(admission) }),
  });
  onTestFinished(() => store.close());
  return store;
}

/** A folder with a store that has a queued run, made by a user with that state folder. */
async function madeBy(own: string): Promise<string> {
  const root = temporaryFolder("foreign");
  const store = await open({ root, own });
  await store.insertRun({ run: queued("a"), action: acted("kickoff") });
  await store.close();
  return root;
}

async function facts(store: Store) {
  const runs = await store.readOpenRuns();
  return { runs: runs.map(({ key }) => key), pausedBy: (await store.readPause())?.by ?? null };
}

const movedAside = (root: string) =>
  readdirSync(join(root, ".tasks")).filter((name) => name.includes("foreign"));

test("S25: a store that came with a commit is moved aside with all that lies beside it, before any of it is believed", async () => {
  const origin = createRepository({ [taskPath("a")]: taskText({ title: "A" }) });
  const planted = await openUntilTheEnd(origin.root);
  await planted.insertRun({ run: queued("a"), action: acted("kickoff") });
  await planted.close();
  origin.write(`${STATE_FOLDER}/task-manager-everyone.snapshot.json`, "{}");
  origin.git("add", "-A", "-f");
  origin.commit("A store");
  const root = join(temporaryFolder("clone"), "clone");
  origin.git("clone", "--quiet", origin.root, root);

  const { code, stdout, stderr } = await runTasks(["runs", "--format", "json"], { cwd: root });
  expect({ code, runs: JSON.parse(stdout).runs }).toEqual({ code: 0, runs: [] });
  expect(stderr).toMatch(/moved aside as task_manager\.foreign-.*git tracks it.*git rm -r --cached \.tasks/);
  expect(movedAside(root)).toHaveLength(1);
  expect(existsSync(join(root, STATE_FOLDER, "task-manager-everyone.snapshot.json"))).toBe(false);

  expect(await runTasks(["claim", "a"], { cwd: root })).toMatchObject({ code: 0 });
  // A checkout puts the committed one in the place of ours, which is a change of the file and no decision of a person.
  openRepository(root).git("checkout", "--quiet", "--", ".tasks");
  const again = await runTasks(["runs", "--format", "json"], { cwd: root });
  expect(JSON.parse(again.stdout).runs).toEqual([]);
  expect(again.stderr).toContain("moved aside");
});

test("S25: a copy of a folder does not take over the runs of the one it was copied from", async () => {
  const own = temporaryFolder("own");
  const root = await madeBy(own);
  const copy = join(temporaryFolder("copy"), "copy");
  cpSync(root, copy, { recursive: true });
  const store = await open({ root: copy, own });
  expect(await facts(store)).toEqual({ runs: [], pausedBy: null });
  expect(store.notices).toEqual([expect.stringContaining(`it is a copy of the store of ${root}`)]);
  expect(movedAside(copy)).toHaveLength(1);
  expect(await facts(await open({ root, own }))).toEqual({ runs: ["a"], pausedBy: null });
});

test("S27: a repository that is moved keeps its runs, and says so once", async () => {
  const own = temporaryFolder("own");
  const root = await madeBy(own);
  const there = join(temporaryFolder("moved"), "there");
  renameSync(root, there);
  mkdirSync(root);
  const store = await open({ root: there, own });
  expect(await facts(store)).toEqual({ runs: ["a"], pausedBy: null });
  expect(store.notices).toEqual([`The repository was moved here from ${root}; its runs came with it.`]);
  expect((await open({ root: there, own })).notices).toEqual([]);
});

test("S25: a store that another user made for another folder is moved aside, unless a person says that it is theirs", async () => {
  const root = await madeBy(temporaryFolder("theirs"));
  const there = join(temporaryFolder("unpacked"), "there");
  renameSync(root, there);
  const own = temporaryFolder("own");
  const store = await open({ root: there, own });
  expect(await facts(store)).toEqual({ runs: [], pausedBy: null });
  expect(store.notices[0]).toMatch(/it was made for .*If it is yours.*TASKS_ADOPT_STORE=yes tasks runs$/);
  const [name = ""] = movedAside(there);
  await store.close();
  renameSync(join(there, STATE_FOLDER), join(there, "away"));
  renameSync(join(there, ".tasks", name), join(there, STATE_FOLDER));
  expect(await facts(await open({ root: there, own, adoptsAny: true }))).toEqual({
    runs: ["a"],
    pausedBy: "tasks",
  });
  expect(await facts(await open({ root: there, own }))).toMatchObject({ runs: ["a"] });
});

test("S25: the store of a folder that has another path elsewhere is not pulled away from the runner at work there", async () => {
  const root = await madeBy(temporaryFolder("theirs"));
  const there = join(temporaryFolder("mounted"), "there");
  renameSync(root, there);
  const planted = await openUntilTheEnd(there);
  await planted.claimLease({ holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
  await expect(open({ root: there, own: temporaryFolder("own") })).rejects.toMatchObject({
    kind: "busy",
    message: expect.stringContaining("under another path"),
  });
  expect(movedAside(there)).toEqual([]);
});

test("S27: a store whose user's own state was lost keeps its runs, and starts wait for a person", async () => {
  const root = await madeBy(temporaryFolder("lost"));
  const own = temporaryFolder("own");
  const store = await open({ root, own });
  expect(await facts(store)).toEqual({ runs: ["a"], pausedBy: "tasks" });
  expect(store.notices).toEqual([
    expect.stringMatching(/^Its runs are kept and starts are paused.*tasks resume/),
  ]);
});

test("S27: another home that looks in while a runner is at work changes nothing, and is judged once that has ended", async () => {
  const own = temporaryFolder("own");
  const root = await madeBy(own);
  const runner = await open({ root, own });
  await runner.claimLease({ holder: holder("runner"), termMs: TERM_MS, nowMs: T0_MS });
  const other = temporaryFolder("other");
  const looking = await open({ root, own: other, isAliveHere: true });
  expect(await facts(looking)).toEqual({ runs: ["a"], pausedBy: null });
  expect(looking.notices).toEqual([]);
  expect(readdirSync(other)).toEqual([]);
  const later = await open({ root, own: other, isAliveHere: false });
  expect(await facts(later)).toEqual({ runs: ["a"], pausedBy: "tasks" });
});

test("S27: a store of the version before is taken on with its runs, and starts wait for a person", async () => {
  const { root, commit } = createRepository({
    [taskPath("a")]: taskText({ title: "A" }),
    "tasks/config.yaml": 'worker: { command: ["true"] }\n',
  });
  commit("Tree");
  const main = unpackOlderProgram(temporaryFolder("older-program"));
  expect(await runTasks(["kickoff", "a"], { cwd: root, main })).toMatchObject({ code: 0 });
  const first = await runTasks(["runs", "--format", "json"], { cwd: root });
  expect(JSON.parse(first.stdout).runs).toMatchObject([{ task: "a", state: "queued" }]);
  expect(first.stderr).toContain("starts are paused");
  const second = await runTasks(["runs", "--format", "json"], { cwd: root });
  expect(second.stderr).toBe("");
  const { dispatch } = await runTasksJson<{ dispatch: { pause: unknown } }>(["heartbeat"], { cwd: root });
  expect(dispatch.pause).toMatchObject({ by: "tasks" });
  expect(await runTasks(["resume"], { cwd: root })).toMatchObject({ code: 0 });
});

test.each(["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "edits.lock"])(
  "S26: %s that is a link is not followed: its target is neither made nor changed",
  async (name) => {
    const { root, write, commit } = createRepository({ [taskPath("a")]: taskText({ title: "A" }) });
    write("README.md", "A repository.\n");
    commit("Tree");
    const outside = temporaryFolder("outside");
    const target = join(outside, "file");
    const missing = join(outside, "missing");
    writeFileSync(target, "", { mode: 0o644 });
    for (const [place, goal] of [
      ["a", target],
      ["b", missing],
    ] as const) {
      const state = join(root, place);
      mkdirSync(join(state, STATE_FOLDER), { recursive: true });
      cpSync(join(root, "tasks"), join(state, "tasks"), { recursive: true });
      symlinkSync(goal, join(state, STATE_FOLDER, name));
      const { code, stderr } = await runTasks(["update", "a", "title=B"], { cwd: state });
      expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringMatching(/link/) });
      expect(lstatSync(join(state, STATE_FOLDER, name)).isSymbolicLink()).toBe(true);
    }
    expect({ text: readFileSync(target, "utf8"), mode: statSync(target).mode & 0o777 }).toEqual({
      text: "",
      mode: 0o644,
    });
    expect(existsSync(missing)).toBe(false);
  },
);

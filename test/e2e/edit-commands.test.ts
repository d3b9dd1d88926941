// The commands that edit files, as processes: what they write, what they refuse, and that no bytes are lost.

import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { trustRepository } from "../support/trust.ts";
import { exampleTree, runTasks, runTasksJson } from "./tasks-process.ts";

const READY = "add-strict-owner-validation";
const NEW = "tasks/workstreams/infra-tooling/tasks/fix-the-page.md";

type Edited = { readonly task: string; readonly file: string; readonly changed: readonly string[] };

const fileOf = (slug: string) => `tasks/workstreams/infra-tooling/tasks/${slug}.md`;

describe("from nothing to completed", () => {
  test("F11: create, update and complete: each is in the next command's answer, and validate finds nothing new", async () => {
    const cwd = exampleTree();
    const make = ["create", "fix-the-page", "--workstream", "infra-tooling", "--title", "Fix: the page"];
    const made = await runTasks([...make, "--owner", "dave.fowler", "--depends", READY], { cwd });
    expect(made).toMatchObject({ code: 0, stdout: `${NEW}\n` });
    const shown = await runTasksJson<{ task: { title: string; owner: string } }>(["show", "fix-the-page"], {
      cwd,
    });
    expect(shown.task).toMatchObject({ title: "Fix: the page", owner: "dave", status: "not_started" });

    const updated = await runTasksJson<Edited>(
      ["update", "INFRA_TOOLING-FIX_THE_PAGE", "status=ready", "priority=p0", "dependencies="],
      { cwd },
    );
    expect(updated).toEqual({
      task: "fix-the-page",
      file: NEW,
      changed: ["status", "dependencies", "priority"],
    });
    const list = await runTasks(["list", "--group", "ready"], { cwd });
    expect(list.stdout).toContain("fix-the-page");

    const refused = await runTasks(["complete", "fix-the-page"], { cwd });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /"QA exploration completed .*" is not ticked, and "Review cleared" is not ticked/,
    );
    expect(refused.stderr).toMatch(/--tick-gates.*--waive/);

    const completed = await runTasksJson<Edited>(
      [
        "complete",
        "infra-tooling/fix-the-page",
        "--by",
        "davefowler",
        "--date",
        "2026-03-24",
        "--tick-gates",
      ],
      { cwd },
    );
    expect(completed.changed).toEqual([
      "status",
      "completed_by",
      "completed",
      "qa_exploration",
      "review_cleared",
    ]);
    expect(readFileSync(join(cwd, NEW), "utf8")).toMatch(
      /^---\ntitle: "Fix: the page"\nstatus: completed\nowner: dave\.fowler\npriority: p0\ncompleted_by: dave\ncompleted: 2026-03-24\n---\n/,
    );
    expect((await runTasks(["validate"], { cwd })).stdout).not.toContain("fix-the-page");
    expect(await runTasksJson<Edited>(["complete", "fix-the-page"], { cwd })).toMatchObject({ changed: [] });
  });

  test("a waiver is written down, and the task is not flagged", async () => {
    const cwd = exampleTree();
    await runTasks(["complete", READY, "--waive", "no UI: text only"], { cwd, env: { USER: "mia" } });
    const text = readFileSync(join(cwd, fileOf(READY)), "utf8");
    expect(text).toMatch(/^gates_waived: "no UI: text only"$/m);
    expect(text).toMatch(/^completed_by: mia$/m);
    expect(text).toContain("- [ ] Review cleared");
    expect(await runTasksJson<Edited>(["complete", READY], { cwd })).toMatchObject({ changed: [] });
    expect((await runTasks(["validate"], { cwd })).stdout).not.toContain(READY);

    expect(await runTasks(["update", READY, "status=ready"], { cwd })).toMatchObject({ code: 0 });
    const again = await runTasks(["complete", READY], { cwd });
    expect(again, "work that came later is not waived").toMatchObject({ code: 1, stdout: "" });
  });
});

test("T1: update changes the lines of its keys and no other byte, in a file of any make", async () => {
  const cwd = exampleTree();
  const file = join(cwd, fileOf("odd-one"));
  const before =
    "\uFEFF---\r\n# mine\r\ntitle:   'Odd one'   # title\r\nx-tool: {a: [1, 2]}\nstatus: ready\r\ndependencies:\r\n    - " +
    `${READY} # first\r\n"quoted key": >-\r\n  folded\r\n  text\r\n---\r\n\r\n- [ ] Review cleared\r\nno line break at the end`;
  writeFileSync(file, before);
  chmodSync(file, 0o640);
  const keys = ["status=in_progress", "x-new=1", `dependencies=cut-ci-time-below-six-minutes,${READY}`];
  expect(await runTasks(["update", "odd-one", ...keys, "--any-key"], { cwd })).toMatchObject({ code: 0 });
  expect(readFileSync(file, "utf8")).toBe(
    before
      .replace("status: ready", "status: in_progress")
      .replace("# first\r\n", "# first\r\n    - cut-ci-time-below-six-minutes\r\n")
      .replace("text\r\n---", "text\r\nx-new: 1\r\n---"),
  );
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

/** Loaded into the command's process: an editor that saves while the command writes its temporary file. */
const EDITOR_THAT_SAVES = `
import promises from "node:fs/promises";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const { open } = promises;
promises.open = async (path, flags, mode) => {
  if (flags === "wx" && String(path).includes(process.env.SAVED_SLUG))
    appendFileSync(process.env.SAVED_FILE, "What the editor saved.\\n");
  return await open(path, flags, mode);
};
syncBuiltinESMExports();
`;

test("T1, C5: a file that an editor saves at the same moment stays as it was saved, and the command says so", async () => {
  const cwd = exampleTree();
  const file = join(cwd, fileOf(READY));
  const before = readFileSync(file, "utf8");
  const editor = join(cwd, "editor.mjs");
  writeFileSync(editor, EDITOR_THAT_SAVES);
  const env = { NODE_OPTIONS: `--import=${editor}`, SAVED_SLUG: READY, SAVED_FILE: file };
  const conflict = await runTasks(["update", READY, "priority=p3"], { cwd, env });
  expect(conflict).toMatchObject({ code: 3, stdout: "" });
  expect(conflict.stderr).toMatch(/saved by another program at the same moment.* nothing is lost\./);
  expect(conflict.stderr).toMatch(/then try again/);
  expect(readFileSync(file, "utf8")).toBe(`${before}What the editor saved.\n`);
  expect(readdirSync(dirname(file)).filter((name) => !name.endsWith(".md"))).toEqual([]);

  expect(await runTasks(["update", READY, "priority=p3"], { cwd })).toMatchObject({ code: 0 });
  const after = readFileSync(file, "utf8");
  expect(after).toBe(`${before.replace(/^priority: p0$/m, "priority: p3")}What the editor saved.\n`);
});

test("a claimed task is completed: its run is closed as delivered", async () => {
  const cwd = exampleTree();
  await runTasks(["claim", READY, "--as", "mia"], { cwd });
  expect(await runTasks(["complete", READY, "--by", "mia", "--tick-gates"], { cwd })).toMatchObject({
    code: 0,
  });
  expect((await runTasks(["reconcile"], { cwd })).stdout).toMatch(/closed +its task is completed$/m);
  const { runs } = await runTasksJson<{ runs: unknown[] }>(["runs", READY], {
    cwd,
  });
  expect(runs).toMatchObject([{ state: "closed", closed: { as: "delivered" } }]);
});

type Refusal = readonly [what: string, words: readonly string[], code: number, why: RegExp, next: RegExp];

const create = (...more: readonly string[]) => ["create", "new-one", "--title", "T", ...more];
const LANE = ["--workstream", "infra-tooling"];
const REFUSALS: readonly Refusal[] = [
  [
    "a slug that is none",
    ["create", "New One", ...LANE, "--title", "T"],
    2,
    /cannot be a new task/,
    /Perhaps new-one/,
  ],
  ["no title", ["create", "new-one", ...LANE], 2, /--title is missing/, /For example/],
  ["no workstream", create(), 2, /--workstream is missing/, /For example/],
  ["an unknown workstream", create("--workstream", "infra"), 1, /no workstream "infra"/, /Workstreams are/],
  ["a path for one", create("--workstream", "../../x"), 1, /no workstream/, /Workstreams are/],
  [
    "T22: a slug that is taken",
    ["create", READY, ...LANE, "--title", "T"],
    1,
    /with that slug already/,
    /another slug/,
  ],
  [
    "an id that is taken",
    ["create", READY.replace("-", "_"), ...LANE, "--title", "T"],
    1,
    /already belongs to add-strict-owner-validation/,
    /another one/,
  ],
  ["an unknown owner", create(...LANE, "--owner", "dav"), 1, /There is no owner "dav"/, /Did you mean dave/],
  [
    "an unknown dependency",
    create(...LANE, "--depends", `${READY}x`),
    1,
    /No task is called/,
    /Did you mean/,
  ],
  ["an unknown status", create(...LANE, "--status", "redy"), 1, /"redy" is not one of/, /Did you mean ready/],
  [
    "completed at once",
    create(...LANE, "--status", "completed"),
    2,
    /cannot be completed yet/,
    /tasks complete/,
  ],
  ["an unknown task", ["update", `${READY}x`, "status=ready"], 1, /No task is called/, /Did you mean/],
  [
    "a slug used twice",
    ["update", "write-onboarding-guide", "priority=p1"],
    1,
    /could mean 2 tasks/,
    /in full/,
  ],
  ["no assignment", ["update", READY], 2, /Missing required argument/, /--help/],
  ["a word that is none", ["update", READY, "ready"], 2, /"ready" is not key=value/, /For example/],
  ["a key twice", ["update", READY, "owner=mia", "owner=rj"], 2, /owner is given twice/, /once/],
  ["an unknown priority", ["update", READY, "priority=high"], 1, /"high" is not one of/, /Did you mean p1/],
  ["an unknown key", ["update", READY, "ownr=mia"], 1, /Unknown key "ownr"/, /Did you mean owner/],
  ["itself", ["update", READY, `dependencies=${READY}`], 1, /depend on itself/, /Remove it/],
  ["no status at all", ["update", READY, "status="], 1, /new problem: The task has no status/, /Add status/],
  ["completed by update", ["update", READY, "status=completed"], 1, /who completed it/, /tasks complete/],
  [
    "a date that is none",
    ["complete", READY, "--date", "2026-02-30"],
    2,
    /which is not a date/,
    /2026-03-24/,
  ],
  ["a waiver without reason", ["complete", READY, "--waive", " "], 2, /needs a reason/, /For example/],
  ["both ways", ["complete", READY, "--waive", "x", "--tick-gates"], 2, /contradict/, /one of them/],
  ["open gates", ["complete", READY], 1, /cannot be completed yet/, /--tick-gates/],
  [
    "a broken file",
    ["update", "give-every-worktree-its-own-port-bundle", "priority=p1"],
    1,
    /bundle\.md:6 was not changed\. The front matter cannot be read/,
    /Close it/,
  ],
  ["an unknown preset", ["worker", "use", "cluade"], 2, /no preset "cluade"/, /Did you mean claude/],
  ["no preset", ["worker", "use"], 2, /Name the worker/, /claude, codex/],
  ["an unknown verb", ["worker", "claude"], 2, /does not know "claude"/, /tasks worker use claude/],
];

test("C3, C5: what is refused, why, and what next; nothing is written", async () => {
  const cwd = exampleTree();
  const before = readFileSync(join(cwd, fileOf(READY)), "utf8");
  for (const [what, words, code, why, next] of REFUSALS) {
    const result = await runTasks(words, { cwd });
    expect(result.stderr, what).toMatch(why);
    expect(result.stderr, what).toMatch(next);
    expect([what, result.code, result.stdout]).toEqual([what, code, ""]);
    expect(readFileSync(join(cwd, fileOf(READY)), "utf8"), what).toBe(before);
  }
  expect(existsSync(join(cwd, fileOf("new-one")))).toBe(false);
});

describe("the worker's command", () => {
  test("T1: a preset is written with every comment kept, and then configured; permits and log in are said", async () => {
    const cwd = exampleTree();
    const file = join(cwd, "tasks/config.yaml");
    const before = readFileSync(file, "utf8");
    const used = await runTasks(["worker", "use", "claude"], { cwd });
    expect(used).toMatchObject({ code: 0, stdout: "tasks/config.yaml\n" });
    expect(used.stderr).toMatch(/It runs every command .* without asking\./);
    expect(used.stderr).toMatch(/Not set here: ANTHROPIC_API_KEY, CLAUDE_CODE_OAUTH_TOKEN\./);
    expect(readFileSync(file, "utf8")).toBe(
      `${before}workers:\n  default: claude\n  claude:\n    kind: claude\n    permissions: full\n`,
    );
    type Configured = { name: string; workers: object[]; from: string; problem: null };
    const configured = await runTasksJson<Configured>(["worker"], { cwd });
    expect(configured).toMatchObject({ name: "claude", from: "tasks/config.yaml", problem: null });
    expect(configured.workers).toMatchObject([
      { name: "claude", kind: "claude", permissions: "full", access: "full access to this user" },
    ]);
    const again = await runTasksJson<{ changed: boolean; missing: string[] }>(["worker", "use", "claude"], {
      cwd,
      env: { ANTHROPIC_API_KEY: "x" },
    });
    expect(again).toMatchObject({ changed: false, missing: [] });
  });

  test("without a settings file one is made; what is wrong with a command is said", async () => {
    const cwd = exampleTree();
    rmSync(join(cwd, "tasks/config.yaml"));
    expect((await runTasks(["worker"], { cwd })).stdout).toMatch(/^No worker is configured\./);
    await runTasks(["worker", "use", "aider"], { cwd });
    expect(readFileSync(join(cwd, "tasks/config.yaml"), "utf8")).toMatch(
      /^workers:\n {2}default: aider\n {2}aider:\n {4}kind: command\n {4}command: \["aider", /,
    );
    writeFileSync(join(cwd, "tasks/config.yaml"), 'worker:\n  command: ["agent", "{promt}"]\n');
    await trustRepository(cwd);
    const { stdout } = await runTasks(["worker"], { cwd });
    expect(stdout).toMatch(/placeholder \{promt\}, which does not exist\. Did you mean \{prompt\}/);
  });
});

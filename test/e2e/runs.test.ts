// Runs from end to end: the command line, real processes, real git, and workers that are small scripts.

import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { taskPath, taskText } from "../support/app-world.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { TASKS_ENTRY } from "../support/program.ts";
import { eventually } from "../support/served-tree.ts";
import { trustRepository } from "../support/trust.ts";
import { runTasks } from "./tasks-process.ts";
import { createWorkedTree } from "./worked-tree.ts";

const QUICK_RETRIES = "dispatch:\n  retry_first_s: 0.01\n";

test("kickoff --now: a worker in its own worktree reports and finishes, and the task's file stays as it was", async () => {
  const tree = await createWorkedTree({ tasks: { a: { title: "First", owner: "dave" } } });
  const file = join(tree.root, taskPath("a"));
  const before = readFileSync(file);
  tree.script(
    "a",
    `note(process.cwd());
     note(prompt.includes("# Task: First"));
     note([process.env.TASKS_SLUG, process.env.TASKS_EPOCH, process.env.TASKS_PORT_BASE].join(" "));
     tasks("report", "--progress", "half way");
     console.log("a line of output");
     tasks("finish", "--outcome", "done", "--note", "all of it");`,
  );
  const started = await tree.tasks("kickoff", "a", "--now");
  expect(started).toMatchObject({ code: 0, stdout: "a: started, attempt 1 in .worktrees/a\n" });
  const run = await tree.until("a", ({ state }) => state === "exited");
  expect(run).toMatchObject({
    task: "a",
    outcome: { kind: "done", note: "all of it" },
    queued_by: "dave",
    branch: "task/a",
    attempts: [{ number: 1, end: "ended without an error" }],
  });
  expect(tree.notes("a")).toEqual(["begin", join(tree.root, ".worktrees/a"), "true", "a 2 20000"]);
  expect(readFileSync(file)).toEqual(before);
  expect(tree.git("status", "--porcelain")).toBe("?? scripts/");
  expect(await tree.tasks("logs", "a")).toMatchObject({ stdout: "a line of output\n" });
  expect((await tree.tasks("list", "--group", "in_review")).stdout).toMatch(/a .*worker|node|finished/);
  await tree.idle();
});

test("without a runner a kickoff says that nothing starts automatically, and what does", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  tree.script("a", "await hang();");
  const queued = await tree.tasks("kickoff", "a");
  expect(queued).toMatchObject({ code: 0, stdout: "a: queued\n" });
  expect(queued.stderr).toMatch(/No runner is alive.*tasks serve.*--now/);
  expect((await tree.tasks("dispatch", "--dry-run")).stdout).toMatch(/^a +1 +start +starts now$/m);
  expect(await tree.tasks("dispatch")).toMatchObject({
    code: 0,
    stdout: "a: started, attempt 1 in .worktrees/a\n",
  });
  expect((await tree.tasks("is-active", "a")).code).toBe(0);
  expect((await tree.tasks("stop", "a")).code).toBe(0);
  expect((await tree.tasks("is-active", "a")).code).toBe(1);
});

describe("ask and answer", () => {
  test("a waiting worker gets the answer as the output of its question", async () => {
    const tree = await createWorkedTree({ tasks: { a: {} } });
    tree.script(
      "a",
      `note(tasks("ask", "Which region?", "--choice", "eu", "--choice", "us", "--wait"));
       tasks("finish", "--outcome", "done");`,
    );
    await tree.tasks("kickoff", "a", "--now");
    await tree.until("a", ({ question }) => question !== null);
    expect((await tree.tasks("list", "--group", "needs_attention")).stdout).toMatch(/Which region\?/);
    const wrong = await tree.tasks("answer", "a", "asia");
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stderr).toMatch(/has to be one of eu, us/);
    expect(await tree.tasks("answer", "a", "eu")).toMatchObject({
      code: 0,
      stdout: "a: answered; sent to its worker\n",
    });
    await tree.until("a", ({ state }) => state === "exited");
    expect(tree.notes("a")).toEqual(["begin", "eu"]);
  });

  test("a worker that has asked and ended is continued with the answer", async () => {
    const tree = await createWorkedTree({ tasks: { a: {} } });
    tree.script(
      "a",
      `if (attempt === 1) tasks("ask", "Which region?");
       else { note(/dave answers: eu/.test(prompt)); tasks("finish", "--outcome", "done"); }`,
    );
    await tree.tasks("kickoff", "a", "--now");
    await tree.until("a", ({ state }) => state === "exited");
    expect((await tree.tasks("dispatch")).stdout).toMatch(/^Nothing is due/);
    expect((await tree.tasks("answer", "a", "eu")).stdout).toBe("a: answered; it is continued with that\n");
    expect((await tree.tasks("dispatch")).stdout).toMatch(/^a: started, attempt 2/);
    await tree.until("a", ({ state, outcome }) => state === "exited" && outcome !== null);
    expect(tree.notes("a")).toEqual(["begin", "begin", "true"]);
  });
});

test("continue: what is said waits for the worker's end; the same run continues in the same worktree", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  tree.script(
    "a",
    `const fs = await import("node:fs");
     note(/use the new API/.test(prompt));
     note(fs.existsSync("kept"));
     fs.writeFileSync("kept", "");
     tasks("finish", "--outcome", "done");`,
  );
  await tree.tasks("kickoff", "a", "--now");
  const first = await tree.until("a", ({ state }) => state === "exited");
  expect((await tree.tasks("continue", "a", "--prompt", "use the new API")).stdout).toMatch(/next start/);
  await tree.tasks("dispatch");
  const second = await tree.until("a", ({ state, attempt }) => state === "exited" && attempt === 2);
  expect(second.id).toBe(first.id);
  expect(tree.notes("a")).toEqual(["begin", "false", "false", "begin", "true", "true"]);
});

test("continue --interrupt: the worker at work is ended, and never are there two", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  tree.script(
    "a",
    `if (attempt === 1) await hang(); note(/stop that/.test(prompt)); tasks("finish", "--outcome", "done");`,
  );
  await tree.tasks("kickoff", "a", "--now");
  await eventually(
    () => tree.notes("a"),
    (notes) => notes.length === 1,
  );
  expect((await tree.tasks("continue", "a", "--prompt", "stop that", "--interrupt")).stdout).toMatch(
    /interrupted/,
  );
  const ended = await tree.until("a", ({ state }) => state === "interrupted");
  expect(ended.last_end).toBe("was stopped by dave");
  await tree.idle();
  await tree.tasks("dispatch");
  await tree.until("a", ({ state }) => state === "exited");
  expect(tree.notes("a")).toEqual(["begin", "begin", "true"]);
});

test("stop: a worker and all it started end, the worktree stays, and nothing is retried", async () => {
  const tree = await createWorkedTree({ config: QUICK_RETRIES, tasks: { a: {}, b: {}, c: {} } });
  tree.script(
    "a",
    `const { spawn } = await import("node:child_process");
     const child = spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"]);
     note(child.pid);
     await hang();`,
  );
  tree.script("b", "await hang();");
  await tree.tasks("kickoff", "a", "b", "--now");
  await tree.tasks("kickoff", "c");
  await eventually(
    () => tree.notes("a"),
    (notes) => notes.length === 2,
  );
  const stopped = await tree.tasks("stop", "a", "--note", "wrong branch");
  expect(stopped).toMatchObject({ code: 0, stdout: "a: its worker has ended; the worktree stays\n" });
  expect(existsSync(`/proc/${tree.notes("a")[1]}/cwd`)).toBe(false);
  expect(existsSync(join(tree.root, ".worktrees/a"))).toBe(true);
  expect((await tree.tasks("dispatch", "--dry-run")).stdout).not.toMatch(/^a /m);
  // --all asks first, and there is no terminal.
  const asked = await tree.tasks("stop", "--all");
  expect(asked).toMatchObject({ code: 2 });
  expect(asked.stderr).toMatch(/Stop 1 worker and remove 1 task from the queue\?/);
  expect((await tree.tasks("stop", "--all", "--yes")).code).toBe(0);
  await tree.idle();
  expect((await tree.tasks("stop", "--all", "--yes")).stdout).toBe(
    "No worker is running, and nothing is queued.\n",
  );
});

test("a worker that fails is tried again, three times, and is a person's then", async () => {
  const tree = await createWorkedTree({ config: QUICK_RETRIES, tasks: { a: {} } });
  tree.script("a", `console.error("boom"); process.exitCode = 3;`);
  await tree.tasks("kickoff", "a", "--now");
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await tree.until("a", (run) => run.attempts.length === attempt);
    await eventually(
      () => tree.tasks("dispatch"),
      ({ stdout }) => attempt === 3 || /started, attempt/.test(stdout),
    );
  }
  const run = await tree.run("a");
  expect(run).toMatchObject({ state: "failed", failures_in_row: 3, last_end: "ended with exit code 3" });
  expect(tree.notes("a")).toEqual(["begin", "begin", "begin"]);
  const listed = await tree.tasks("list", "--group", "needs_attention");
  expect(listed.stdout).toMatch(/^ {2}a /m);
  // A new kickoff starts over.
  expect((await tree.tasks("kickoff", "a")).stdout).toBe("a: queued\n");
  expect(await tree.run("a")).toMatchObject({ state: "queued", attempt: 0, failures_in_row: 0 });
});

test("W25, W27: a worker that cannot be started is said so once, and its next attempt waits in ready", async () => {
  const tree = await createWorkedTree({ tasks: { a: {}, b: {} } });
  // The system takes 128 KiB in one argument.
  const command = [process.execPath, "-e", "", "{prompt}".repeat(8)];
  tree.write(taskPath("a"), `${taskText()}\n${"words ".repeat(4_000)}\n`);
  tree.write("tasks/config.yaml", `worker:\n  command: ${JSON.stringify(command)}\n`);
  await tree.tasks("trust", "--yes");
  const started = await tree.tasks("kickoff", "a", "--now");
  expect(started.code).toBe(3);
  expect(`${started.stdout}${started.stderr}`.match(/arguments are too long/g)).toHaveLength(1);
  expect(started.stdout).toMatch(/^a: could not be started: its arguments are too long/);
  expect((await tree.tasks("list", "--group", "ready")).stdout).toMatch(
    /^ {2}a .*attempt 1 of 3 failed \(could not be started/m,
  );
  expect((await tree.tasks("logs", "a")).stderr).toMatch(
    /its worker printed nothing, or the output was removed/,
  );
  await tree.tasks("kickoff", "b");
  expect((await tree.tasks("runs", "--limit", "1")).stderr).toMatch(/^1 run is shown; continue with/);
});

test("ask, of work by hand: no continuation is promised", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  await tree.tasks("claim", "a");
  expect((await tree.tasks("ask", "Which region?", "--task", "a")).stderr).toMatch(
    /no worker is continued with it/,
  );
});

test("next, claim and release: by hand, one each, and never ended from here", async () => {
  const tree = await createWorkedTree({ tasks: { a: { priority: "p0" }, b: { priority: "p1" } } });
  const looked = await tree.json<{ task: { key: string }; run: null }>("next");
  expect(looked).toMatchObject({ task: { key: "a" }, run: null });
  const [one, two] = await Promise.all([
    tree.json<{ task: { key: string } }>("next", "--claim", "--as", "agent-1"),
    tree.json<{ task: { key: string } }>("next", "--claim", "--as", "agent-2"),
  ]);
  expect([one.task.key, two.task.key].toSorted()).toEqual(["a", "b"]);
  const none = await tree.tasks("next", "--claim");
  expect(none).toMatchObject({ code: 1, stdout: "" });
  expect(none.stderr).toMatch(/No free task is ready/);
  expect((await tree.tasks("report", "--progress", "reading", "--task", "a")).code).toBe(0);
  expect(await tree.run("a")).toMatchObject({ kind: "by_hand", state: "running" });
  const stopped = await tree.tasks("stop", "a");
  expect(stopped).toMatchObject({ code: 1 });
  expect(stopped.stderr).toMatch(/has claimed a.*\n.*tasks release a/);
  expect((await tree.tasks("kickoff", "a")).code).toBe(1);
  expect((await tree.tasks("release", "a")).stdout).toBe("a: released\n");
  expect((await tree.json<{ task: { key: string } }>("next")).task.key).toBe("a");
  expect((await tree.tasks("finish", "--outcome", "done", "--task", "b")).code).toBe(0);
  expect(await tree.run("b")).toMatchObject({ state: "exited", outcome: { kind: "done" } });
});

test("a pause holds every start, says who and why, and survives its process", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  tree.script("a", "await hang();");
  expect((await tree.tasks("pause", "--note", "release day")).code).toBe(0);
  const held = await tree.tasks("kickoff", "a", "--now");
  expect(held).toMatchObject({
    code: 3,
    stdout: "a: stays queued: starts are paused, `tasks resume` ends the pause\n",
  });
  expect((await tree.tasks("dispatch")).stdout).toMatch(/paused by dave/);
  expect((await tree.tasks("dispatch", "--dry-run")).stdout).toMatch(/a .*starts are paused by dave/);
  expect((await tree.tasks("doctor")).stdout).toMatch(/note +starts: paused by dave/);
  expect((await tree.tasks("resume")).stdout).toMatch(/^Starts resumed; dave had paused them/);
  expect((await tree.tasks("resume")).stdout).toBe("Nothing was paused.\n");
  expect((await tree.tasks("dispatch")).stdout).toMatch(/^a: started/);
});

test("two dispatchers at once never make two workers", async () => {
  const tree = await createWorkedTree({ tasks: { a: {}, b: {} } });
  for (const task of ["a", "b"]) tree.script(task, "await hang();");
  const outcomes = await Promise.all([
    tree.tasks("dispatch"),
    tree.tasks("dispatch"),
    tree.tasks("dispatch"),
  ]);
  expect(outcomes).toMatchObject([{ code: 0 }, { code: 0 }, { code: 0 }]);
  await tree.until("a", ({ state }) => state === "running");
  await tree.until("b", ({ state }) => state === "running");
  // A run is running a moment before its worker's first words.
  for (const task of ["a", "b"])
    await eventually(
      () => tree.notes(task),
      (notes) => notes.length > 0,
    );
  expect([...tree.notes("a"), ...tree.notes("b")]).toEqual(["begin", "begin"]);
  expect(outcomes.flatMap(({ stdout }) => stdout.match(/^\w: started, attempt 1/gm) ?? [])).toHaveLength(2);
});

test("logs --follow ends with the run", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  tree.script(
    "a",
    `console.log("one"); tasks("ask", "Go on?", "--wait"); console.log("two"); tasks("finish", "--outcome", "done");`,
  );
  await tree.tasks("kickoff", "a", "--now");
  const following = tree.start("logs", "a", "-f");
  await following.printed(/one/);
  await tree.until("a", ({ question }) => question !== null);
  await tree.tasks("answer", "a", "yes");
  expect(await following.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^one\ntwo\n/) });
});

test("F11: what a command changed is in the runner's snapshot when it returns", async () => {
  const tree = await createWorkedTree({ tasks: { a: {}, b: {} } });
  tree.script("a", "await hang();");
  const runner = tree.start("run");
  await runner.printed(/\d/);
  type Shown = { task: { group: string; run: { kind: string } | null } };
  for (const [words, group] of [
    [["claim", "b"], "active"],
    [["release", "b"], "ready"],
  ] as const) {
    expect((await tree.tasks(...words)).code).toBe(0);
    expect((await tree.json<Shown>("show", "b")).task.group).toBe(group);
  }
  // And the runner starts queued tasks automatically.
  const queued = await tree.tasks("kickoff", "a");
  expect(queued.stderr).not.toMatch(/No runner/);
  await tree.until("a", ({ state }) => state === "running");
});

test("doctor names what is in the way of every start, kickoff refuses with the same sentence", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  expect((await tree.tasks("doctor")).code).toBe(0);
  tree.write("tasks/config.yaml", "worker:\n  command: [no-such-agent, '{prompt}']\n");
  await trustRepository(tree.root);
  const checked = await tree.tasks("doctor");
  expect(checked).toMatchObject({ code: 1 });
  expect(checked.stdout).toMatch(/error +program: no-such-agent not found/);
  tree.write("tasks/config.yaml", "worker:\n  command: [codex, exec, '{prompt}']\n");
  await trustRepository(tree.root);
  expect((await tree.tasks("doctor")).stdout).toMatch(/note +login: CODEX_API_KEY is not set/);
  tree.write("tasks/config.yaml", "worker:\n  command: [no-such-agent, '{prompt}']\n");
  await trustRepository(tree.root);
  const refused = await tree.tasks("kickoff", "a");
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(/"no-such-agent" is not on the PATH/);
});

test("W10: doctor says each fault once, and checks what a start checks: git itself, prompt and hooks", async () => {
  const tree = await createWorkedTree({
    tasks: { a: {} },
    config: "worktree:\n  after_create: [no-such-hook]\n",
  });
  tree.git("branch", "task/a");
  tree.git("switch", "--quiet", "task/a");
  tree.commit("not ours");
  tree.git("switch", "--quiet", "main");
  tree.write("tasks/worker-prompt.md", "Do {task_fil}.\n");
  const { code, stdout } = await tree.tasks("doctor", "a");
  expect(code).toBe(1);
  for (const fault of [
    /no run of this task made/g,
    /\{task_fil\}, which does not exist/g,
    /no-such-hook" of/g,
  ])
    expect(stdout.match(fault)).toHaveLength(1);
  tree.write("tasks/config.yaml", "");
  const without = (await tree.tasks("doctor", "a")).stdout;
  expect(without).toMatch(/^error +worker: none$/m);
  expect(without).not.toMatch(/program:/);
});

test("T29: doctor says that the user's own folders can be used, or why not", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  expect((await tree.tasks("doctor")).stdout).toMatch(/^ok +own settings: .* can be used\nok +own state: /m);
  const home = temporaryFolder("home");
  symlinkSync(temporaryFolder("elsewhere"), join(home, "config"));
  const { stdout } = await runTasks(["doctor"], { cwd: tree.root, env: { TASKS_HOME: home } });
  expect(stdout).toContain(`own settings: ${join(home, "config")} cannot be used: it is a link`);
  expect(stdout).toMatch(/`tasks trust` and `tasks worker use` cannot save what you trust/);
  const other = temporaryFolder("home");
  writeFileSync(join(other, "state"), "");
  const refused = await runTasks(["doctor"], { cwd: tree.root, env: { TASKS_HOME: other } });
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/your state folder, .*cannot be used: it is not a folder/);
});

test("reconcile and worktrees: what is over is closed, what is merged may go, nothing else is touched", async () => {
  const tree = await createWorkedTree({ tasks: { a: {}, b: {} } });
  tree.script("a", `tasks("finish", "--outcome", "done");`);
  tree.script(
    "b",
    `(await import("node:fs")).writeFileSync("new", "x"); tasks("finish", "--outcome", "done");`,
  );
  await tree.tasks("kickoff", "a", "b", "--now");
  for (const task of ["a", "b"]) await tree.until(task, ({ state }) => state === "exited");
  for (const task of ["a", "b"])
    tree.write(taskPath(task), "---\ntitle: A task\nstatus: completed\ncompleted_by: dave\n---\n");
  const dry = await tree.tasks("reconcile", "--dry-run");
  expect(dry.stdout).toMatch(/^a +would be closed +its task is completed$/m);
  expect(await tree.run("a")).toMatchObject({ state: "exited" });
  expect((await tree.tasks("reconcile")).stdout).toMatch(/^a +closed +its task is completed$/m);
  expect(await tree.run("a")).toMatchObject({ state: "closed", closed: { as: "delivered" } });
  const listed = (await tree.tasks("worktrees")).stdout;
  expect(listed).toMatch(/^a .*clean +no commits +safe to remove$/m);
  expect(listed).toMatch(/^b .*1 changed .*stays: 1 file changed$/m);
  expect((await tree.tasks("worktrees", "prune", "--dry-run")).stdout).toMatch(/^a: would be removed$/m);
  expect((await tree.tasks("worktrees", "prune")).stdout).toMatch(/^a: removed\nb: stays: 1 file changed$/m);
  expect(existsSync(join(tree.root, ".worktrees/a"))).toBe(false);
  expect(existsSync(join(tree.root, ".worktrees/b/new"))).toBe(true);
});

test("a worker may start another task, whose worker is not a leftover when the first has ended", async () => {
  const tree = await createWorkedTree({ tasks: { a: {}, b: {} } });
  tree.script("a", `note(tasks("kickoff", "b", "--now")); tasks("finish", "--outcome", "done");`);
  tree.script("b", `tasks("report", "--progress", "here"); await hang();`);
  await tree.tasks("kickoff", "a", "--now");
  await tree.until("a", ({ state }) => state === "exited");
  expect(tree.notes("a")).toContain("b: started, attempt 1 in .worktrees/b");
  await tree.tasks("reconcile");
  // It still answers after everything of the first one was ended.
  const alive = await tree.run("b");
  expect(alive).toMatchObject({ state: "running" });
  await tree.tasks("continue", "b", "--prompt", "and more", "--interrupt");
  expect(await tree.until("b", ({ state }) => state !== "running")).toMatchObject({
    last_end: "was stopped by dave",
  });
});

test("a hook that an earlier version installed still reconciles, beside a hook that was there, until it is uninstalled", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  const line = `[ "\${3-1}" = 0 ] || (trap '' HUP; ${process.execPath} ${TASKS_ENTRY} reconcile --from-hook --repo "$PWD" </dev/null >/dev/null 2>&1 &)`;
  const block = `# tasks: begin (written by \`tasks hooks install\`; \`tasks hooks uninstall\` takes it out)\n${line}\n# tasks: end\n`;
  tree.write(".git/hooks/post-merge", `#!/bin/sh\n${block}touch merged\n`);
  chmodSync(join(tree.root, ".git/hooks/post-merge"), 0o755);
  await tree.tasks("kickoff", "a");
  tree.git("checkout", "--quiet", "-b", "done");
  tree.write(taskPath("a"), "---\ntitle: A task\nstatus: completed\ncompleted_by: dave\n---\n");
  tree.commit("a is done");
  tree.git("checkout", "--quiet", "main");
  expect(await tree.run("a")).toMatchObject({ state: "queued" });
  tree.git("merge", "--quiet", "done");
  expect(await tree.until("a", ({ state }) => state === "closed")).toMatchObject({
    closed: { as: "delivered" },
  });
  expect(existsSync(join(tree.root, "merged"))).toBe(true);
  expect((await tree.tasks("hooks", "uninstall")).stdout).toMatch(/post-merge: our lines were removed/);
});

// Notifications on the real program: the user's own settings decide, the repository's have no effect.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository, GIT_TEST_ENVIRONMENT, temporaryFolder } from "../support/git-repository.ts";
import { runTasks, runTasksJson } from "./tasks-process.ts";

test("N85, N87: `tasks notify test` sends as the user's own settings say, and tells what happened", async () => {
  const { root } = createRepository({
    [taskPath("a")]: taskText({ title: "A" }),
    "tasks/config.yaml": "notify:\n  command: [touch, stolen]\n  allow: [127.0.0.1]\n",
  });
  const home = temporaryFolder("tasks-notify-home");
  const out = join(home, "out.txt");
  mkdirSync(join(home, "config"));
  const script = `require("node:fs").writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.env))`;
  const own = { command: [process.execPath, "-e", script], webhook: "http://127.0.0.1:9/SECRET" };
  writeFileSync(join(home, "config", "config.yaml"), JSON.stringify({ notify: own }));
  const env = { ...GIT_TEST_ENVIRONMENT, HOME: home, TASKS_HOME: home, GITHUB_TOKEN: "ghp_stolen" };
  const options = { cwd: root, env };

  const { code, stdout, stderr } = await runTasks(["notify", "test"], options);
  expect([code, stderr]).toEqual([1, expect.stringContaining("1 channel did not take it.")]);
  expect(stdout).toMatch(/^ok {5}command \(.*\): sent$/m);
  expect(stdout).toMatch(/^error {2}webhook \(http:\/\/127\.0\.0\.1:9\/…\): not sent: it is not https/m);
  expect(stdout).not.toContain("SECRET");
  const given = JSON.parse(readFileSync(out, "utf8"));
  expect(given).toMatchObject({ TASKS_TITLE: "A test from tasks", TASKS_URL: "" });
  expect(Object.keys(given)).not.toContain("GITHUB_TOKEN");

  expect(await runTasksJson(["notify", "status"], options)).toMatchObject({
    ignored: ["notify.command", "notify.allow"],
    notifications: [
      { channel: "command", state: "sent" },
      { channel: "webhook", state: "failed" },
    ],
  });
});

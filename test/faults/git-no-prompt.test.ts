// Git that would have to ask: for files that a partial clone lacks, from a remote that wants a password.

import { appendFileSync, chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createWorktrees } from "../../src/adapters/git/worktrees.ts";
import { openRepository, type TestRepository, temporaryFolder } from "../support/git-repository.ts";
import { gitEnvironment, prepare, withCommit } from "../support/task-worktrees.ts";

const REMOTES = [
  "ssh://git@host.invalid/app.git",
  "git@host.invalid:app.git",
  "https://host.invalid/app.git",
  "git://host.invalid/app.git",
  "ext::sh -c touch% TRAP",
  "evil::x",
];

test.each(REMOTES)("R8: files to be fetched from %s: refused at once, without a prompt", async (remote) => {
  const markers = temporaryFolder();
  const trap = trapPrograms(markers);
  const clone = partialClone();
  appendFileSync(
    join(clone.root, ".git/config"),
    `[core]\n\tsshCommand = ${trap("ssh-command")}\n\taskPass = ${trap("askpass")}\n[credential]\n\thelper = ${trap("helper")}\n[protocol]\n\tallow = always\n`,
  );
  clone.git("config", "remote.origin.url", remote.replace("TRAP", join(markers, "ext")));
  const env = {
    ...gitEnvironment(),
    PATH: `${markers}/bin:${process.env["PATH"]}`,
    GIT_ASKPASS: trap("env-askpass"),
    SSH_ASKPASS: trap("env-ssh-askpass"),
    GIT_SSH_COMMAND: trap("env-ssh"),
    GIT_TERMINAL_PROMPT: "1",
    DISPLAY: ":0",
  };
  const worktrees = createWorktrees({ root: clone.root, base: null, env });
  expect(await prepare(worktrees, "a")).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("partial clone"),
    hint: expect.stringContaining("git fetch"),
  });
  expect(readdirSync(markers)).toEqual(["bin"]);
  expect(existsSync(join(clone.root, ".worktrees/a"))).toBe(false);
  expect(clone.git("branch", "--list", "task/a")).toBe("");
});

test("R8: the remedy that is named helps", async () => {
  const clone = partialClone();
  const worktrees = createWorktrees({ root: clone.root, base: null, env: gitEnvironment() });
  const failure = await prepare(worktrees, "a");
  const command = failure.kind === "failed" ? failure.hint.replace(/^.*: git /, "") : "";
  clone.git(...command.split(" "));
  expect(await prepare(worktrees, "a")).toMatchObject({ kind: "prepared" });
});

/** Without a checkout, so that no file was fetched yet. */
function partialClone(): TestRepository {
  const origin = withCommit();
  origin.git("config", "uploadpack.allowFilter", "true");
  const root = join(temporaryFolder(), "clone");
  origin.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", `file://${origin.root}`, root);
  return openRepository(root);
}

/** Programs that leave a marker when they are run, `ssh` and a remote helper on the PATH among them. */
function trapPrograms(markers: string): (name: string) => string {
  const bin = join(markers, "bin");
  const trap = (name: string): string => {
    const program = join(bin, name);
    writeFileSync(program, `#!/bin/sh\ntouch ${join(markers, name)}\nexit 1\n`);
    chmodSync(program, 0o755);
    return program;
  };
  openRepository(markers).write("bin/.keep", "");
  trap("ssh");
  trap("git-remote-evil");
  return trap;
}

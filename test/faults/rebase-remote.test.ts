// Remotes that want credentials, do not answer, or are a trap. What the user configured for git works; what the repository
// says runs nothing, and there is never a prompt.

import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCommand } from "../../src/adapters/exec/run-command.ts";
import { createWorktrees } from "../../src/adapters/git/worktrees.ts";
import type { Worktrees } from "../../src/ports/git/worktrees.ts";
import type { RunCommand } from "../../src/ports/system/run-command.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { type HttpsRemote, PASSWORD, serveByHttps, USER } from "../support/https-git-server.ts";
import {
  BRANCH,
  createRebaseWorld,
  headOf,
  moveBase,
  type RebaseWorld,
  type RebaseWorldOptions,
  rebase,
} from "../support/rebase-world.ts";

/** R8 says 5 s; a busy machine gets a little more, and a prompt would wait forever. */
const AT_ONCE_MS = 5_000;

/** A home whose `.gitconfig` is the user's. */
function homeWith(configuration: string): string {
  const home = temporaryFolder();
  writeFileSync(join(home, ".gitconfig"), configuration);
  return home;
}

function program(folder: string, name: string, lines: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return join(folder, name);
}

type Setting = {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: RunCommand;
};

function openAs({ repository }: RebaseWorld, { home, env = {}, run = runCommand }: Setting): Worktrees {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: home, ...env };
  return createWorktrees({ root: repository.root, base: null, env: environment, run });
}

async function movedWorld(options: RebaseWorldOptions = {}): Promise<RebaseWorld> {
  const world = await createRebaseWorld(options);
  moveBase(world);
  return world;
}

const useRemote = ({ task }: RebaseWorld, url: string) => task.git("config", "remote.origin.url", url);

describe("a remote that wants a password", () => {
  const TRUSTED = "[http]\n\tsslVerify = false\n";
  const helper = (password: string) =>
    `${TRUSTED}[credential]\n\thelper = "!f() { echo username=${USER}; echo password=${password}; }; f"\n`;

  async function behindHttps(): Promise<{ readonly world: RebaseWorld; readonly https: HttpsRemote }> {
    const world = await movedWorld();
    const https = await serveByHttps(world.remote);
    useRemote(world, https.url);
    return { world, https };
  }

  test("R8: without any: it fails at once with the reason auth, without a prompt", async () => {
    const { world, https } = await behindHttps();
    const traps = temporaryFolder();
    const trap = (name: string) => program(join(traps, "bin"), name, `touch ${join(traps, name)}\necho x`);
    const env = {
      GIT_ASKPASS: trap("git-askpass"),
      SSH_ASKPASS: trap("ssh-askpass"),
      GIT_TERMINAL_PROMPT: "1",
      DISPLAY: ":0",
    };
    const home = homeWith(`${TRUSTED}[core]\n\taskPass = ${trap("configured-askpass")}\n`);
    const startedMs = performance.now();
    expect(await rebase({ ...world, worktrees: openAs(world, { home, env }) })).toEqual({
      kind: "failed",
      reason: "auth",
      why: expect.stringContaining("could not read Username"),
    });
    expect(performance.now() - startedMs).toBeLessThan(AT_ONCE_MS);
    expect(readdirSync(traps)).toEqual(["bin"]);
    expect(https.allowed).toEqual([]);
    expect(headOf(world)).toBe(world.pushed);
  });

  test("R8: with a wrong one: auth, and the password is shown nowhere", async () => {
    const { world } = await behindHttps();
    const home = homeWith(helper("wrong-password-1"));
    const rebased = await rebase({ ...world, worktrees: openAs(world, { home }) });
    expect(rebased).toMatchObject({ kind: "failed", reason: "auth" });
    expect(JSON.stringify(rebased)).not.toContain("wrong-password-1");
  });

  test("a credential helper of the user's own is asked: it is rebased and pushed", async () => {
    const { world, https } = await behindHttps();
    const home = homeWith(helper(PASSWORD));
    expect(await rebase({ ...world, worktrees: openAs(world, { home }) })).toMatchObject({ kind: "rebased" });
    expect(world.remote.git("rev-parse", BRANCH)).toBe(headOf(world));
    expect(
      https.allowed.some((request) => request.startsWith("POST") && request.endsWith("git-receive-pack")),
    ).toBe(true);
  });

  test("as the user's own git has it for folders like this one", async () => {
    const { world } = await behindHttps();
    const home = homeWith(`[includeIf "gitdir:${world.repository.root}/"]\n\tpath = there\n`);
    writeFileSync(join(home, "there"), helper(PASSWORD));
    expect(await rebase({ ...world, worktrees: openAs(world, { home }) })).toMatchObject({ kind: "rebased" });
  });

  test("as the user's own git has it for remotes like this one", async () => {
    const { world } = await behindHttps();
    const home = homeWith('[includeIf "hasconfig:remote.*.url:https://localhost:*/**"]\n\tpath = there\n');
    writeFileSync(join(home, "there"), helper(PASSWORD));
    expect(await rebase({ ...world, worktrees: openAs(world, { home }) })).toMatchObject({ kind: "rebased" });
  });

  test("S20: one that is part of the remote's address works, and is never shown", async () => {
    const { world } = await behindHttps();
    const url = world.task.git("config", "remote.origin.url");
    const home = homeWith(TRUSTED);
    const worktrees = openAs(world, { home });
    useRemote(world, url.replace("//", `//${USER}:wrong-password-1@`));
    const refused = await rebase({ ...world, worktrees });
    expect(refused).toMatchObject({ kind: "failed", reason: "auth" });
    expect(JSON.stringify(refused)).not.toContain("wrong-password-1");
    useRemote(world, url.replace("//", `//${USER}:${PASSWORD}@`));
    expect(await rebase({ ...world, worktrees })).toMatchObject({ kind: "rebased" });
    expect(readdirSync(join(world.repository.root, ".git/worktrees/a"))).not.toContain("tasks-rebase");
  });

  test("S18: helpers and certificates of the repository's own do not count", async () => {
    const { world, https } = await behindHttps();
    const marker = join(temporaryFolder(), "marker");
    const config = join(world.repository.root, ".git/config");
    appendFileSync(config, helper(PASSWORD).replace("f() {", `f() { touch ${marker};`));
    const unknown = await rebase({ ...world, worktrees: openAs(world, { home: homeWith("") }) });
    expect(unknown).toMatchObject({
      kind: "failed",
      reason: "network",
      why: expect.stringContaining("certificate"),
    });
    const known = await rebase({ ...world, worktrees: openAs(world, { home: homeWith(TRUSTED) }) });
    expect(known).toMatchObject({ kind: "failed", reason: "auth" });
    expect([https.allowed, readdirSync(join(marker, ".."))]).toEqual([[], []]);
  });

  test("a remote that never answers is given up", async () => {
    const world = await movedWorld();
    const { url } = await serveByHttps(world.remote, { stalls: true });
    useRemote(world, url);
    const limits: number[] = [];
    const run: RunCommand = (request) => {
      if (!request.args.includes("ls-remote")) return runCommand(request);
      limits.push(request.timeoutMs);
      return runCommand({ ...request, timeoutMs: 500 });
    };
    const worktrees = openAs(world, { home: homeWith(TRUSTED), run });
    expect(await rebase({ ...world, worktrees })).toMatchObject({ kind: "failed", reason: "timeout" });
    expect(limits).toEqual([60_000]);
  });

  test("no server listens there: network", async () => {
    const world = await movedWorld();
    useRemote(world, "https://127.0.0.1:9/app.git");
    expect(await rebase({ ...world, worktrees: openAs(world, { home: homeWith("") }) })).toMatchObject({
      kind: "failed",
      reason: "network",
    });
  });
});

describe("a remote behind ssh", () => {
  /** Stands for ssh: notes its arguments, and runs the command here. */
  const fakeSsh = (folder: string, name = "ssh") =>
    program(folder, name, `echo "$@" >> ${join(folder, "asked")}\nfor last; do :; done\nexec sh -c "$last"`);
  const asked = (folder: string) => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");

  test("the user's own ssh command is used, without a prompt", async () => {
    const world = await movedWorld();
    useRemote(world, `git@forge.test:${world.remote.root}`);
    const folder = temporaryFolder();
    const home = homeWith(`[core]\n\tsshCommand = ${fakeSsh(folder)} -i ~/.ssh/other\n`);
    expect(await rebase({ ...world, worktrees: openAs(world, { home }) })).toMatchObject({ kind: "rebased" });
    for (const line of asked(folder))
      expect(line).toMatch(/^-i \S+\/\.ssh\/other -o BatchMode=yes .*git@forge\.test/);
  });

  test("that of the environment goes before, and one that may not be OpenSSH gets no options", async () => {
    const world = await movedWorld();
    useRemote(world, `ssh://git@forge.test${world.remote.root}`);
    const folder = temporaryFolder();
    const home = homeWith("[core]\n\tsshCommand = false\n");
    const env = { GIT_SSH_COMMAND: fakeSsh(folder, "our-wrapper"), GIT_SSH_VARIANT: "simple" };
    expect(await rebase({ ...world, worktrees: openAs(world, { home, env }) })).toMatchObject({
      kind: "rebased",
    });
    expect(asked(folder).join("\n")).not.toContain("BatchMode");
  });

  test.each([
    ["auth", "git@forge.test: Permission denied (publickey)."],
    ["auth", "Host key verification failed."],
    ["auth", "ERROR: Repository not found."],
    ["network", "ssh: Could not resolve hostname forge.test: Name or service not known"],
    ["network", "kex_exchange_identification: Connection closed by remote host"],
  ])("R8: %s: %s", async (reason, complaint) => {
    const world = await movedWorld();
    useRemote(world, "git@forge.test:app.git");
    const ssh = program(temporaryFolder(), "ssh", `echo '${complaint}' >&2\nexit 255`);
    const home = homeWith(`[core]\n\tsshCommand = ${ssh}\n`);
    expect(await rebase({ ...world, worktrees: openAs(world, { home }) })).toMatchObject({
      kind: "failed",
      reason,
      why: expect.stringContaining(complaint),
    });
  });

  test("R8: ssh itself, to a host that is none", async () => {
    const world = await movedWorld();
    useRemote(world, "ssh://git@host.invalid/app.git");
    expect(await rebase({ ...world, worktrees: openAs(world, { home: homeWith("") }) })).toMatchObject({
      kind: "failed",
      reason: "network",
    });
  });
});

describe("S17, S18: addresses that git never visits", () => {
  test.each([
    "ext::sh -c touch% MARKER",
    "evil::x",
    "http://forge.test/app.git",
    "ftp://forge.test/app.git",
    "file://host/app.git",
    "file:///%zz",
    "../remote",
    "remote",
    "-oProxyCommand=touch$IFS$9MARKER:x",
    "ssh://-oProxyCommand=touch$IFS$9MARKER/x",
    "ssh://user@-oProxyCommand=x/x",
    "--upload-pack=touch MARKER",
    "fd::17",
    "transport::https://forge.test",
  ])("the address %s", async (address) => {
    const world = await movedWorld();
    const markers = temporaryFolder();
    const bin = join(markers, "bin");
    for (const name of ["ssh", "git-remote-evil", "git-remote-ext"])
      program(bin, name, `touch ${join(markers, name)}`);
    useRemote(world, address.replace("MARKER", join(markers, "marker")));
    const env = { PATH: `${bin}:${process.env["PATH"]}` };
    expect(
      await rebase({
        ...world,
        worktrees: openAs(world, { home: homeWith("[protocol]\n\tallow = always\n"), env }),
      }),
    ).toEqual({
      kind: "failed",
      reason: "git",
      why: expect.stringContaining("nothing is pushed there"),
    });
    expect(readdirSync(markers)).toEqual(["bin"]);
    expect(headOf(world)).toBe(world.pushed);
  });

  test("a remote inside the repository would bring its hooks along", async () => {
    const world = await movedWorld();
    const marker = join(temporaryFolder(), "marker");
    for (const place of [".git/evil", "evil.git", ".git/worktrees/a/evil.git"]) {
      const inside = join(world.repository.root, place);
      world.repository.git("clone", "--quiet", "--bare", world.remote.root, inside);
      program(join(inside, "hooks"), "pre-receive", `touch ${marker}`);
      for (const address of [inside, `file://${inside}`, inside.replace(/\.git$/, "")]) {
        useRemote(world, address);
        const rebased = await rebase({ ...world, worktrees: openAs(world, { home: homeWith("") }) });
        expect(rebased).toMatchObject({
          kind: "failed",
          why: expect.stringContaining("nothing is pushed there"),
        });
      }
    }
    expect(headOf(world)).toBe(world.pushed);
    expect(readdirSync(join(marker, ".."))).toEqual([]);
  });

  test("the repository's own insteadOf leads nowhere, and the user's own leads on", async () => {
    const world = await movedWorld();
    const marker = join(temporaryFolder(), "marker");
    useRemote(world, "https://forge.test/app.git");
    const evil = `[url "ext::sh -c touch% ${marker} "]\n\tinsteadOf = https://forge.test/\n\tpushInsteadOf = https://forge.test/\n`;
    appendFileSync(join(world.repository.root, ".git/config"), `${evil}[protocol "ext"]\n\tallow = always\n`);
    const leads = (to: string) => homeWith(`[url "${to}"]\n\tinsteadOf = https://forge.test/app.git\n`);
    const trap = await rebase({
      ...world,
      worktrees: openAs(world, { home: leads(`ext::touch ${marker}`) }),
    });
    expect(trap).toMatchObject({ kind: "failed", why: expect.stringContaining("nothing is pushed there") });
    expect(readdirSync(join(marker, ".."))).toEqual([]);
    const home = leads(world.remote.root);
    expect(await rebase({ ...world, worktrees: openAs(world, { home }) })).toMatchObject({ kind: "rebased" });
    expect(readdirSync(join(marker, ".."))).toEqual([]);
  });
});

describe("S18: a hostile repository runs nothing", () => {
  const HOOKS = [
    ...[
      "applypatch-msg",
      "pre-applypatch",
      "post-applypatch",
      "pre-commit",
      "pre-merge-commit",
      "post-commit",
    ],
    ...[
      "prepare-commit-msg",
      "commit-msg",
      "pre-rebase",
      "post-checkout",
      "post-merge",
      "pre-push",
      "post-rewrite",
    ],
    ...[
      "reference-transaction",
      "post-index-change",
      "pre-auto-gc",
      "fsmonitor-watchman",
      "push-to-checkout",
    ],
  ];

  /** `touch <marker>` by every way that git has to run a program while it fetches, merges, commits, writes and pushes. */
  function hostile(markers: string, remote: string): string {
    const runs = (name: string) => JSON.stringify(`touch ${join(markers, name)}; true`);
    const hooks = HOOKS.map(
      (event) => `[hook "evil-${event}"]\n\tevent = ${event}\n\tcommand = ${runs(`config-${event}`)}\n`,
    );
    const remotes = ["origin", "tasks-remote", remote].map(
      (name) =>
        `[remote "${name}"]\n\tuploadpack = ${runs("uploadpack")}\n\treceivepack = ${runs("receivepack")}\n\tvcs = evil\n\tproxy = http://127.0.0.1:9\n`,
    );
    return `
[core]
	fsmonitor = ${runs("fsmonitor")}
	pager = ${runs("pager")}
	editor = ${runs("editor")}
	sshCommand = ${runs("ssh")}
	askPass = ${runs("askpass")}
	gitProxy = ${runs("proxy")}
	alternateRefsCommand = ${runs("alternates")}
[sequence]
	editor = ${runs("sequence-editor")}
[rebase]
	autoStash = true
	autoSquash = true
	updateRefs = true
	rescheduleFailedExec = true
	instructionFormat = "%s"
[rerere]
	enabled = true
	autoUpdate = true
[filter "evil"]
	clean = ${runs("clean")}
	smudge = ${runs("smudge")}
	process = ${runs("process")}
	required = true
[diff]
	external = ${runs("external")}
[diff "evil"]
	textconv = ${runs("textconv")}
	command = ${runs("diff")}
[merge]
	default = evil
	renormalize = true
[merge "evil"]
	driver = ${runs("merge")}
[mergetool "evil"]
	cmd = ${runs("mergetool")}
[commit]
	gpgSign = true
[push]
	gpgSign = if-asked
	followTags = true
	recurseSubmodules = on-demand
[gpg]
	program = ${runs("gpg")}
[gpg "ssh"]
	defaultKeyCommand = ${runs("gpg-ssh")}
[credential]
	helper = "!touch ${join(markers, "credential")}"
[url "ext::sh -c touch% ${join(markers, "ext")} "]
	insteadOf = ${remote}
	pushInsteadOf = ${remote}
[protocol]
	allow = always
[uploadpack]
	packObjectsHook = ${runs("pack-objects-hook")}
[trailer "x"]
	command = ${runs("trailer")}
[alias]
	fetch = "!touch ${join(markers, "alias")}"
	push = "!touch ${join(markers, "alias")}"
${remotes.join("")}${hooks.join("")}`;
  }

  const ATTRIBUTES = "* filter=evil diff=evil merge=evil\n";
  const SCOPES: Record<string, (root: string, configuration: string) => void> = {
    "in .git/config": (root, configuration) => appendFileSync(join(root, ".git/config"), configuration),
    "included where the task's branch is checked out": (root, configuration) => {
      writeFileSync(join(root, ".git/included"), configuration);
      appendFileSync(join(root, ".git/config"), '[includeIf "onbranch:task/**"]\n\tpath = included\n');
    },
    "in the worktree's own configuration": (root, configuration) => {
      appendFileSync(join(root, ".git/config"), "[extensions]\n\tworktreeConfig = true\n");
      writeFileSync(join(root, ".git/worktrees/a/config.worktree"), configuration);
    },
  };

  test.each(Object.entries(SCOPES))("%s", async (_name, set) => {
    const world = await movedWorld({ files: { ".gitattributes": ATTRIBUTES, "list.md": "0\n" } });
    const markers = temporaryFolder();
    const { root } = world.repository;
    set(root, hostile(markers, world.remote.root));
    for (const name of HOOKS)
      program(join(root, ".git/hooks"), name, `touch ${join(markers, `file-${name}`)}`);
    const worktrees = openAs(world, { home: homeWith("") });
    expect(await rebase({ ...world, worktrees }, { dryRun: true })).toMatchObject({ kind: "would_rebase" });
    expect(await rebase({ ...world, worktrees })).toMatchObject({ kind: "rebased" });
    expect(readdirSync(markers)).toEqual([]);
    // The trap is a real one: git without care runs into it.
    world.task.write("text.md", "x\n");
    expect(() =>
      world.task.git("-c", "commit.gpgSign=false", "commit", "--quiet", "-am", "careless"),
    ).toThrow();
    expect(() => world.task.git("fetch", "origin")).toThrow();
    expect(readdirSync(markers).length).toBeGreaterThan(1);
  });

  test("a conflict, and a push that is refused", async () => {
    const world = await movedWorld({ files: { ".gitattributes": ATTRIBUTES } });
    const markers = temporaryFolder();
    const { root } = world.repository;
    SCOPES["in .git/config"]?.(root, hostile(markers, world.remote.root));
    program(join(world.remote.root, "hooks"), "update", "exit 1");
    const worktrees = openAs(world, { home: homeWith("") });
    expect(await rebase({ ...world, worktrees })).toMatchObject({ kind: "manual", cause: "refused" });
    world.elsewhere.write("text.md", "all new\n");
    world.elsewhere.commit("conflict");
    world.remote.git("fetch", "--quiet", world.elsewhere.root, "+HEAD:main");
    expect(await rebase({ ...world, worktrees })).toMatchObject({ kind: "manual", cause: "conflict" });
    expect(readdirSync(markers)).toEqual([]);
  });

  test("the user's own merge driver and filter work on", async () => {
    const world = await createRebaseWorld({
      files: { ".gitattributes": "text.md merge=ours filter=upper\n" },
    });
    world.elsewhere.write("text.md", "theirs\n");
    world.elsewhere.commit("conflict");
    world.elsewhere.git("push", "--quiet", "origin", "HEAD:main");
    const marker = join(temporaryFolder(), "smudged");
    const home = homeWith(
      `[merge "ours"]\n\tdriver = true\n[filter "upper"]\n\tsmudge = "touch ${marker}; cat"\n\tclean = cat\n`,
    );
    world.task.write("more.md", "more\n");
    const headCommit = world.task.commit("more") as RebaseWorld["pushed"];
    world.task.git("push", "--quiet", "origin", BRANCH);
    const worktrees = openAs(world, { home });
    expect(await rebase({ ...world, worktrees }, { headCommit })).toMatchObject({ kind: "rebased" });
    expect(readdirSync(join(marker, ".."))).toEqual(["smudged"]);
  });
});

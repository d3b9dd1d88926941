import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import { createRepository, temporaryFolder } from "../../../test/support/git-repository.ts";
import type { HostSearch } from "../../ports/git/pull-request-host.ts";
import { runCommand } from "../exec/run-command.ts";
import { createGitHubHosts } from "./find-host.ts";

const NOT_STARTED = { ok: false, ending: "not_started", exitCode: null, signalName: null } as const;
const EXITED = { ok: true, ending: "exited", exitCode: 0, signalName: null } as const;
const PATH = process.env["PATH"] ?? "";

type World = {
  readonly root?: string;
  readonly env?: Record<string, string>;
  readonly repository?: string | null;
  readonly baseUrl?: string;
  /** What `ssh -G` prints; without it, ssh is not installed. */
  readonly ssh?: string;
};

/** Of a machine without `gh`. */
function find(world: World): Promise<HostSearch> {
  const { root = "/nowhere", env = { GITHUB_TOKEN: "ghp_x" }, repository = null } = world;
  const hosts = createGitHubHosts({
    root,
    env,
    run: async (request) => {
      if (request.program === "git") return await runCommand({ ...request, env: { ...request.env, PATH } });
      const stdout = request.program === "ssh" ? world.ssh : undefined;
      const printed = { stdout: stdout ?? "", stderr: "", durationMs: 0, message: "it could not be started" };
      return stdout === undefined ? { ...NOT_STARTED, ...printed } : { ...EXITED, ...printed };
    },
    settings: { repository, base_url: world.baseUrl ?? "https://api.github.com" },
    clock: createMemoryClock(),
  });
  return hosts.find(new AbortController().signal);
}

function withRemote(url: string): string {
  const repository = createRepository();
  repository.git("remote", "add", "origin", url);
  return repository.root;
}

async function repositoryOf(world: World): Promise<string> {
  const search = await find(world);
  if (search.kind === "off") throw new Error(search.because);
  return search.host.repository;
}

const ENTERPRISE = "https://git.corp.example/api/v3";

test.each<[remote: string, baseUrl: string]>([
  ["https://github.com/acme/app.git", "https://api.github.com"],
  ["git@github.com:acme/app.git", "https://api.github.com"],
  ["ssh://git@ssh.github.com:443/acme/app.git", "https://api.github.com"],
  ["https://www.github.com/acme/app", "https://api.github.com"],
  ["git@git.corp.example:acme/app.git", ENTERPRISE],
  ["git@acme.ghe.com:acme/app.git", "https://api.acme.ghe.com"],
])("the repository is that of the remote: %s at %s", async (remote, baseUrl) => {
  const env = { GITHUB_TOKEN: "ghp_x", GH_HOST: "git.corp.example" };
  expect(await repositoryOf({ root: withRemote(remote), baseUrl, env })).toBe("acme/app");
});

test.each(["git@gh-work:acme/app.git", "ssh://git@github.com-work/acme/app.git"])(
  "D16: an ssh alias is what ssh makes of it: %s",
  async (remote) => {
    const ssh = "user git\nhostname github.com\nport 22\n";
    expect(await repositoryOf({ root: withRemote(remote), ssh })).toBe("acme/app");
    expect((await find({ root: withRemote("https://gh-work/acme/app.git"), ssh })).kind).toBe("off");
  },
);

test("the setting goes before the remote", async () => {
  const root = withRemote("git@gitlab.com:other/thing.git");
  expect(await repositoryOf({ root, repository: "acme/app" })).toBe("acme/app");
});

test.each<[what: string, world: () => World, because: string, remedy: string | null]>([
  ["no repository", () => ({ root: temporaryFolder() }), "no git remote", null],
  ["no remote", () => ({ root: createRepository().root }), "no git remote", null],
  [
    "another host",
    () => ({ root: withRemote("git@gitlab.com:acme/app.git") }),
    "remote is gitlab.com",
    "set github.repository to the owner/name of a mirror on GitHub, if there is one",
  ],
  [
    "Enterprise, and the public setting",
    () => ({ root: withRemote("git@git.corp.example:acme/app.git") }),
    "remote is git.corp.example",
    "set github.base_url to https://git.corp.example/api/v3 if that is GitHub Enterprise",
  ],
  [
    "a name that only ends like the host",
    () => ({ root: withRemote("https://evil-github.com/acme/app.git") }),
    "remote is evil-github.com",
    "set github.base_url to https://evil-github.com/api/v3 if that is GitHub Enterprise",
  ],
  [
    "D16: Enterprise, and the setting is for another",
    () => ({ root: withRemote("git@git.corp.example:acme/app.git"), baseUrl: "https://api.acme.ghe.com" }),
    "remote is git.corp.example, and github.base_url is for acme.ghe.com",
    "set github.base_url to https://git.corp.example/api/v3, or set github.repository to owner/name",
  ],
  [
    "D16: data residency, and the public setting",
    () => ({ root: withRemote("https://acme.ghe.com/acme/app.git") }),
    "remote is acme.ghe.com",
    "set github.base_url to https://api.acme.ghe.com if that is GitHub Enterprise",
  ],
  [
    "D16: the public host, and the setting is for Enterprise",
    () => ({ root: withRemote("git@github.com:acme/app.git"), baseUrl: ENTERPRISE }),
    "remote is github.com, and github.base_url is for git.corp.example",
    "remove github.base_url, or set github.repository to owner/name",
  ],
  [
    "D16: another product, whatever github.base_url says",
    () => ({ root: withRemote("https://bitbucket.org/acme/app.git"), baseUrl: ENTERPRISE }),
    "remote is bitbucket.org",
    "set github.repository to the owner/name of a mirror on GitHub, if there is one",
  ],
  [
    "D16: an ssh alias that cannot be resolved",
    () => ({ root: withRemote("git@gh-work:acme/app.git") }),
    "the remote's host gh-work is an ssh alias or a local name",
    "set github.repository to owner/name",
  ],
  [
    "D16: an ssh alias of another host",
    () => ({ root: withRemote("git@work:acme/app.git"), ssh: "user git\nhostname git.corp.example\n" }),
    "remote is git.corp.example, by the ssh alias work",
    "set github.base_url to https://git.corp.example/api/v3 if that is GitHub Enterprise",
  ],
  [
    "a remote that is a folder",
    () => ({ root: withRemote("/srv/git/app.git") }),
    "the git remote is not a repository on a host",
    "set github.repository to owner/name",
  ],
  [
    "several remotes",
    () => {
      const { root } = createRepository();
      const lines = ["a", "b"].map((name) => `[remote "${name}"]\nurl = git@github.com:acme/${name}\n`);
      writeFileSync(join(root, ".git/config"), lines.join(""));
      return { root };
    },
    "several git remotes, none named origin",
    "set github.repository to owner/name",
  ],
  [
    "a setting that is no name",
    () => ({ repository: "https://github.com/acme/app" }),
    'github.repository is "https://github.com/acme/app", not owner/name',
    "set github.repository to owner/name",
  ],
  [
    "an address that would show the token",
    () => ({ repository: "acme/app", baseUrl: "http://git.corp.example" }),
    "github.base_url is http:, which would send the token unencrypted",
    "set it to https://api.github.com, or to https://HOST/api/v3 for Enterprise",
  ],
])("off: %s", async (_, world, because, remedy) => {
  expect(await find(world())).toEqual({ kind: "off", because, remedy });
});

test("R8: off without a token, with what to do", async () => {
  expect(await find({ repository: "acme/app", env: {} })).toEqual({
    kind: "off",
    because: "no token",
    remedy: "set GITHUB_TOKEN, or install gh and run `gh auth login`",
  });
});

test.each(["https://dave:hunter2@gitlab.com/acme/app", "https://hunter2@example.com/acme", "hunter2"])(
  "S20: the content of a remote's URL is not shown: %s",
  async (remote) => {
    const search = await find({ root: withRemote(remote) });
    expect(search.kind).toBe("off");
    expect(JSON.stringify(search)).not.toContain("hunter2");
  },
);

import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../test/support/git-repository.ts";
import type { CommandRequest, CommandResult } from "../../../ports/system/run-command.ts";
import { runCommand } from "../../exec/run-command.ts";
import { readApiAddress } from "./api-address.ts";
import { findToken } from "./find-token.ts";

const ENDED: CommandResult = {
  ...{ ok: true, ending: "exited", exitCode: 0, signalName: null },
  ...{ stdout: "", stderr: "", durationMs: 1, message: "" },
};

/** What is found, and what was run for it. */
async function look(
  env: Record<string, string>,
  { gh = {}, baseUrl = "https://api.github.com" }: { gh?: Partial<CommandResult>; baseUrl?: string } = {},
) {
  const asked: CommandRequest[] = [];
  const address = readApiAddress(baseUrl);
  if (address.kind === "unusable") throw new Error(address.message);
  const search = await findToken({
    root: "/repository",
    env,
    api: address.api,
    signal: new AbortController().signal,
    run: async (request) => {
      asked.push(request);
      return { ...ENDED, ...gh };
    },
  });
  return { search, asked };
}

const NO_TOKEN = { ok: false, exitCode: 1, stderr: "no oauth token found for github.com\n" };

test("GITHUB_TOKEN comes first, then GH_TOKEN, and nothing is run", async () => {
  const both = await look({ GITHUB_TOKEN: "one", GH_TOKEN: "two" });
  expect(both.search).toMatchObject({ kind: "found", token: { text: "one" } });
  expect(both.asked).toEqual([]);
  expect((await look({ GITHUB_TOKEN: " ", GH_TOKEN: " two\n" })).search).toEqual({
    kind: "found",
    token: { text: "two", renewal: "Renew the token in GH_TOKEN" },
  });
});

test("R8: gh is asked without a prompt, without a shell, and with a limit below 5 s", async () => {
  const env = {
    PATH: ["/usr/bin", ".", "bin", "/bin"].join(delimiter),
    HOME: "/home/dave",
    GH_CONFIG_DIR: "/home/dave/gh",
    SECRET: "x",
  };
  const { search, asked } = await look(env, { gh: { stdout: "gho_1\n" } });
  expect(search).toEqual({ kind: "found", token: { text: "gho_1", renewal: "Run `gh auth login`" } });
  expect(asked).toHaveLength(1);
  const [{ signal: _, ...request } = {} as CommandRequest] = asked;
  expect(request).toEqual({
    program: "gh",
    args: ["auth", "token", "--hostname", "github.com"],
    cwd: "/repository",
    env: {
      PATH: ["/usr/bin", "/bin"].join(delimiter),
      HOME: "/home/dave",
      GH_CONFIG_DIR: "/home/dave/gh",
      GH_PROMPT_DISABLED: "1",
      GH_NO_UPDATE_NOTIFIER: "1",
      NO_COLOR: "1",
    },
    timeoutMs: 4000,
    outputBytesMax: 16 * 1024,
  });
});

test.each<[what: string, gh: Partial<CommandResult>, message: string, hint: string | null]>([
  ["no one logged in", NO_TOKEN, "no token", "run `gh auth login`"],
  ["gh says nothing", {}, "no token", "run `gh auth login`"],
  [
    "there is no gh",
    { ok: false, ending: "not_started", exitCode: null },
    "no token",
    "set GITHUB_TOKEN, or install gh and run `gh auth login`",
  ],
  [
    "gh hangs",
    { ok: false, ending: "timed_out", exitCode: null },
    "no token: gh did not answer in time",
    "set GITHUB_TOKEN",
  ],
  [
    "it is no longer wanted",
    { ok: false, ending: "aborted", exitCode: null },
    "no token yet: gh was cancelled before it answered",
    null,
  ],
])("R8: %s: off, with what to do", async (_, gh, message, hint) => {
  expect((await look({}, { gh })).search).toEqual({ kind: "none", message, hint });
});

test("R8: a real gh that wants to prompt cannot", async () => {
  const folder = temporaryFolder();
  const program = join(folder, "gh");
  const script = 'if [ "$GH_PROMPT_DISABLED" = 1 ] && ! read -r answer; then exit 4; fi; echo "$answer"';
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const address = readApiAddress("https://api.github.com");
  if (address.kind === "unusable") throw new Error(address.message);
  const search = await findToken({
    root: folder,
    env: { PATH: folder },
    run: runCommand,
    api: address.api,
    signal: new AbortController().signal,
  });
  expect(search).toEqual({ kind: "none", message: "no token", hint: "run `gh auth login`" });
});

describe("S20: a token that no header can carry is refused without being repeated", () => {
  test.each(["two words", "line\nbreak", "n\u00e9e", "nul\0", "x".repeat(2001)])("%j", async (text) => {
    const fromVariable = (await look({ GITHUB_TOKEN: text })).search;
    expect(fromVariable).toEqual({
      kind: "none",
      message: "the token in GITHUB_TOKEN contains characters that no token has",
      hint: "renew the token in GITHUB_TOKEN",
    });
    expect((await look({}, { gh: { stdout: text } })).search).toEqual({
      kind: "none",
      message: "gh's token contains characters that no token has",
      hint: "run `gh auth login`",
    });
  });

  test("one with characters that mean something to a shell is as good as any", async () => {
    const text = "a$(touch x)`;'\"&|<>*".replaceAll(" ", "");
    expect((await look({ GITHUB_TOKEN: text })).search).toMatchObject({ kind: "found", token: { text } });
  });
});

describe("S20: a token goes only to a host that the user means, whatever a repository's settings say", () => {
  const ENTERPRISE = "https://git.corp.example/api/v3";

  test.each<[name: string, env: Record<string, string>, baseUrl: string]>([
    ["github.com", {}, "https://api.github.com"],
    ["Enterprise Cloud", {}, "https://api.acme.ghe.com"],
    ["this machine", {}, "http://127.0.0.1:4000"],
    ["the host of GH_HOST", { GH_HOST: "Git.Corp.example" }, ENTERPRISE],
    ["the host of an Actions runner", { GITHUB_SERVER_URL: "https://git.corp.example" }, ENTERPRISE],
    ["the API of an Actions runner", { GITHUB_API_URL: ENTERPRISE }, ENTERPRISE],
  ])("%s gets that of the environment", async (_, env, baseUrl) => {
    const { search } = await look({ ...env, GITHUB_TOKEN: "one" }, { baseUrl });
    expect(search).toMatchObject({ kind: "found", token: { text: "one" } });
  });

  test("another host gets only what gh has for it", async () => {
    const { search, asked } = await look(
      { GITHUB_TOKEN: "one", GH_HOST: "other.example" },
      { baseUrl: ENTERPRISE, gh: { stdout: "two\n" } },
    );
    expect(asked[0]?.args).toEqual(["auth", "token", "--hostname", "git.corp.example"]);
    expect(search).toEqual({
      kind: "found",
      token: { text: "two", renewal: "Run `gh auth login --hostname git.corp.example`" },
    });
  });

  test.each([
    "https://evil.example/api/v3",
    "https://github.com.evil.example",
    "https://ghe.com.evil.example",
  ])("%s gets nothing", async (baseUrl) => {
    const { host } = new URL(baseUrl);
    const { search } = await look({ GH_TOKEN: "one" }, { baseUrl, gh: NO_TOKEN });
    expect(search).toEqual({
      kind: "none",
      message: `the token in GH_TOKEN is not sent to ${host}, which only the repository's settings name`,
      hint: `run \`gh auth login --hostname ${host}\`, or set GH_HOST=${host}`,
    });
  });
});

// The token: from the environment, else from `gh`, which runs without a terminal and with a time limit, so that it
// never prompts or hangs (R8). It is only checked to fit in a header.
//
// A repository's settings include `github.base_url`. So tokens from the environment, which do not say which host they
// are for, are only sent to hosts that the user's environment implies: github.com and its Enterprise Cloud, this
// machine, and the host of GH_HOST, GITHUB_SERVER_URL or GITHUB_API_URL. `gh` knows the host of each of its tokens.

import { delimiter, isAbsolute } from "node:path";
import type { Environment } from "../../../core/worker/worker-environment.ts";
import type { RunCommand } from "../../../ports/system/run-command.ts";
import type { GitHubApi } from "./api-address.ts";

export type Token = {
  readonly text: string;
  /** How to get another one: a sentence without a full stop. */
  readonly renewal: string;
};

export type TokenSearch =
  | { readonly kind: "found"; readonly token: Token }
  | { readonly kind: "none"; readonly message: string; readonly hint: string | null };

export type TokenQuestion = {
  readonly root: string;
  readonly env: Environment;
  readonly run: RunCommand;
  readonly api: GitHubApi;
  readonly signal: AbortSignal;
};

/** `GITHUB_TOKEN`, else `GH_TOKEN`, else what `gh auth token` says. Never throws. */
export async function findToken(question: TokenQuestion): Promise<TokenSearch> {
  const { env, api } = question;
  const variable = VARIABLES.find((name) => (env[name] ?? "").trim() !== "");
  if (variable === undefined) return askGh(question, null);
  if (!isIntendedHost(env, api)) return askGh(question, variable);
  return judge((env[variable] ?? "").trim(), {
    name: `the token in ${variable}`,
    renewal: `Renew the token in ${variable}`,
  });
}

const VARIABLES = ["GITHUB_TOKEN", "GH_TOKEN"];

/** R8: missing credentials are reported within 5 s; ending `gh` takes up to one more second. */
const GH_TIMEOUT_MS = 4000;
/** A token has at most a few hundred characters. */
const GH_OUTPUT_BYTES_MAX = 16 * 1024;
/** What `gh` needs to find its settings and the system's keyring. */
const GH_INHERITS = [
  ...["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "GH_CONFIG_DIR"],
  ...["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "USER", "LOGNAME"],
  ...["USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "PATHEXT"],
];
const GH_ENVIRONMENT = { GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1", NO_COLOR: "1" } as const;

/** `unsent`: the variable whose token is not sent to this host. */
async function askGh(
  { root, env, run, api, signal }: TokenQuestion,
  unsent: string | null,
): Promise<TokenSearch> {
  const { host } = api;
  const login = host === "github.com" ? "gh auth login" : `gh auth login --hostname ${host}`;
  const result = await run({
    program: "gh",
    args: ["auth", "token", "--hostname", host],
    cwd: root,
    env: { ...inherited(env), ...GH_ENVIRONMENT },
    timeoutMs: GH_TIMEOUT_MS,
    outputBytesMax: GH_OUTPUT_BYTES_MAX,
    signal,
  });
  if (result.ok && result.stdout.trim() !== "")
    return judge(result.stdout.trim(), { name: "gh's token", renewal: `Run \`${login}\`` });
  if (unsent !== null)
    return {
      kind: "none",
      message: `the token in ${unsent} is not sent to ${host}, which only the repository's settings name`,
      hint: `run \`${login}\`, or set GH_HOST=${host}`,
    };
  if (result.ending === "aborted")
    return { kind: "none", message: "no token yet: gh was cancelled before it answered", hint: null };
  if (result.ending === "timed_out")
    return { kind: "none", message: "no token: gh did not answer in time", hint: "set GITHUB_TOKEN" };
  return result.ending === "not_started"
    ? { kind: "none", message: "no token", hint: `set GITHUB_TOKEN, or install gh and run \`${login}\`` }
    : { kind: "none", message: "no token", hint: `run \`${login}\`` };
}

function judge(
  text: string,
  { name, renewal }: { readonly name: string; readonly renewal: string },
): TokenSearch {
  return HEADER_SAFE.test(text)
    ? { kind: "found", token: { text, renewal } }
    : { kind: "none", message: `${name} contains characters that no token has`, hint: lowerFirst(renewal) };
}

/** Visible ASCII: anything else could end the header or is not allowed in one. */
const HEADER_SAFE = /^[\x21-\x7e]{1,2000}$/;

function isIntendedHost(env: Environment, { host, loopback }: GitHubApi): boolean {
  if (loopback || host === "github.com" || host.endsWith(".ghe.com")) return true;
  const servers = [env["GITHUB_SERVER_URL"], env["GITHUB_API_URL"]].map(
    (url) => URL.parse(url ?? "")?.hostname,
  );
  return [env["GH_HOST"]?.toLowerCase(), ...servers].includes(host);
}

export function inherited(env: Environment): Record<string, string> {
  // A relative folder would be resolved in the repository, which could contain its own `gh`.
  const path = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute).join(delimiter);
  const others = GH_INHERITS.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { PATH: path, ...Object.fromEntries(others) };
}

function lowerFirst(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

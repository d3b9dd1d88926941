// Whether there is a host to ask, and which: from the settings, the git remote and the token. Nothing here asks the host
// itself. What is in the way is said in the order in which a person would put it right.

import {
  parseRemoteUrl,
  parseRepositoryName,
  type RemoteRepository,
} from "../../core/pull-request/remote-repository.ts";
import { quote } from "../../core/text/quote.ts";
import type { HostSearch, PullRequestHosts } from "../../ports/git/pull-request-host.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { RunCommand } from "../../ports/system/run-command.ts";
import { findRemoteUrl } from "../git/facts/remote-url.ts";
import { type GitHubApi, readApiAddress } from "./api/api-address.ts";
import { REQUEST_LIMITS, type RequestLimits } from "./api/connection.ts";
import { type Environment, findToken, inherited } from "./api/find-token.ts";
import { createGitHubHost } from "./github-host.ts";
import { describeElsewhere, NAME_IT } from "./remote-elsewhere.ts";

export type GitHubSettings = {
  /** `owner/name`; null: that of the git remote. */
  readonly repository: string | null;
  readonly base_url: string;
};

export type GitHubHostsOptions = {
  /** Absolute path of the repository. */
  readonly root: string;
  readonly env: Environment;
  readonly run: RunCommand;
  readonly settings: GitHubSettings;
  readonly clock: Clock;
  readonly limits?: RequestLimits;
};

/** GitHub as the source of pull requests for one repository. */
export function createGitHubHosts(options: GitHubHostsOptions): PullRequestHosts {
  return { find: (signal) => findHost(options, signal) };
}

async function findHost(options: GitHubHostsOptions, signal: AbortSignal): Promise<HostSearch> {
  const { root, env, run, settings, clock, limits = REQUEST_LIMITS } = options;
  const address = readApiAddress(settings.base_url);
  if (address.kind === "unusable") return off(address.because, address.remedy);
  const { api } = address;
  const target = await findTarget(options, api, signal);
  if (target.kind === "off") return target;
  const search = await findToken({ root, env, run, api, signal });
  if (search.kind === "none") return off(search.because, search.remedy);
  const { owner, name } = target.repository;
  const host = createGitHubHost({ api, token: search.token, owner, name, nowMs: clock.wallMs, limits });
  return { kind: "found", host };
}

type Off = Extract<HostSearch, { readonly kind: "off" }>;
type Target = { readonly kind: "found"; readonly repository: Omit<RemoteRepository, "host"> } | Off;

async function findTarget(options: GitHubHostsOptions, api: GitHubApi, signal: AbortSignal): Promise<Target> {
  const { repository: setting } = options.settings;
  if (setting === null) return targetOfRemote(options, api, signal);
  const repository = parseRepositoryName(setting);
  return repository === null
    ? off(`github.repository is ${quote(setting)}, not owner/name`, NAME_IT)
    : { kind: "found", repository };
}

async function targetOfRemote(
  options: GitHubHostsOptions,
  api: GitHubApi,
  signal: AbortSignal,
): Promise<Target> {
  const search = findRemoteUrl(options.root);
  if (search.kind === "none") return off("no git remote", null);
  if (search.kind === "several") return off("several git remotes, and none is called origin", NAME_IT);
  const repository = parseRemoteUrl(search.url);
  if (repository === null) return off("the git remote is not a repository of a host", NAME_IT);
  const { host } = repository;
  if (api.remoteHosts.includes(host)) return { kind: "found", repository };
  const asSsh = WITHOUT_SSH.test(search.url) ? host : await resolveAlias(options, host, signal);
  if (api.remoteHosts.includes(asSsh)) return { kind: "found", repository };
  const { because, remedy } = describeElsewhere(host, asSsh, api);
  return off(because, remedy);
}

const WITHOUT_SSH = /^(?:https?|git):/i;
/** It reads files; a `Match exec` of the user's may take a moment. */
const SSH_TIMEOUT_MS = 2_000;
const HOSTNAME = /^hostname ([a-z0-9][a-z0-9.-]*)$/im;

/** What the user's ssh configuration makes of a host's name; no connection is made. The name itself where ssh cannot say. */
async function resolveAlias(
  { root, env, run }: GitHubHostsOptions,
  host: string,
  signal: AbortSignal,
): Promise<string> {
  const options = { cwd: root, env: inherited(env), timeoutMs: SSH_TIMEOUT_MS, signal };
  const result = await run({ program: "ssh", args: ["-G", host], ...options });
  const [, name] = HOSTNAME.exec(result.ok ? result.stdout : "") ?? [];
  return name?.toLowerCase() ?? host;
}

function off(because: string, remedy: string | null): Off {
  return { kind: "off", because, remedy };
}

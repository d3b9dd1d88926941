// Whether there is a host to ask, and which: from the settings, the git remote and the token. Nothing here asks the host
// itself. What is in the way is said in the order in which a person would put it right.

import {
  parseRemoteUrl,
  parseRepositoryName,
  type RemoteRepository,
} from "../../core/pull-request/remote-repository.ts";
import { quote } from "../../core/quote.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HostSearch, PullRequestHosts } from "../../ports/pull-request-host.ts";
import type { RunCommand } from "../../ports/run-command.ts";
import { findRemoteUrl } from "../git/remote-url.ts";
import { type GitHubApi, readApiAddress } from "./api-address.ts";
import { REQUEST_LIMITS, type RequestLimits } from "./connection.ts";
import { type Environment, findToken } from "./find-token.ts";
import { createGitHubHost } from "./github-host.ts";

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
  const target = findTarget(root, settings.repository, api);
  if (target.kind === "off") return target;
  const search = await findToken({ root, env, run, api, signal });
  if (search.kind === "none") return off(search.because, search.remedy);
  const { owner, name } = target.repository;
  const host = createGitHubHost({ api, token: search.token, owner, name, nowMs: clock.wallMs, limits });
  return { kind: "found", host };
}

type Off = Extract<HostSearch, { readonly kind: "off" }>;
type Target = { readonly kind: "found"; readonly repository: Omit<RemoteRepository, "host"> } | Off;

const NAME_IT = "set github.repository to owner/name";

function findTarget(root: string, setting: string | null, api: GitHubApi): Target {
  if (setting === null) return targetOfRemote(root, api);
  const repository = parseRepositoryName(setting);
  return repository === null
    ? off(`github.repository is ${quote(setting)}, not owner/name`, NAME_IT)
    : { kind: "found", repository };
}

function targetOfRemote(root: string, { remoteHosts }: GitHubApi): Target {
  const search = findRemoteUrl(root);
  if (search.kind === "none") return off("no git remote", null);
  if (search.kind === "several") return off("several git remotes, and none is called origin", NAME_IT);
  const repository = parseRemoteUrl(search.url);
  if (repository === null) return off("the git remote is not a repository of a host", NAME_IT);
  return remoteHosts.includes(repository.host)
    ? { kind: "found", repository }
    : off(`remote is ${repository.host}`, "set github.base_url, or github.repository to owner/name");
}

function off(because: string, remedy: string | null): Off {
  return { kind: "off", because, remedy };
}

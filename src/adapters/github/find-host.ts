// Finds the pull request host, from the settings, the git remote and the token, without contacting it. Problems are
// reported in the order in which a person would fix them.

import {
  parseRemoteUrl,
  parseRepositoryName,
  type RemoteRepository,
} from "../../core/pull-request/remote-repository.ts";
import { quote } from "../../core/text/quote.ts";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { HostSearch, PullRequestHost, PullRequestHosts } from "../../ports/git/pull-request-host.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { RunCommand } from "../../ports/system/run-command.ts";
import { readRemote } from "../git/facts/remotes.ts";
import { type GitHubApi, readApiAddress } from "./api/api-address.ts";
import { type Connection, REQUEST_LIMITS, type RequestLimits } from "./api/connection.ts";
import { findToken, inherited } from "./api/find-token.ts";
import { readNews } from "./read-news.ts";
import { createBatchSize, readPullRequests } from "./read-pull-requests.ts";

export type GitHubSettings = {
  /** `owner/name`; null: the git remote's. */
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
  if (address.kind === "unusable") return off(address.message, address.hint);
  const { api } = address;
  const target = await findTarget(options, api, signal);
  if (target.kind === "off") return target;
  const search = await findToken({ root, env, run, api, signal });
  if (search.kind === "none") return off(search.message, search.hint);
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
  const { root, env, run } = options;
  const search = await readRemote({ root, env, run, signal });
  if (search.kind === "none") return off("no git remote", null);
  if (search.kind === "several") return off("several git remotes, none named origin", NAME_IT);
  const [url] = search.remote.urls;
  const repository = parseRemoteUrl(url);
  if (repository === null) return off("the git remote is not a repository on a host", NAME_IT);
  const { host } = repository;
  if (api.remoteHosts.includes(host)) return { kind: "found", repository };
  const asSsh = WITHOUT_SSH.test(url) ? host : await resolveAlias(options, host, signal);
  if (api.remoteHosts.includes(asSsh)) return { kind: "found", repository };
  return describeElsewhere(host, asSsh, api);
}

const WITHOUT_SSH = /^(?:https?|git):/i;
/** It only reads files; a `Match exec` in the user's configuration may take a moment. */
const SSH_TIMEOUT_MS = 2_000;
const HOSTNAME = /^hostname ([a-z0-9][a-z0-9.-]*)$/im;

/** Resolves a host name by the user's ssh configuration, without a connection. The name itself if ssh cannot say. */
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

/** Never throws, and no message contains the token. */
function createGitHubHost(connection: Connection): PullRequestHost {
  const batches = createBatchSize(connection.nowMs);
  return {
    repository: `${connection.owner}/${connection.name}`,
    readNews: (question) => readNews(connection, question),
    readPullRequests: ({ wanted, signal }) =>
      batches.ask(wanted, (batch) => readPullRequests(connection, { wanted: batch, signal })),
  };
}

const NAME_IT = "set github.repository to owner/name";

/** Hosts that are known not to be GitHub. */
const OTHER_PRODUCTS =
  /^(?:gitlab\.com|bitbucket\.org|codeberg\.org|git\.sr\.ht|gitea\.com|dev\.azure\.com|ssh\.dev\.azure\.com|.+\.visualstudio\.com)$/;

/** `asSsh`: the host name as ssh resolves it. */
function describeElsewhere(host: string, asSsh: string, api: GitHubApi): Off {
  if (OTHER_PRODUCTS.test(asSsh))
    return off(
      `remote is ${asSsh}`,
      "set github.repository to the owner/name of a mirror on GitHub, if there is one",
    );
  const where = asSsh === host ? `remote is ${host}` : `remote is ${asSsh}, by the ssh alias ${host}`;
  const isPublic = api.host === "github.com";
  const because = isPublic ? where : `${where}, and github.base_url is for ${api.host}`;
  // A token is never sent to a name without a dot.
  if (!asSsh.includes(".")) return off(`the remote's host ${host} is an ssh alias or a local name`, NAME_IT);
  if (asSsh === "github.com") return off(because, `remove github.base_url, or ${NAME_IT}`);
  const set = `set github.base_url to ${apiOf(asSsh)}`;
  return off(because, isPublic ? `${set} if that is GitHub Enterprise` : `${set}, or ${NAME_IT}`);
}

/** Enterprise with data residency has an `api.` host; a self-hosted server has the API below a path. */
function apiOf(host: string): string {
  return host.endsWith(".ghe.com") ? `https://api.${host}` : `https://${host}/api/v3`;
}

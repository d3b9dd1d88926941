// Where the API is, from the setting `github.base_url`, and what that says about the host: the name `gh` knows it by, and
// the names that remotes have it under. A token must not travel readable, so that `http:` is for this machine only.

export type GitHubApi = {
  /** What REST paths are appended to; octokit derives the address of GraphQL from it. */
  readonly restUrl: string;
  /** The host as people know it: `github.com` for `api.github.com`. */
  readonly host: string;
  /** Names that git remotes may have it under. */
  readonly remoteHosts: readonly string[];
  /** On this machine: its links may be `http:` as well. */
  readonly loopback: boolean;
};

export type ApiAddress =
  | { readonly kind: "usable"; readonly api: GitHubApi }
  | { readonly kind: "unusable"; readonly because: string; readonly remedy: string };

/** Reads `github.base_url`; what it says is never repeated, because it may hold a password (S20). */
export function readApiAddress(baseUrl: string): ApiAddress {
  const url = URL.parse(baseUrl);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    return unusable("github.base_url is no web address");
  if (url.username !== "" || url.password !== "")
    return unusable("github.base_url holds a user name or password, which is not for settings");
  if (url.search !== "" || url.hash !== "") return unusable("github.base_url goes on after its path");
  const loopback = isLoopback(url.hostname);
  if (url.protocol === "http:" && !loopback)
    return unusable("github.base_url is http:, which would send the token readable for everybody on the way");
  if (PUBLIC_NAMES.includes(url.hostname))
    return unusable("github.base_url is that of pages, not of the API");
  const host = hostOf(url.hostname);
  const restUrl = url.href.replace(/\/+$/, "");
  return {
    kind: "usable",
    api: { restUrl, host, remoteHosts: host === PUBLIC_HOST ? PUBLIC_NAMES : [host], loopback },
  };
}

/** `127.0.0.0/8`, `::1` and their name; the URL parser has already undone other spellings of them. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

const PUBLIC_HOST = "github.com";
const PUBLIC_NAMES: readonly string[] = [PUBLIC_HOST, "www.github.com", "ssh.github.com"];

/** Enterprise with data residency has `api.` before its name as github.com has; a server of one's own has not. */
function hostOf(hostname: string): string {
  return hostname === "api.github.com" || /^api\.[\w-]+\.ghe\.com$/.test(hostname)
    ? hostname.slice("api.".length)
    : hostname;
}

function unusable(because: string): ApiAddress {
  return {
    kind: "unusable",
    because,
    remedy: "set it to https://api.github.com, or to https://HOST/api/v3 for Enterprise",
  };
}

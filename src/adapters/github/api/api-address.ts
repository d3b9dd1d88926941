// The API's address, from the setting `github.base_url`, and the host's names: the one `gh` uses, and those in git
// remotes. A token must not be sent unencrypted, so `http:` is only for this machine.

export type GitHubApi = {
  /** REST paths are appended to it; octokit derives the GraphQL address from it. */
  readonly restUrl: string;
  /** The host as people know it: `github.com` for `api.github.com`. */
  readonly host: string;
  /** The host's names in git remotes. */
  readonly remoteHosts: readonly string[];
  /** On this machine, where links may also be `http:`. */
  readonly loopback: boolean;
};

export type ApiAddress =
  | { readonly kind: "usable"; readonly api: GitHubApi }
  | { readonly kind: "unusable"; readonly message: string; readonly hint: string };

/** Reads `github.base_url`; it is never quoted, message it may contain a password (S20). */
export function readApiAddress(baseUrl: string): ApiAddress {
  const url = URL.parse(baseUrl);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    return unusable("github.base_url is not a web address");
  if (url.username !== "" || url.password !== "")
    return unusable("github.base_url contains a user name or password, which do not belong in settings");
  if (url.search !== "" || url.hash !== "")
    return unusable("github.base_url has a query or fragment after its path");
  const loopback = isLoopback(url.hostname);
  if (url.protocol === "http:" && !loopback)
    return unusable("github.base_url is http:, which would send the token unencrypted");
  if (PUBLIC_NAMES.includes(url.hostname))
    return unusable("github.base_url is the address of pages, not of the API");
  const host = hostOf(url.hostname);
  const restUrl = url.href.replace(/\/+$/, "");
  return {
    kind: "usable",
    api: { restUrl, host, remoteHosts: host === PUBLIC_HOST ? PUBLIC_NAMES : [host], loopback },
  };
}

/** `127.0.0.0/8`, `::1` and `localhost`; the URL parser has already normalised other spellings. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

const PUBLIC_HOST = "github.com";
const PUBLIC_NAMES: readonly string[] = [PUBLIC_HOST, "www.github.com", "ssh.github.com"];

/** Like github.com, Enterprise with data residency has an `api.` host; a self-hosted server does not. */
function hostOf(hostname: string): string {
  return hostname === "api.github.com" || /^api\.[\w-]+\.ghe\.com$/.test(hostname)
    ? hostname.slice("api.".length)
    : hostname;
}

function unusable(message: string): ApiAddress {
  return {
    kind: "unusable",
    message,
    hint: "set it to https://api.github.com, or to https://HOST/api/v3 for Enterprise",
  };
}

// What to say about a git remote that is not on the configured GitHub, and how to fix it.

import type { GitHubApi } from "./api/api-address.ts";

export const NAME_IT = "set github.repository to owner/name";

export type Elsewhere = { readonly because: string; readonly remedy: string };

/** Hosts that are known not to be GitHub. */
const OTHER_PRODUCTS =
  /^(?:gitlab\.com|bitbucket\.org|codeberg\.org|git\.sr\.ht|gitea\.com|dev\.azure\.com|ssh\.dev\.azure\.com|.+\.visualstudio\.com)$/;

/** `asSsh`: the host name as ssh resolves it. */
export function describeElsewhere(host: string, asSsh: string, api: GitHubApi): Elsewhere {
  if (OTHER_PRODUCTS.test(asSsh))
    return {
      because: `remote is ${asSsh}`,
      remedy: "set github.repository to the owner/name of a mirror on GitHub, if there is one",
    };
  const where = asSsh === host ? `remote is ${host}` : `remote is ${asSsh}, by the ssh alias ${host}`;
  const isPublic = api.host === "github.com";
  const because = isPublic ? where : `${where}, and github.base_url is for ${api.host}`;
  // A token is never sent to a name without a dot.
  if (!asSsh.includes("."))
    return { because: `the remote's host ${host} is an ssh alias or a local name`, remedy: NAME_IT };
  if (asSsh === "github.com") return { because, remedy: `remove github.base_url, or ${NAME_IT}` };
  const set = `set github.base_url to ${apiOf(asSsh)}`;
  return { because, remedy: isPublic ? `${set} if that is GitHub Enterprise` : `${set}, or ${NAME_IT}` };
}

/** Enterprise with data residency has an `api.` host; a self-hosted server has the API below a path. */
function apiOf(host: string): string {
  return host.endsWith(".ghe.com") ? `https://api.${host}` : `https://${host}/api/v3`;
}

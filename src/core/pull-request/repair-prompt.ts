// The prompt for a worker whose pull request needs a fix. Names of checks are untrusted text: quoted and cut.

import type { PullRequest } from "../contract/pull-request.ts";
import { quote } from "../text/quote.ts";

const CHECKS_LISTED_MAX = 10;

export function repairPrompt(pullRequest: PullRequest, because: "conflict" | "checks"): string {
  const { number, url, base, branch } = pullRequest;
  const end = `Push to the same branch, ${quote(branch)}, and finish as before; do not open another pull request.`;
  if (because === "conflict") {
    return [
      `Your pull request #${number} (${url}) conflicts with ${quote(base)}.`,
      `Bring your branch up to date with ${quote(base)}, resolve the conflicts so that both changes keep their meaning, and run the tests.`,
      end,
    ].join("\n");
  }
  return [
    `Checks failed on your pull request #${number} (${url}):`,
    ...failing(pullRequest),
    "Find out why, fix it, and run what failed before you push.",
    end,
  ].join("\n");
}

function failing({ checks }: PullRequest): readonly string[] {
  const shown = checks.listed.filter(({ state }) => state === "failing").slice(0, CHECKS_LISTED_MAX);
  const lines = shown.map(({ name, url }) => `- ${quote(name)}${url === null ? "" : `: ${url}`}`);
  const more = checks.failing - shown.length;
  return more > 0 ? [...lines, `- and ${more} more`] : lines;
}

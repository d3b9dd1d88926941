// Whether git is new enough. Asked once for each place: a program that is replaced meanwhile is a newer one.

import { type GitPlace, runGit } from "./git-command.ts";
import { describeGitFailure, type GitFailure } from "./git-failure.ts";

/** The first that takes settings from its environment, which is what keeps a repository's filters from running (S18). */
const OLDEST = { major: 2, minor: 31 };
const TIMEOUT_MS = 10_000;

export type GitVersion = { flaw(signal: AbortSignal): Promise<GitFailure | null> };

export function createGitVersion(place: GitPlace): GitVersion {
  let isKnownGood = false;
  return {
    async flaw(signal) {
      if (isKnownGood) return null;
      const result = await runGit(place, ["version"], { timeoutMs: TIMEOUT_MS, signal });
      if (!result.ok) return describeGitFailure("Git cannot be run", place, result);
      const flaw = findVersionFlaw(result.stdout);
      isKnownGood = flaw === null;
      return flaw;
    },
  };
}

/** What cannot be read is taken for new: builds of one's own name themselves as they like. */
export function findVersionFlaw(printed: string): GitFailure | null {
  const [, version, major, minor] = /^git version ((\d+)\.(\d+)\S*)/.exec(printed) ?? [];
  if (version === undefined) return null;
  const isNew =
    Number(major) > OLDEST.major || (Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor);
  if (isNew) return null;
  return {
    message: `Git ${version} is too old: worktrees need ${OLDEST.major}.${OLDEST.minor} or newer.`,
    hint: "Install a newer git, or put one first on the PATH.",
  };
}

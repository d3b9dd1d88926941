// Whether git is new enough. Asked once per place: a program that is replaced meanwhile is a newer one.

import { type GitPlace, runGit } from "./git-command.ts";
import { describeGitFailure, type GitFailure } from "./git-failure.ts";

/** The first that takes settings from its environment, which keeps a repository's filters from running (S18). */
const OLDEST = { major: 2, minor: 31 };

export type GitVersion = { whyTooOld(): Promise<GitFailure | null> };

export function createGitVersion(place: GitPlace): GitVersion {
  let isKnownGood = false;
  return {
    async whyTooOld() {
      if (isKnownGood) return null;
      const result = await runGit(place, ["version"]);
      if (!result.ok) return describeGitFailure("Git cannot be run", place, result);
      const tooOld = whyVersionTooOld(result.stdout);
      isKnownGood = tooOld === null;
      return tooOld;
    },
  };
}

/** A version that cannot be parsed counts as new: private builds use any name. */
export function whyVersionTooOld(printed: string): GitFailure | null {
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

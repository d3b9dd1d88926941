// What a failure of git means to a person: a sentence with what git printed, and a hint.

import type { CommandResult } from "../../../ports/system/run-command.ts";
import type { GitPlace } from "./git-command.ts";

export type GitFailure = { readonly message: string; readonly hint: string };

/** `what` begins the sentence: "The worktree could not be made". Paths inside the repository become relative. */
export function describeGitFailure(
  what: string,
  { root }: Pick<GitPlace, "root">,
  result: CommandResult,
): GitFailure {
  const cause = CAUSES.find(({ is }) => is(result));
  const why = cause?.why ?? result.message.replaceAll(`${root}/`, "");
  return { message: `${what}: ${why}`, hint: cause?.hint ?? TRY_AGAIN };
}

const TRY_AGAIN = "Try again; if it keeps failing, see what `git status` and `git worktree list` say.";

type Cause = {
  readonly is: (result: CommandResult) => boolean;
  /** Instead of what git printed. */
  readonly why?: string;
  readonly hint: string;
};

const CAUSES: readonly Cause[] = [
  { is: ({ ending }) => ending === "not_started", hint: "Install git, or put it on the PATH." },
  {
    is: ({ ending }) => ending === "timed_out",
    hint: "Check whether `git status` is slow here as well, then try again.",
  },
  {
    is: ({ stderr }) => /dubious ownership/.test(stderr),
    why: "git refuses this repository because another user owns it.",
    hint: 'If you trust it, run in it: git config --global --add safe.directory "$PWD"',
  },
  {
    is: ({ stderr }) => /promisor remote|transport '[^']*' not allowed|lazy fetching disabled/.test(stderr),
    why: "this is a partial clone that lacks some of the files, and nothing is fetched here without being asked.",
    hint: "Fetch all of them once: git fetch --refetch --no-filter",
  },
  {
    is: ({ stderr }) => /No space left on device/.test(stderr),
    why: "the disk is full.",
    hint: "Free some space, then try again.",
  },
  {
    is: ({ stderr }) => /\.lock': File exists/.test(stderr),
    hint: "Another git is working there. If none is, delete the lock file that git names, then try again.",
  },
];

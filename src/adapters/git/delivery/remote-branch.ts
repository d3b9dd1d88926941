// What the remote is asked for: where its branches are, the commits of the base, and to accept the rebased branch, which
// it does only while its own is still at the commit that the pull request has.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { quote } from "../../../core/text/quote.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import { splitList } from "../command/git-command.ts";
import { isBranchName } from "../facts/refs.ts";
import { resolveCommit } from "../facts/worktree-base.ts";
import type { Move } from "./move-checkout.ts";
import { type Checkout, runIn } from "./rebase-checkout.ts";
import { complaintOf, gitFailed, manual, type Stopped } from "./rebase-outcome.ts";
import { REMOTE, type Remote, remoteFailure } from "./remote-command.ts";

export type Tips = {
  /** Null: there is no such branch. */
  readonly branch: CommitSha | null;
  readonly base: CommitSha | null;
};

type Names = { readonly branch: string; readonly base: string };

export async function readTips(remote: Remote, { branch, base }: Names): Promise<Tips> {
  const names = [branch, base].map((name) => `refs/heads/${name}`);
  const result = await remote.run(["ls-remote", "--refs", "--", REMOTE, ...names]);
  if (!result.ok) throw remoteFailure("the remote cannot be read", result);
  // Git also lists refs that end like these.
  const tips = new Map<string | undefined, CommitSha>();
  for (const line of splitList(result.stdout, "\n")) {
    const [hash, ref] = line.split("\t");
    tips.set(ref, hash as CommitSha);
  }
  const [branchTip = null, baseTip = null] = names.map((name) => tips.get(name));
  return { branch: branchTip, base: baseTip };
}

const FETCHED = "refs/fetched/base";
const FETCH = [
  "fetch",
  "--quiet",
  "--no-tags",
  "--no-prune",
  "--no-recurse-submodules",
  "--no-auto-maintenance",
  "--no-write-fetch-head",
  "--refmap=",
];

/** The base as it is now, which may be newer than its tip was a moment ago. */
export async function fetchBase(remote: Remote, base: string): Promise<CommitSha> {
  const refspec = `+refs/heads/${base}:${FETCHED}`;
  const result = await remote.run([...FETCH, "--end-of-options", REMOTE, refspec]);
  if (!result.ok) throw remoteFailure(`${quote(base)} cannot be fetched`, result);
  const found = await resolveCommit(remote.scratch, FETCHED);
  if (found.kind === "found") return found.commit;
  throw manual("branch", `${quote(base)} of the remote is no branch of commits`);
}

const PUSH = [
  "push",
  "--porcelain",
  "--no-verify",
  "--no-follow-tags",
  "--no-signed",
  "--recurse-submodules=no",
];

/** Throws unless the remote accepts it, or would. The lease names the expected commit, so no other push is overwritten. */
export async function pushBranch(
  remote: Remote,
  branch: string,
  { from, to, dryRun }: Move & { readonly dryRun: boolean },
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const options = [`--force-with-lease=${ref}:${from}`, ...(dryRun ? ["--dry-run"] : [])];
  const result = await remote.run([...PUSH, ...options, "--", REMOTE, `${to}:${ref}`]);
  if (!result.ok) throw refusal(result, ref) ?? remoteFailure("it cannot be pushed", result);
}

/** A line `!\t<from>:<to>\t[remote rejected] (why)`. */
function refusal(result: CommandResult, ref: string): Stopped | null {
  const line = result.stdout.split("\n").find((each) => each.startsWith("!\t") && each.includes(`:${ref}\t`));
  if (line === undefined || line.includes("[remote failure]")) return null;
  if (line.includes("(stale info)")) return manual("branch", "it was pushed to from elsewhere meanwhile");
  if (line.includes("(unpacker error)")) return gitFailed("the remote cannot store it", result);
  return manual("refused", `the remote refused the push: ${complaintOf(result)}`);
}

/** As git itself does after a fetch or a push; only where the repository tracks that branch. */
export async function noteTip(
  checkout: Checkout,
  {
    remote,
    branch,
    commit,
  }: { readonly remote: string; readonly branch: string; readonly commit: CommitSha },
): Promise<void> {
  if (!isBranchName(`${remote}/${branch}`)) return;
  const ref = `refs/remotes/${remote}/${branch}`;
  const known = await runIn(checkout, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  const before = known.stdout.trim();
  if (!known.ok || before === commit) return;
  // Another fetch may be quicker, and then it knows better.
  await runIn(checkout, ["update-ref", "--no-deref", "-m", "tasks: rebase", ref, commit, before]);
}

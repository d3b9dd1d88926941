// Git that talks to a remote from a scratch worktree: with the ssh command, the credential helpers and the proxies of the
// user or the machine, which a push needs; without a prompt (R8), a hook, or any protocol but the one that the address
// has.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { RebaseRequest } from "../../../ports/git/worktrees.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import type { GitPlace } from "../command/git-command.ts";
import { type RemoteAccess, remoteGit } from "../command/git-hardening.ts";
import { createScratchWorktree, quoteConfigValue } from "../command/scratch-worktree.ts";
import type { Checkout } from "./rebase-checkout.ts";
import { REBASE_CONFIG, REBASE_FILES } from "./rebase-commits.ts";
import {
  complaintOf,
  type FailureReason,
  failed,
  gitFailed,
  printed,
  type Stopped,
} from "./rebase-outcome.ts";
import {
  findRemote,
  type Protocol,
  protocolOf,
  type RemoteAddress,
  refusedAddress,
} from "./remote-address.ts";

/** A connection and what a branch has; without a network it fails within this time. */
const NETWORK_TIMEOUT_MS = MINUTE_MS;
/** Reads a few small files. */
const LOCAL_TIMEOUT_MS = 10_000;

export type Remote = {
  /** As the repository calls it. */
  readonly name: string;
  /** The scratch worktree from which git goes there. */
  readonly scratch: GitPlace;
  /** Runs `git <args>` against the remote, which is called REMOTE. */
  readonly run: (args: readonly string[]) => Promise<CommandResult>;
};

/** What the remote is called in the scratch worktree: the user's configuration may say something of `origin`. */
export const REMOTE = "tasks-remote";

/** The address is that of the repository's configuration; where git would really go is checked before it goes there. */
export async function openRemote(
  checkout: Checkout,
  commit: CommitSha,
  { dryRun, signal }: RebaseRequest,
): Promise<Remote> {
  const address = await findRemote(checkout);
  const { common, branch, scratch: folder } = checkout;
  const scratch = createScratchWorktree(
    { ...checkout.place, signal },
    {
      folder,
      common,
      commit,
      branch,
      keepsObjects: !dryRun,
      files: REBASE_FILES,
      config: `${remoteConfig(address)}${REBASE_CONFIG}`,
    },
  );
  const run = (args: readonly string[], access: RemoteAccess, timeoutMs: number) =>
    scratch.run({ ...remoteGit(scratch.env, args, access), cwd: folder, timeoutMs, signal });
  const ask = (args: readonly string[]) => run(args, { protocols: [], ssh: null }, LOCAL_TIMEOUT_MS);
  const protocols: Protocol[] = [];
  for (const which of [[], ["--push"]]) {
    const result = await ask(["remote", "get-url", ...which, REMOTE]);
    const url = printed("the remote's address cannot be read", result).replace(/\n$/, "");
    const protocol = protocolOf(url, checkout);
    if (protocol === null) throw refusedAddress(address.name, url);
    protocols.push(protocol);
  }
  const configured = await ask(["config", "--get", "core.sshCommand"]);
  const access = { protocols, ssh: scratch.env["GIT_SSH_COMMAND"] || configured.stdout.trim() || null };
  const { name } = address;
  return { name, scratch, run: (args) => run(args, access, NETWORK_TIMEOUT_MS) };
}

function remoteConfig({ fetchFrom, pushTo }: RemoteAddress): string {
  const push = pushTo === null ? "" : `\tpushUrl = ${quoteConfigValue(pushTo)}\n`;
  return `[remote "${REMOTE}"]\n\turl = ${quoteConfigValue(fetchFrom)}\n${push}`;
}

/** What a failure of such a command means. */
export function remoteFailure(what: string, result: CommandResult): Stopped {
  if (result.ending === "timed_out")
    return failed("timeout", `${what}: the remote did not answer within ${NETWORK_TIMEOUT_MS / 1000} s`);
  if (result.ending !== "exited") return gitFailed(what, result);
  const reason = SIGNS.find(([sign]) => sign.test(result.stderr))?.[1] ?? "git";
  const hint =
    reason === "auth"
      ? ". Only keys and helpers of your own git configuration count, not the repository's"
      : "";
  return failed(reason, redactSecrets(`${what}: ${complaintOf(result)}${hint}`));
}

/** In this order: a refused key is also reported as a connection that broke. */
const SIGNS: ReadonlyArray<readonly [sign: RegExp, reason: FailureReason]> = [
  [
    /could not read (?:Username|Password)|terminal prompts disabled|Authentication failed|Permission denied|Host key verification failed|Access denied|returned error: 40[13]|Permission to .* denied|[Rr]epository (?:'.*' )?not found/,
    "auth",
  ],
  [/does not appear to be a git repository|dubious ownership/, "git"],
  [
    /Could not resolve|Name or service not known|Connection (?:refused|timed out|reset|closed)|Network is unreachable|No route to host|Failed to connect|Could not connect|unable to (?:access|connect)|hung up|early EOF|RPC failed|Operation timed out|Could not read from remote repository/i,
    "network",
  ],
];

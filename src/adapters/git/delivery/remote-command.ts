// Git that talks to a remote, in a borrowed repository: with the ssh command, the credential helpers and the proxies that
// the user or the machine configured, because nobody could push without; without a prompt (R8), hooks, or any protocol
// but the one that the address has.

import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import { withoutOuterPrograms } from "../../../core/worker/inherited-environment.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import type { GitPlace } from "../command/git-command.ts";
import { HARDENED_ENVIRONMENT, hardenedOptions } from "../command/git-hardening.ts";
import { type Borrowed, REMOTE } from "./borrowed-repository.ts";
import { complaintOf, type FailureReason, failed, gitFailed, type Stopped } from "./rebase-outcome.ts";
import type { Checkout } from "./rebase-site.ts";
import { type Protocol, protocolOf, type RemoteAddress, refusedAddress } from "./remote-address.ts";

/** A connection, and what a branch has; who has no network learns it within this time. */
const NETWORK_TIMEOUT_MS = 60_000;
/** Reads a few small files. */
const LOCAL_TIMEOUT_MS = 10_000;

export type Remote = {
  readonly kind: "remote";
  /** Runs `git <args>` against the remote, which is called REMOTE. */
  readonly run: (args: readonly string[]) => Promise<CommandResult>;
};

/** Judges where git would really go, before it goes there. */
export async function openRemote(
  { place }: Borrowed,
  { name }: RemoteAddress,
  checkout: Pick<Checkout, "folders">,
  signal: AbortSignal,
): Promise<Remote | Stopped> {
  const locally = { protocols: [], ssh: null, timeoutMs: LOCAL_TIMEOUT_MS, signal };
  const protocols: Protocol[] = [];
  for (const which of [[], ["--push"]]) {
    const result = await runTrusted(place, ["remote", "get-url", ...which, REMOTE], locally);
    if (!result.ok) return gitFailed("the remote's address cannot be read", result);
    const address = result.stdout.replace(/\n$/, "");
    const protocol = protocolOf(address, checkout);
    if (protocol === null) return refusedAddress(name, address);
    protocols.push(protocol);
  }
  const configured = await runTrusted(place, ["config", "--get", "core.sshCommand"], locally);
  const ssh = place.env["GIT_SSH_COMMAND"] || configured.stdout.trim() || null;
  return {
    kind: "remote",
    run: (args) => runTrusted(place, args, { protocols, ssh, timeoutMs: NETWORK_TIMEOUT_MS, signal }),
  };
}

const OPTIONS = hardenedOptions();

const ENVIRONMENT = {
  ...HARDENED_ENVIRONMENT,
  SSH_ASKPASS_REQUIRE: "never",
  GCM_INTERACTIVE: "never",
  GH_PROMPT_DISABLED: "1",
} as const;

/**
 * Helpers, agents and proxies of the user may need variables of any name. These they do not: our own, and the screens on
 * which a helper would ask. What steers git goes as well (core/run/inherited-environment.ts).
 */
const NOT_INHERITED = /^(?:TASKS_|SSH_ASKPASS|GIT_SSH_COMMAND$|DISPLAY$|WAYLAND_DISPLAY$)/;

type Trusted = {
  readonly protocols: readonly Protocol[];
  readonly ssh: string | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

function runTrusted(
  place: GitPlace,
  args: readonly string[],
  { protocols, ssh, ...limits }: Trusted,
): Promise<CommandResult> {
  const env = {
    ...inherited(place.env),
    ...ENVIRONMENT,
    ...sshVariable(place.env, ssh),
    GIT_ALLOW_PROTOCOL: protocols.join(":") || "none",
  };
  return place.run({ program: "git", args: [...OPTIONS, ...args], cwd: place.root, env, ...limits });
}

function inherited(env: GitPlace["env"]): Record<string, string> {
  const kept = Object.entries(withoutOuterPrograms(env)).filter(([name]) => !NOT_INHERITED.test(name));
  return Object.fromEntries(kept);
}

/** Only OpenSSH is known to take the option; without a terminal no other can ask either. */
function sshVariable(env: GitPlace["env"], ssh: string | null): Record<string, string> {
  if (ssh === null) return env["GIT_SSH"] ? {} : { GIT_SSH_COMMAND: "ssh -o BatchMode=yes" };
  return { GIT_SSH_COMMAND: OPENSSH.test(ssh) ? `${ssh} -o BatchMode=yes` : ssh };
}

const OPENSSH = /^(?:"[^"]*\bssh(?:\.exe)?"|'[^']*\bssh(?:\.exe)?'|(?:[^\s"']*[\\/])?ssh(?:\.exe)?)(?=\s|$)/i;

/** What a failure of such a command means. */
export function remoteFailure(what: string, result: CommandResult): Stopped {
  if (result.ending === "timed_out")
    return failed("timeout", `${what}: the remote did not answer within ${NETWORK_TIMEOUT_MS / 1000} s`);
  if (result.ending !== "exited") return gitFailed(what, result);
  const reason = SIGNS.find(([sign]) => sign.test(result.stderr))?.[1] ?? "git";
  const remedy =
    reason === "auth"
      ? ". Keys and helpers count that your own git configuration has, not the repository's"
      : "";
  return failed(reason, redactSecrets(`${what}: ${complaintOf(result)}${remedy}`));
}

/** In this order: what is refused for want of a key is also said to be a connection that broke. */
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

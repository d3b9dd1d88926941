// The only list of what keeps git from running programs that a repository names (S18), from asking (R8), from taking
// locks (R7) and from following an outer git (W1). Every git process of this program is described here.

import { withoutOuterPrograms } from "../../../core/worker/worker-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A key and its value, which override every configuration file. */
export type GitSetting = readonly [key: string, value: string];

export type GitProcess = {
  readonly program: "git";
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

const SETTINGS = [
  "core.askPass=",
  // Git would ask the repository that objects are borrowed from, under its own configuration, and believe it has all.
  "core.alternateRefsCommand=true",
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.quotePath=false",
  "fetch.bundleURI=",
  "fetch.writeCommitGraph=false",
  "gc.auto=0",
  "log.showSignature=false",
  "maintenance.auto=false",
  "submodule.recurse=false",
];

/** Git 2.54 also runs hooks that the configuration names: off by event here, by name in `neutralSettings`. */
const HOOK_EVENTS = [
  "commit-msg",
  "post-checkout",
  "post-commit",
  "post-index-change",
  "post-rewrite",
  "pre-auto-gc",
  "pre-commit",
  "pre-push",
  "pre-rebase",
  "prepare-commit-msg",
  "reference-transaction",
];

const OPTIONS = [
  "--no-optional-locks",
  "--no-pager",
  "--literal-pathspecs",
  ...asOptions([...SETTINGS, ...HOOK_EVENTS.map((event) => `hook.${event}.enabled=false`)]),
];

const ENVIRONMENT = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  GIT_PAGER: "cat",
  GIT_EDITOR: "false",
  GIT_OPTIONAL_LOCKS: "0",
  // A partial clone must not fetch what it lacks; for git 2.44 and newer.
  GIT_NO_LAZY_FETCH: "1",
};

/** What git inherits when it works on this machine alone: where programs are, and its user's configuration. */
const LOCAL_INHERITED =
  /^(?:PATH|HOME|XDG_CONFIG_HOME|TMPDIR|SUDO_UID|USERPROFILE|SYSTEMROOT|PATHEXT|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM))$/;
const LOCAL_OPTIONS = [...OPTIONS, ...asOptions(["core.sshCommand=false", "credential.helper="])];
const LOCAL_ENVIRONMENT = {
  ...ENVIRONMENT,
  GIT_SSH_COMMAND: "ssh -o BatchMode=yes",
  // For a git that does not know GIT_NO_LAZY_FETCH: no protocol at all.
  GIT_ALLOW_PROTOCOL: "none",
};

/** `git <args>` without a network. */
export function localGit(
  env: Environment,
  args: readonly string[],
  settings: readonly GitSetting[] = [],
): GitProcess {
  const kept = inherited(env, (name) => LOCAL_INHERITED.test(name));
  return {
    program: "git",
    args: [...LOCAL_OPTIONS, ...args],
    env: { ...kept, ...LOCAL_ENVIRONMENT, ...asVariables(settings) },
  };
}

/**
 * Credential helpers, agents and proxies of the user may need variables of any name. They do not need our own, or the
 * screens on which a helper would ask.
 */
const REMOTE_NOT_INHERITED = /^(?:TASKS_|SSH_ASKPASS|GIT_SSH_COMMAND$|DISPLAY$|WAYLAND_DISPLAY$)/;
const REMOTE_ENVIRONMENT = {
  ...ENVIRONMENT,
  SSH_ASKPASS_REQUIRE: "never",
  GCM_INTERACTIVE: "never",
  GH_PROMPT_DISABLED: "1",
};

export type RemoteAccess = {
  readonly protocols: readonly string[];
  /** The user's ssh command; null for git's own choice. */
  readonly ssh: string | null;
};

/**
 * `git <args>` that may talk to a remote: with the ssh command, credential helpers and proxies of the user or the
 * machine. Only for a scratch worktree, where no configuration of the repository counts.
 */
export function remoteGit(
  env: Environment,
  args: readonly string[],
  { protocols, ssh }: RemoteAccess,
): GitProcess {
  const kept = inherited(withoutOuterPrograms(env), (name) => !REMOTE_NOT_INHERITED.test(name));
  const allowed = { GIT_ALLOW_PROTOCOL: protocols.join(":") || "none" };
  return {
    program: "git",
    args: [...OPTIONS, ...args],
    env: { ...kept, ...REMOTE_ENVIRONMENT, ...sshVariable(env, ssh), ...allowed },
  };
}

/** Only OpenSSH is known to take the option; without a terminal no other can ask either. */
function sshVariable(env: Environment, ssh: string | null): Record<string, string> {
  if (ssh === null) return env["GIT_SSH"] ? {} : { GIT_SSH_COMMAND: "ssh -o BatchMode=yes" };
  return { GIT_SSH_COMMAND: OPENSSH.test(ssh) ? `${ssh} -o BatchMode=yes` : ssh };
}

const OPENSSH = /^(?:"[^"]*\bssh(?:\.exe)?"|'[^']*\bssh(?:\.exe)?'|(?:[^\s"']*[\\/])?ssh(?:\.exe)?)(?=\s|$)/i;

export type ConfigEntry = {
  readonly scope: string;
  /** Section and variable in lower case; what is between them may be anything. */
  readonly key: string;
  readonly value: string;
};

/**
 * Settings that keep the filters and hooks of a repository's own configuration from running. Filters of the user or the
 * machine keep working, so that Git LFS does; a filter that only the repository names does nothing.
 */
export function neutralSettings(entries: readonly ConfigEntry[]): GitSetting[] {
  const trusted = new Map<string, string>();
  for (const { scope, key, value } of entries) if (isTrusted(scope)) trusted.set(key, value);
  const settings = new Map<string, string>();
  for (const { scope, key } of entries) {
    if (isTrusted(scope) || scope === "command") continue;
    if (FILTER.test(key)) settings.set(key, trusted.get(key) ?? (key.endsWith(".required") ? "false" : ""));
    const hook = HOOK.exec(key)?.[1];
    if (hook !== undefined) {
      settings.set(`${hook}.enabled`, "false");
      settings.set(`${hook}.event`, "");
    }
  }
  return [...settings];
}

/** In files that no repository brings along. */
function isTrusted(scope: string): boolean {
  return scope === "system" || scope === "global";
}

const FILTER = /^filter\..+\.(?:clean|smudge|process|required)$/s;
const HOOK = /^(hook\..+)\.(?:command|event|enabled)$/s;

function asOptions(settings: readonly string[]): readonly string[] {
  return settings.flatMap((setting) => ["-c", setting]);
}

/** Unlike `-c key=value`, these cannot be misread where a key contains `=`. */
function asVariables(settings: readonly GitSetting[]): Record<string, string> {
  const pairs = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}

function inherited(env: Environment, isKept: (name: string) => boolean): Record<string, string> {
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && isKept(name));
  return Object.fromEntries(kept) as Record<string, string>;
}

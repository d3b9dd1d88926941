// Runs git so that a repository cannot make it run programs (S18), it never asks (R8), and never takes the index lock
// from a person at work (R7). A command that touches files of a worktree needs `settings` from tame-configuration.ts as
// well: writing and comparing files runs the filters that the repository's configuration names.

import { setTimeout as delay } from "node:timers/promises";
import type { CommandRequest, CommandResult, RunCommand } from "../../ports/run-command.ts";

/** Passed on to git: where to find programs, its user's configuration (safe.directory) and temporary files. */
const INHERITED = [
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "TMPDIR",
  "SUDO_UID",
  "USERPROFILE",
  "SYSTEMROOT",
  "PATHEXT",
];

const GIT_ENVIRONMENT = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  GIT_PAGER: "cat",
  GIT_EDITOR: "false",
  GIT_SSH_COMMAND: "ssh -o BatchMode=yes",
  GIT_OPTIONAL_LOCKS: "0",
  // A partial clone must not fetch what it lacks. The first is for git 2.44 and newer; the second allows no protocol.
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
} as const;

const SAFE_OPTIONS = [
  "--no-optional-locks",
  "--no-pager",
  "--literal-pathspecs",
  ...[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.askPass=",
    "core.quotePath=false",
    "core.sshCommand=false",
    "credential.helper=",
    "fetch.bundleURI=",
    "log.showSignature=false",
    "submodule.recurse=false",
    // Hooks from the configuration, which git 2.54 has beside those in files; by name in tame-configuration.ts.
    "hook.post-checkout.enabled=false",
    "hook.post-index-change.enabled=false",
    "hook.reference-transaction.enabled=false",
  ].flatMap((setting) => ["-c", setting]),
];

export type GitPlace = {
  /** Absolute: the repository, or one of its worktrees. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly run: RunCommand;
};

/** A key and its value, which wins over all that files say. */
export type GitSetting = readonly [key: string, value: string];

export type GitRequest = Pick<CommandRequest, "timeoutMs" | "signal" | "onStdout" | "outputBytesMax"> & {
  readonly settings?: readonly GitSetting[];
};

/** Making a worktree takes git a few milliseconds; more in a row is a worktree that stays half made. */
const ATTEMPTS_MAX = 20;
const PAUSE_MAX_MS = 50;

/** Runs `git <args>` in the repository. Never throws. */
export async function runGit(
  place: GitPlace,
  args: readonly string[],
  { settings = [], ...request }: GitRequest,
): Promise<CommandResult> {
  const command: CommandRequest = {
    program: "git",
    args: [...SAFE_OPTIONS, ...args],
    cwd: place.root,
    env: { ...inherited(place.env), ...GIT_ENVIRONMENT, ...asVariables(settings) },
    ...request,
  };
  for (let attempt = 1; ; attempt += 1) {
    const result = await place.run(command);
    if (!hasMetHalfMade(result) || attempt === ATTEMPTS_MAX) return result;
    await delay(Math.random() * PAUSE_MAX_MS);
  }
}

/**
 * Git looks through all worktrees before it touches one or a branch, and gives up at one that another git is making or
 * removing in that moment: nothing was done yet.
 */
function hasMetHalfMade({ ok, stderr }: CommandResult): boolean {
  return !ok && /failed to read .*worktrees\/.+\/commondir/.test(stderr);
}

/** Why git could not answer, with the remedy where there is one. */
export function explainGitFailure(result: CommandResult): string {
  if (result.ending === "not_started") {
    return "git is not installed or not on the PATH: changes are dated from when they were first seen.";
  }
  if (/dubious ownership/.test(result.stderr)) {
    return 'git refuses this repository because another user owns it; if you trust it, run `git config --global --add safe.directory "$PWD"` in it.';
  }
  return `The dates of changes are not known: ${result.message}`;
}

/** Unlike `-c key=value`, these cannot be taken apart wrongly where a key has a `=` in it. */
function asVariables(settings: readonly GitSetting[]): Record<string, string> {
  const pairs = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}

function inherited(env: GitPlace["env"]): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

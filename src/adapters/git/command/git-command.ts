// Runs git so that a repository cannot make it run programs (S18), it never asks (R8), and never takes the index lock
// from a person at work (R7). A command that touches files of a worktree needs `settings` from tame-configuration.ts as
// well: writing and comparing files runs the filters that the repository's configuration names.

import { setTimeout as delay } from "node:timers/promises";
import type { CommandRequest, CommandResult, RunCommand } from "../../../ports/system/run-command.ts";
import { HARDENED_ENVIRONMENT, hardenedOptions } from "./git-hardening.ts";

/**
 * Passed on to git: where to find programs, its user's configuration (safe.directory) and temporary files. A list of
 * what is kept, so that nothing of an outer git reaches it (W1).
 */
const INHERITED = [
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "TMPDIR",
  "SUDO_UID",
  "USERPROFILE",
  "SYSTEMROOT",
  "PATHEXT",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
];

const LOCAL_ENVIRONMENT = {
  ...HARDENED_ENVIRONMENT,
  GIT_SSH_COMMAND: "ssh -o BatchMode=yes",
  // For a git that does not know GIT_NO_LAZY_FETCH: no protocol at all.
  GIT_ALLOW_PROTOCOL: "none",
} as const;

const LOCAL_OPTIONS = hardenedOptions(["core.sshCommand=false", "credential.helper="]);

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
  const command: CommandRequest = { ...gitCommand(place.env, args, settings), cwd: place.root, ...request };
  for (let attempt = 1; ; attempt += 1) {
    const result = await place.run(command);
    if (!hasMetHalfMade(result) || attempt === ATTEMPTS_MAX) return result;
    await delay(Math.random() * PAUSE_MAX_MS);
  }
}

/** The process that `git <args>` is. */
export function gitCommand(
  env: GitPlace["env"],
  args: readonly string[],
  settings: readonly GitSetting[] = [],
) {
  return {
    program: "git",
    args: [...LOCAL_OPTIONS, ...args],
    env: { ...inherited(env), ...LOCAL_ENVIRONMENT, ...asVariables(settings) },
  } as const;
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

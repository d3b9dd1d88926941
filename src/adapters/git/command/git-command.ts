// Runs git as git-hardening.ts describes it. A command that reads or writes files of a worktree needs the settings of
// neutralise-repo-config.ts as well: comparing and writing files runs the filters that the repository's configuration names.

import { setTimeout as delay } from "node:timers/promises";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { CommandRequest, CommandResult, RunCommand } from "../../../ports/system/run-command.ts";
import { type GitSetting, localGit } from "./git-hardening.ts";

export type GitPlace = {
  /** Absolute: the repository, or one of its worktrees. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly run: RunCommand;
  /** Ends every git command that runs in this place. */
  readonly signal?: AbortSignal;
};

export type GitRequest = Pick<CommandRequest, "onStdout"> & {
  readonly settings?: readonly GitSetting[];
  readonly timeoutMs?: number;
};

/** Comparing a large worktree on a slow disk, or walking a long history, takes git some seconds; a hang is ended. */
const TIMEOUT_MS = MINUTE_MS;
/** A list of files: 150 bytes each, enough for 600,000. */
const OUTPUT_BYTES_MAX = 96 * 1024 * 1024;
/** Creating a worktree takes git a few milliseconds; more attempts in a row mean one that stays half created. */
const ATTEMPTS_MAX = 20;
const PAUSE_MAX_MS = 50;

/** Runs `git <args>` in the repository. Never throws. */
export async function runGit(
  { root, env, run, signal }: GitPlace,
  args: readonly string[],
  { settings = [], timeoutMs = TIMEOUT_MS, onStdout }: GitRequest = {},
): Promise<CommandResult> {
  const command: CommandRequest = {
    ...localGit(env, args, settings),
    cwd: root,
    timeoutMs,
    outputBytesMax: OUTPUT_BYTES_MAX,
    ...(signal !== undefined && { signal }),
    ...(onStdout !== undefined && { onStdout }),
  };
  for (let attempt = 1; ; attempt += 1) {
    const result = await run(command);
    if (!hitHalfCreatedWorktree(result) || attempt === ATTEMPTS_MAX) return result;
    await delay(Math.random() * PAUSE_MAX_MS);
  }
}

/**
 * Git reads all worktrees before it changes one or a branch, and fails at one that another git is creating or removing
 * at that moment; nothing has been done yet.
 */
function hitHalfCreatedWorktree({ ok, stderr }: CommandResult): boolean {
  return !ok && /failed to read .*worktrees\/.+\/commondir/.test(stderr);
}

/** For what must not be left half done, whatever the caller wants meanwhile. */
export function uninterrupted({ root, env, run }: GitPlace): GitPlace {
  return { root, env, run };
}

/** The parts of a list that git printed. */
export function splitList(printed: string, separator: "\n" | "\0"): readonly string[] {
  return printed.split(separator).filter((part) => part !== "");
}

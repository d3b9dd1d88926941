// Runs git as git-hardening.ts describes it. A command that reads or writes files of a worktree needs the settings of
// neutralise-repo-config.ts as well: comparing and writing files runs the filters that the repository's configuration names.

import { setTimeout as delay } from "node:timers/promises";
import type { CommandRequest, CommandResult, RunCommand } from "../../../ports/system/run-command.ts";
import { type GitSetting, localGit } from "./git-hardening.ts";

export type GitPlace = {
  /** Absolute: the repository, or one of its worktrees. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly run: RunCommand;
};

export type GitRequest = Pick<CommandRequest, "timeoutMs" | "signal" | "onStdout" | "outputBytesMax"> & {
  readonly settings?: readonly GitSetting[];
};

/** Creating a worktree takes git a few milliseconds; more attempts in a row mean one that stays half created. */
const ATTEMPTS_MAX = 20;
const PAUSE_MAX_MS = 50;

/** Runs `git <args>` in the repository. Never throws. */
export async function runGit(
  place: GitPlace,
  args: readonly string[],
  { settings = [], ...request }: GitRequest,
): Promise<CommandResult> {
  const command: CommandRequest = { ...localGit(place.env, args, settings), cwd: place.root, ...request };
  for (let attempt = 1; ; attempt += 1) {
    const result = await place.run(command);
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

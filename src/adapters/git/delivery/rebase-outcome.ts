// What stops a rebase, in the words of the port: fragments that complete "not rebased: ".

import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import type { Rebased } from "../../../ports/git/worktrees.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";

export type Outcome = Extract<Rebased, { kind: "dirty" | "manual" | "failed" }>;
export type FailureReason = Extract<Rebased, { kind: "failed" }>["reason"];
type ManualCause = Extract<Rebased, { kind: "manual" }>["cause"];

/** As many as a sentence and a row of a table hold. */
const FILES_NAMED_MAX = 5;
/** How much of git's complaint is worth repeating. */
const COMPLAINT_LENGTH_MAX = 300;

/** Thrown wherever a rebase cannot continue; `rebaseWorktree` returns its outcome. */
export class Stopped extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.why);
    this.outcome = outcome;
  }
}

export function dirty(why: string, files: readonly string[] = []): Stopped {
  return new Stopped({ kind: "dirty", why, files: files.slice(0, FILES_NAMED_MAX) });
}

export function manual(cause: ManualCause, why: string, files: readonly string[] = []): Stopped {
  return new Stopped({ kind: "manual", cause, why, files: files.slice(0, FILES_NAMED_MAX) });
}

export function failed(reason: FailureReason, why: string): Stopped {
  return new Stopped({ kind: "failed", reason, why });
}

export function cancelled(): Stopped {
  return failed("git", "it was cancelled");
}

/** A command on this machine failed; `what` says which one. */
export function gitFailed(what: string, result: CommandResult): Stopped {
  if (result.ending === "aborted") return cancelled();
  if (result.ending === "timed_out") return failed("timeout", `${what}: git took too long`);
  return failed("git", `${what}: ${complaintOf(result)}`);
}

/** What the command printed, if it succeeded; `what` completes the sentence otherwise. */
export function printed(what: string, result: CommandResult): string {
  if (!result.ok) throw gitFailed(what, result);
  return result.stdout;
}

/** What git or the remote printed, on one line, without secrets and without control characters. */
export function complaintOf(result: CommandResult): string {
  const lines = redactSecrets(result.stderr)
    .split("\n")
    .map((line) => line.replace(/[\p{Cc}\s]+/gu, " ").trim())
    .filter((line) => line !== "" && !line.startsWith("hint:"));
  return lines.join(" ").slice(0, COMPLAINT_LENGTH_MAX) || result.message;
}

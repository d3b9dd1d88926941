// What has to be there before a worker can be started, looked at before anything is queued: trust in what the repository
// would run, a worker command, its program, and ground for a worktree. Starts no process. `tasks doctor` prints the same checks.

import { quote } from "../../core/quote.ts";
import { type Refusal, refusal } from "../../core/run/refusal.ts";
import { untrustedRefusal } from "../../core/run/untrusted.ts";
import { findCommandFlaw } from "../../core/run/worker-command.ts";
import type { RunsWorld } from "./runs-world.ts";

export type PreflightWorld = Pick<RunsWorld, "worktrees" | "programs" | "config" | "untrusted">;

export type Check = {
  /** What is looked at: "trust", "worker", "program", "git". */
  readonly name: string;
  /** What was found, in words. */
  readonly found: string;
  /** Null: nothing in the way. */
  readonly refusal: Refusal | null;
};

/** The first thing that is in the way of starting a worker on a task; null when nothing is. */
export function preflight(world: PreflightWorld, slug: string): Refusal | null {
  return checkStart(world, slug).find((check) => check.refusal !== null)?.refusal ?? null;
}

/** All checks, in the order in which a start would meet them. */
export function checkStart(world: PreflightWorld, slug: string): readonly Check[] {
  const trust = checkTrust(world);
  // A command that is not trusted counts as not set: what the worker is cannot be told before.
  const worker = trust.refusal === null ? [checkCommand(world), checkProgram(world)] : [];
  return [trust, ...worker, checkGround(world, slug)];
}

function checkTrust({ untrusted }: PreflightWorld): Check {
  const keys = untrusted();
  const found = keys.length === 0 ? "nothing waits for it" : `${keys.join(", ")} not trusted`;
  return { name: "trust", found, refusal: untrustedRefusal(keys) };
}

function checkCommand({ config }: PreflightWorld): Check {
  const { command } = config.worker;
  const found = command.length === 0 ? "none" : command.join(" ");
  return { name: "worker", found, refusal: findCommandFlaw(command) };
}

function checkProgram({ config, programs }: PreflightWorld): Check {
  const { command } = config.worker;
  const [program] = command;
  if (program === undefined || findCommandFlaw(command) !== null)
    return { name: "program", found: "none", refusal: null };
  if (programs.has(program)) return { name: "program", found: `${program} is there`, refusal: null };
  return {
    name: "program",
    found: `${program} is not there`,
    refusal: refusal(
      `The worker's program ${quote(program)} is not on the PATH.`,
      "Install it, or name another one: worker.command in tasks/config.yaml.",
    ),
  };
}

function checkGround({ worktrees }: PreflightWorld, slug: string): Check {
  const ground = worktrees.ground(slug);
  return ground.kind === "clear"
    ? {
        name: "git",
        found: ground.reused ? "its worktree is there" : "a worktree can be made",
        refusal: null,
      }
    : { name: "git", found: ground.message, refusal: refusal(ground.message, ground.hint) };
}

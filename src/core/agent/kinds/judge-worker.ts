// What keeps a worker from being started, whatever the task, as far as its settings tell.

import { type Refusal, refusal } from "../../contract/refusal.ts";
import { meantPlaceholder, placeholdersIn } from "../../worker/placeholders.ts";
import { findCommandProblem } from "../../worker/worker-command.ts";
import type { WorkerSettings } from "../contract/agent-kind.ts";
import { kindNamed } from "./agent-kinds.ts";

/** In `wrap`, the user's own sandbox. Absolute: the worktree, its repository's git folder, and the user's home. */
export const WRAP_PLACEHOLDERS = ["worktree", "git_dir", "home"] as const;

/** Null when nothing is wrong. */
export function judgeWorker(worker: WorkerSettings): Refusal | null {
  return judgeCommand(worker) ?? judgeWrap(worker) ?? judgePermissions(worker);
}

/** The program whose absence is found before a start; null where it cannot be known. */
export function programOf({ kind, command, program, wrap }: WorkerSettings): string | null {
  const [wrapper] = wrap;
  // What a wrapper starts need not be on this machine's PATH.
  if (wrapper !== undefined) return wrapper;
  return takesCommand(kind) ? (command[0] ?? null) : (program ?? kindNamed(kind)?.program ?? null);
}

function judgeCommand({ kind, command }: WorkerSettings): Refusal | null {
  return takesCommand(kind) ? findCommandProblem(command) : null;
}

const takesCommand = (kind: WorkerSettings["kind"]) => kind === "command" || kind === "acp";

function judgeWrap({ name, wrap }: WorkerSettings): Refusal | null {
  const known: readonly string[] = WRAP_PLACEHOLDERS;
  const unknown = wrap.flatMap(placeholdersIn).find((placeholder) => !known.includes(placeholder));
  if (unknown === undefined) return null;
  return refusal(
    `The wrapper of the worker ${name} has the placeholder {${unknown}}, which does not exist.`,
    `${meantPlaceholder(unknown, known)}There are ${known.map((one) => `{${one}}`).join(", ")}; for braces that stay, write {{${unknown}}}.`,
  );
}

function judgePermissions({ kind: name, permissions }: WorkerSettings): Refusal | null {
  const mode = kindNamed(name)?.permissions[permissions];
  return mode !== undefined && "kind" in mode ? mode : null;
}

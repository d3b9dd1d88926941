// Which worker the words of `tasks worker use` name: an agent's kind, a command that is written down already, or one of the
// user's.

import { type AgentKind, type KindName, PERMISSIONS } from "../../core/agent/contract/agent-kind.ts";
import { AGENT_KINDS, kindNamed } from "../../core/agent/kinds/agent-kinds.ts";
import type { UserError } from "../../core/contract/user-error.ts";
import { nearest } from "../../core/text/nearest.ts";
import { quote } from "../../core/text/quote.ts";
import { findCommandProblem, workerName } from "../../core/worker/worker-command.ts";
import { presetNamed, WORKER_PRESETS } from "../../core/worker/worker-presets.ts";
import type { Flags } from "../contract/command.ts";
import { usage } from "../contract/errors.ts";
import { textFlag } from "../contract/flag-values.ts";

/** What was asked for; null where nothing was. `name`: its key in `workers:`. */
export type WorkerChoice = {
  readonly name: string;
  readonly kind: KindName;
  readonly command: readonly string[];
  readonly permissions: string | null;
  readonly model: string | null;
};

const isOwn = ({ name }: AgentKind) => name === "command" || name === "acp";

/** Agents that need no command of their own, then commands that are written down already. */
export function presetNames(): readonly string[] {
  const kinds = AGENT_KINDS.filter((kind) => !isOwn(kind)).map(({ name }) => name);
  return [...new Set<string>([...kinds, ...WORKER_PRESETS.map(({ name }) => name)])];
}

/** Throws UserError `usage`. */
export function readChoice(words: readonly string[], flags: Flags): WorkerChoice {
  const choice = { ...workerOf(words), permissions: modeOf(flags), model: textFlag(flags, "model") };
  return { ...choice, name: textFlag(flags, "name") ?? choice.name };
}

type NamedWorker = Pick<WorkerChoice, "name" | "kind" | "command">;

function workerOf(words: readonly string[]): NamedWorker {
  const [name, ...rest] = words;
  if (name === undefined)
    throw usage("Name the worker to use.", `There are ${presetNames().join(", ")}; ${ANY_OTHER}.`);
  const kind = kindNamed(name);
  if (kind !== null && !isOwn(kind) && rest.length === 0)
    return { name: kind.name, kind: kind.name, command: [] };
  if (kind?.name === "acp" && rest.length > 0) return ownCommand("acp", rest);
  const preset = rest.length === 0 ? presetNamed(name) : null;
  if (preset !== null) return { name, kind: "command", command: preset.command };
  // A single word is meant as a name of the list, so a misspelling is not taken for a command.
  if (rest.length === 0 && !name.includes("/")) throw unknownPreset(name);
  return ownCommand("command", words);
}

function ownCommand(kind: "command" | "acp", command: readonly string[]): NamedWorker {
  const problem = findCommandProblem(command);
  if (problem !== null) throw usage(problem.message, problem.hint);
  const name = (workerName(command) ?? kind)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "-")
    .slice(0, 40);
  return { name: /^[a-z0-9]/.test(name) && name !== "default" ? name : kind, kind, command };
}

const ANY_OTHER = "write any other command out: tasks worker use -- my-agent --yes {prompt}";

function unknownPreset(name: string): UserError {
  const meant = nearest(name, presetNames());
  return usage(
    `There is no preset ${quote(name)}.`,
    `${meant === null ? "" : `Did you mean ${meant}? `}There are ${presetNames().join(", ")}; ${ANY_OTHER}.`,
  );
}

function modeOf(flags: Flags): string | null {
  const mode = textFlag(flags, "permissions");
  if (mode === null || PERMISSIONS.some((one) => one === mode)) return mode;
  throw usage(`--permissions is ${quote(mode)}.`, `It is one of ${PERMISSIONS.join(", ")}.`);
}

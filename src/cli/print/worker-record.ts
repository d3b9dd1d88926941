// The configured workers and the kinds as a record for `tasks worker --format json`; its text is printed from it.

import { type LoadedConfig, originName } from "../../config/load.ts";
import {
  ABILITIES,
  type Ability,
  type AgentKind,
  type WorkerSettings,
} from "../../core/agent/contract/agent-kind.ts";
import { AGENT_KINDS, kindNamed } from "../../core/agent/kinds/agent-kinds.ts";
import { holdDetail, holdSentence } from "../../core/agent/kinds/hold-words.ts";
import { judgeWorker } from "../../core/agent/kinds/judge-worker.ts";
import { accessWords, permissionSentence } from "../../core/agent/kinds/worker-words.ts";
import { defaultWorker } from "../../core/agent/workers/choose-worker.ts";
import { configuredWorkers } from "../../core/agent/workers/configured-workers.ts";
import type { Refusal } from "../../core/contract/refusal.ts";
import { isoTime } from "../../core/text/iso-time.ts";
import { placeholdersIn } from "../../core/worker/placeholders.ts";
import { untrustedRefusal } from "../../core/worker/untrusted-settings.ts";
import { workerName } from "../../core/worker/worker-command.ts";
import { missingVariables, presetNamed, type WorkerPreset } from "../../core/worker/worker-presets.ts";
import type { KindHold } from "../../ports/store/run-store.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type WorkersRecord = ReturnType<typeof workersRecord>;
export type WorkerRecord = WorkersRecord["workers"][number];

export function workersRecord(loaded: LoadedConfig, environment: Environment) {
  const { config, untrusted } = loaded;
  const standard = defaultWorker(config);
  const chosen = standard.kind === "refused" ? null : standard;
  const workers = configuredWorkers(config).all.map((worker) => ({
    ...workerRecord(worker, loaded, environment),
    is_default: worker.name === chosen?.name,
  }));
  const distrust = untrustedRefusal(untrusted.map(({ key }) => key));
  const problem = distrust ?? (standard.kind === "refused" ? standard : judgeWorker(standard));
  return {
    /** The default worker. */
    name: chosen?.name ?? null,
    command: chosen?.command ?? [],
    from: workers.find(({ is_default }) => is_default)?.from ?? null,
    problem: problem && { message: problem.message, hint: problem.hint },
    workers,
    kinds: AGENT_KINDS.map((kind) => kindRecord(kind, environment)),
  };
}

export type HoldRecord = ReturnType<typeof holdRecord>;

/** A kind that is started no more for now. */
export function holdRecord(hold: KindHold) {
  const { kind, version, key, run, events, unparsed, line, why, atMs } = hold;
  return {
    ...{ kind, version, task: key, run, events, unparsed, line, why },
    at: isoTime(atMs),
    message: holdSentence(hold),
    hint: holdDetail(hold),
  };
}

function workerRecord(worker: WorkerSettings, { config, origins }: LoadedConfig, environment: Environment) {
  const { name, kind, command, model, args, permissions, wrap, selectable } = worker;
  const isNamed = Object.hasOwn(config.workers.named, name);
  const origin = origins.get(isNamed ? `workers.${name}` : "worker.command");
  return {
    ...{ name, kind, model, command, args, permissions, wrap, selectable },
    permits: permissionSentence(worker),
    access: accessWords(worker),
    from: origin === undefined ? null : originName(origin),
    missing: missingVariables(loginOf(worker), { ...environment, ...worker.variables }),
    title: presetOf(worker)?.title ?? kindNamed(kind)?.title ?? kind,
    login: loginOf(worker).words,
    knows_login: loginOf(worker).variables.length > 0,
    problem: problemRecord(judgeWorker(worker)),
    gets_prompt: kind !== "command" || passesPrompt(command),
  };
}

const problemRecord = (problem: Refusal | null) =>
  problem && { message: problem.message, hint: problem.hint };

/** The preset of a command that has one. */
function presetOf({ kind, command }: WorkerSettings): WorkerPreset | null {
  return kind === "command" ? presetNamed(workerName(command) ?? "") : null;
}

function loginOf(worker: WorkerSettings): AgentKind["login"] {
  const preset = presetOf(worker);
  if (preset !== null) return { variables: preset.variables, words: preset.login };
  return kindNamed(worker.kind)?.login ?? { variables: [], words: "" };
}

function passesPrompt(command: readonly string[]): boolean {
  return command.flatMap(placeholdersIn).some((name) => name === "prompt" || name === "prompt_file");
}

export const ABILITY_NAMES = Object.keys(ABILITIES) as readonly Ability[];

function kindRecord(
  { name, title, program, abilities, permissions, permissionsDefault, login, note, version }: AgentKind,
  environment: Environment,
) {
  const modes = Object.entries(permissions).map(([mode, is]) => {
    return [mode, "kind" in is ? { can: false, why: is.message } : { can: true, permits: is.sentence }];
  });
  return {
    ...{ name, title, program, abilities, note },
    permissions: Object.fromEntries(modes),
    permissions_default: permissionsDefault,
    login: login.variables,
    missing: missingVariables(login, environment),
    tested_versions: version.tested,
  };
}

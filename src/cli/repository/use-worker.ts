// `tasks worker use`: a worker written into tasks/config.yaml as the default one, with every comment kept, and trusted.

import { CONFIG_FILE, isMapping, parseConfigFile } from "../../config/config-file.ts";
import { type SettingEdit, setInConfig } from "../../config/edit-config.ts";
import { type LoadedConfig, originName } from "../../config/load.ts";
import { workerProblems, workerSchema } from "../../config/worker-schema.ts";
import type { KindName } from "../../core/agent/contract/agent-kind.ts";
import { kindNamed } from "../../core/agent/kinds/agent-kinds.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { untrustedRefusal } from "../../core/worker/untrusted-settings.ts";
import { presetNamed } from "../../core/worker/worker-presets.ts";
import type { RepositoryContext } from "../contract/command.ts";
import { usage } from "../contract/errors.ts";
import { asJson, printLines } from "../contract/print-result.ts";
import { terminalText } from "../print/terminal-text.ts";
import { WITHOUT_PROMPT } from "../print/worker-lines.ts";
import { type WorkerRecord, workersRecord } from "../print/worker-record.ts";
import { trustOwnWriting } from "./trust.ts";
import type { WorkerChoice } from "./worker-choice.ts";

export async function useWorker(context: RepositoryContext, choice: WorkerChoice): Promise<void> {
  const { root, system } = context;
  const before = (await system.openSettingsFiles(root)).readRepository().text ?? "";
  const written = parseConfigFile(before);
  const edited = setInConfig(before, editsFor(choice, written));
  if (edited.kind === "refused") {
    const place = edited.line === null ? CONFIG_FILE : `${CONFIG_FILE}:${edited.line}`;
    throw new UserError({
      code: "edit_refused",
      message: `${place} was not changed. ${edited.message}`,
      hint: edited.hint,
    });
  }
  const after = parseConfigFile(edited.text);
  const entry = entryIn(after, choice.name);
  checkEntry(choice.name, entry);
  const changed = edited.text !== before;
  if (changed)
    await system.replaceConfigFile({ root, before: before === "" ? null : before, after: edited.text });
  await trustOwnWriting(context, [
    { key: "workers.default", value: choice.name },
    { key: `workers.${choice.name}`, value: entry },
  ]);
  say(context, choice, { changed, entry, older: entryAt(written, "worker", "command") });
}

/** The settings of one that is there stay, but for what was asked for. `worker.command` would be a second worker: it goes. */
function editsFor(
  { name, kind, command, permissions, model }: WorkerChoice,
  written: unknown,
): readonly SettingEdit[] {
  const old = entryIn(written, name);
  const isSameKind = isMapping(old) && old["kind"] === kind;
  const mode = permissions ?? (isSameKind && old["permissions"] !== undefined ? null : defaultMode(kind));
  const at = (key: string, value: SettingEdit["value"]): SettingEdit => ({
    path: ["workers", name, key],
    value,
  });
  return [
    { path: ["workers", "default"], value: name },
    at("kind", kind),
    ...(command.length > 0 ? [at("command", command)] : isSameKind ? [] : [at("command", null)]),
    ...(mode === null ? [] : [at("permissions", mode)]),
    ...(model === null ? [] : [at("model", model)]),
    { path: ["worker", "command"], value: null },
  ];
}

/** Written down, so that readers of the file see what the worker may do; a command's is in its arguments. */
function defaultMode(kind: KindName): string | null {
  return kind === "command" ? null : (kindNamed(kind)?.permissionsDefault ?? null);
}

const entryAt = (settings: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (isMapping(value) ? value[name] : undefined), settings);

const entryIn = (settings: unknown, name: string): unknown => entryAt(settings, "workers", name);

function checkEntry(name: string, entry: unknown): void {
  const [problem] = workerProblems(name, entry);
  if (problem === undefined) return;
  const key = ["workers", name, ...problem.path].join(".");
  throw usage(`${key} ${problem.why}.`, "Give another name with --name, or change the entry by hand first.");
}

type Written = { readonly changed: boolean; readonly entry: unknown; readonly older: unknown };

function say(context: RepositoryContext, { name }: WorkerChoice, { changed, entry, older }: Written): void {
  const { output, loaded, system } = context;
  const parsed = workerSchema.parse(entry);
  const config = { ...loaded.config, workers: { default: name, named: { [name]: parsed } } };
  const [worker] = workersRecord({ ...loaded, config, untrusted: [] }, system.environment).workers;
  const missing = worker?.missing ?? [];
  printLines(context, { file: CONFIG_FILE, changed, ...worker, missing }, [CONFIG_FILE]);
  if (asJson(context) || worker === undefined) return;
  for (const line of notesOn(worker)) output.note(line);
  if (Array.isArray(older) && older.length > 0)
    output.note(`worker.command is gone from ${CONFIG_FILE}: it was ${JSON.stringify(older)}.`);
  noteOverride(loaded, output);
  const own = ["workers.default", `workers.${name}`, "worker.command"];
  const others = untrustedRefusal(loaded.untrusted.flatMap(({ key }) => (own.includes(key) ? [] : [key])));
  if (others !== null) output.note(`${others.message} ${others.hint}`);
}

/** What to know before it works unattended. */
function notesOn({
  name,
  kind,
  command,
  permissions,
  permits,
  access,
  missing,
  login,
  problem,
  gets_prompt,
}: WorkerRecord): readonly string[] {
  const title = kind === "command" ? (presetNamed(name)?.title ?? name) : (kindNamed(kind)?.title ?? kind);
  const preset = kind === "command" ? presetNamed(name) : null;
  const note = preset?.note ?? kindNamed(kind)?.note ?? null;
  const how = kind === "command" ? JSON.stringify(command) : `permissions ${permissions}, ${access}`;
  return [
    `The worker is ${terminalText(name)} (${terminalText(title)}): ${terminalText(how)}`,
    preset?.permits ?? permits,
    ...(note === null ? [] : [note]),
    ...(gets_prompt ? [] : [WITHOUT_PROMPT]),
    ...(problem === null ? [] : [`${problem.message} ${problem.hint}`]),
    ...(missing.length === 0 ? [] : [`Not set here: ${missing.join(", ")}. Set one, or ${login}.`]),
  ].map(terminalText);
}

function noteOverride({ origins, config }: LoadedConfig, output: RepositoryContext["output"]): void {
  for (const key of ["workers.default", "worker.command"]) {
    const origin = origins.get(key);
    const isSet = key === "workers.default" || config.worker.command.length > 0;
    if (isSet && (origin?.kind === "environment" || origin?.kind === "own"))
      output.note(`${terminalText(originName(origin))} sets ${key} as well, and overrides the file.`);
  }
}

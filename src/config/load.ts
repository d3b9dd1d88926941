// Resolves every setting (flag > environment > own settings > tasks/config.yaml > default) with its origin. Strict: an
// unknown key or invalid value is an error with its place and the nearest valid name. An untrusted guarded value of the
// repository's file counts as not set, so that nothing can act on it by mistake.

import { UserError } from "../core/contract/user-error.ts";
import { nearest } from "../core/text/nearest.ts";
import { quote } from "../core/text/quote.ts";
import { workerName } from "../core/worker/worker-command.ts";
import { WORKER_VARIABLES } from "../core/worker/worker-environment.ts";
import type { SettingsText, TrustRecord } from "../ports/tree/settings-files.ts";
import { CONFIG_FILE, isMapping, lineOfKey, parseConfigFile } from "./config-file.ts";
import { type GuardedValue, isGuarded, isOwnOnly, isTrusted } from "./guarded-settings.ts";
import { type Config, configSchema } from "./schema.ts";
import {
  findReplaced,
  findSetting,
  isSection,
  REPLACED_SETTINGS,
  type ReplacedSetting,
  SETTINGS,
  type Setting,
  variableOf,
} from "./settings.ts";
import { namedWorkerOf, workerProblems } from "./worker-schema.ts";

/** `name` is the flag, variable or file. `file`: the repository's. */
export type ValueOrigin =
  | { readonly kind: "default" }
  | { readonly kind: "file" }
  | { readonly kind: "own" | "environment" | "flag"; readonly name: string };

export function originName(origin: ValueOrigin): string {
  if (origin.kind === "default") return "default";
  return origin.kind === "file" ? CONFIG_FILE : origin.name;
}

export type LoadedConfig = {
  readonly config: Config;
  /** By key: `server.port`. */
  readonly origins: ReadonlyMap<string, ValueOrigin>;
  /** Every guarded value in the repository's file, overridden or not. */
  readonly guarded: readonly GuardedValue[];
  /** Those in force if they were trusted: they count as not set, and nothing starts. */
  readonly untrusted: readonly GuardedValue[];
  /** Own settings ignored because the repository was never trusted: automatic start. */
  readonly withheld: readonly string[];
  /** Keys that the repository's file gives without effect: only the user's own settings, variables and flags count. */
  readonly ignored: readonly string[];
  /** Replaced settings that are still given; none of them is in `config`. */
  readonly replaced: readonly ReplacedValue[];
};

export type ReplacedValue = { readonly setting: ReplacedSetting; readonly origin: ValueOrigin };

export type FlagValue = { readonly key: string; readonly flag: string; readonly text: string };

export type ConfigInput = {
  /** Of `tasks/config.yaml`; null when there is none. */
  readonly fileText: string | null;
  readonly own?: SettingsText;
  /** Null: this repository was never trusted. */
  readonly trust?: TrustRecord | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly flags: readonly FlagValue[];
};

/** Throws UserError `config_invalid` that lists every error with file and line. */
export async function loadConfig(input: ConfigInput): Promise<LoadedConfig> {
  const resolved = resolveConfig(input);
  if (resolved.kind === "invalid") throw await describeErrors(resolved.errors, input);
  return resolved.loaded;
}

export type Resolved =
  | { readonly kind: "resolved"; readonly loaded: LoadedConfig }
  | { readonly kind: "invalid"; readonly errors: readonly InvalidValue[] };

/** The same without line numbers. Throws UserError `config_invalid` for a file that is not YAML. */
export function resolveConfig(input: ConfigInput): Resolved {
  const { fileText, own, trust = null } = input;
  const inRepository = readFile({ name: CONFIG_FILE, text: fileText }, { kind: "file" });
  const elsewhere = [
    ...(own === undefined ? [] : readFile(own, { kind: "own", name: own.name })),
    ...readEnvironment(input.environment),
    ...readFlags(input.flags),
  ];
  const current = inRepository.filter(isCurrent);
  const ofRepository = current.filter(({ key }) => !isOwnOnly(key));
  const stronger = elsewhere.filter(isCurrent);
  const all = [...current, ...stronger];
  const errors = [...all.flatMap(findErrors), ...all.flatMap(fallbackErrors(all))];
  if (errors.length > 0) return { kind: "invalid", errors };
  const guarded = ofRepository.filter(({ key }) => isGuarded(key));
  const overruled = new Set(stronger.flatMap((value) => [value.key, ...alsoOverruled(value)]));
  const untrusted = guarded.filter((value) => !overruled.has(value.key) && !isTrusted(trust, value));
  const withheld = stronger.filter((value) => trust === null && startsAutomatically(value));
  const left = new Set([...untrusted, ...withheld]);
  const given = [...ofRepository, ...stronger].filter((value) => !left.has(value));
  return {
    kind: "resolved",
    loaded: {
      ...inForce(given),
      guarded: guarded.map(toGuardedValue),
      untrusted: untrusted.map(toGuardedValue),
      withheld: withheld.map(({ key }) => key),
      ignored: current.flatMap(({ key }) => (isOwnOnly(key) ? [key] : [])),
      replaced: [...inRepository, ...elsewhere].flatMap(toReplaced),
    },
  };
}

const DEFAULT_WORKER = "workers.default";

/** Both choose the worker of most tasks, so the stronger place wins; in one place `workers.default` does. */
function alsoOverruled({ key, value }: Given): readonly string[] {
  return key === "worker.command" && Array.isArray(value) && value.length > 0 ? [DEFAULT_WORKER] : [];
}

/** Own settings also apply in repositories that are only viewed: no worker starts there automatically. */
function startsAutomatically({ key, value, origin }: Given): boolean {
  return origin.kind === "own" && key === "dispatch.automatic" && value === true;
}

const isCurrent = ({ key }: Given) => findReplaced(key) === undefined;

function toReplaced({ key, origin }: Given): readonly ReplacedValue[] {
  const setting = findReplaced(key);
  return setting === undefined ? [] : [{ setting, origin }];
}

function toGuardedValue({ key, value }: Given): GuardedValue {
  return { key, value };
}

/** Weakest first: the last value wins. */
function inForce(given: readonly Given[]): Pick<LoadedConfig, "config" | "origins"> {
  const origins = new Map<string, ValueOrigin>(SETTINGS.map(({ key }) => [key, { kind: "default" }]));
  const values = {};
  const set = (key: string, value: unknown, origin: ValueOrigin) => {
    origins.set(key, origin);
    setAt(values, findSetting(key)?.path ?? [], value);
  };
  for (const one of given) {
    for (const key of alsoOverruled(one))
      if (origins.get(key)?.kind !== one.origin.kind) set(key, null, { kind: "default" });
    set(one.key, one.value, one.origin);
  }
  return { config: configSchema.parse(values), origins };
}

type Given = { readonly key: string; readonly value: unknown; readonly origin: ValueOrigin };
type InvalidValue = { readonly given: Given; readonly why: string; readonly hint: string | null };

const toGiven = (key: string, value: unknown, origin: ValueOrigin): Given => ({ key, value, origin });

function readFile({ name, text }: SettingsText, origin: ValueOrigin): Given[] {
  return text === null ? [] : readLayer(parseConfigFile(text, name), [], origin);
}

/** One entry per key. A key without a value counts as left out. */
function readLayer(
  mapping: Readonly<Record<string, unknown>>,
  above: readonly string[],
  origin: ValueOrigin,
): Given[] {
  return Object.entries(mapping).flatMap(([name, value]) => {
    if (value === null) return [];
    const path = [...above, name];
    const key = path.join(".");
    if (isSection(key) && isMapping(value)) return readLayer(value, path, origin);
    return [toGiven(key, value, origin)];
  });
}

/** Variables of ours that are not settings. */
const OTHER_VARIABLES = [
  ...["TASKS_REPO", "TASKS_TOKEN", "TASKS_HOME", "TASKS_ADOPT_STORE"],
  ...WORKER_VARIABLES,
  // What a command that notifies is given, which may start `tasks` itself.
  ...["TASKS_TITLE", "TASKS_TEXT", "TASKS_URL"],
];

/** An empty variable counts as unset. Unknown `TASKS_…` variables are ignored, unless they look like a typo. */
function readEnvironment(environment: ConfigInput["environment"]): Given[] {
  const replaced = REPLACED_SETTINGS.map(({ key }) => ({ key, name: variableOf(key) }));
  const known = new Set([
    ...SETTINGS.flatMap(({ variables }) => variables),
    ...replaced.map(({ name }) => name),
    ...OTHER_VARIABLES,
  ]);
  for (const name of Object.keys(environment)) {
    if (!name.startsWith("TASKS_") || known.has(name)) continue;
    const meant = nearest(name, known);
    if (meant !== null) throw unknownVariable(name, meant);
  }
  const outdated = replaced.flatMap(({ key, name }) => {
    const text = environment[name] ?? "";
    return text === "" ? [] : [toGiven(key, text, { kind: "environment", name })];
  });
  const current = SETTINGS.flatMap((setting) => {
    const name = setting.variables.find((variable) => (environment[variable] ?? "") !== "");
    const text = name === undefined ? undefined : environment[name];
    if (name === undefined || text === undefined) return [];
    return [toGiven(setting.key, coerce(setting, text), { kind: "environment", name })];
  });
  return [...outdated, ...current];
}

function readFlags(flags: readonly FlagValue[]): Given[] {
  return flags.map(({ key, flag, text }) => {
    const setting = findSetting(key);
    if (setting === undefined) throw new Error(`${flag} sets "${key}", which is not a setting`);
    return toGiven(key, coerce(setting, text), { kind: "flag", name: flag });
  });
}

/** The text of a variable or flag as the setting's type; text that does not fit stays text, and the schema refuses it. */
function coerce(setting: Setting, text: string): unknown {
  if (setting.kind === "list") {
    return text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }
  if (setting.kind === "switch") return text === "true" ? true : text === "false" ? false : text;
  const number = Number(text);
  return setting.kind === "number" && text.trim() !== "" && Number.isFinite(number) ? number : text;
}

function findErrors(given: Given): readonly InvalidValue[] {
  const worker = namedWorkerOf(given.key);
  if (worker !== null)
    return workerProblems(worker, given.value).map(({ path, why, hint }) => {
      return { given: { ...given, key: [given.key, ...path].join(".") }, why, hint };
    });
  const setting = findSetting(given.key);
  if (setting === undefined) return [notASetting(given)];
  if (setting.schema.safeParse(given.value).success) return [];
  return [{ given, why: `is ${show(given.value)}; it needs ${setting.needs}`, hint: null }];
}

/**
 * Workers that a fallback names and that do not exist. One of the repository's file that is not trusted yet exists: it counts
 * once it is.
 */
function fallbackErrors(given: readonly Given[]): (one: Given) => readonly InvalidValue[] {
  const commands = given.filter(({ key }) => key === "worker.command").map(({ value }) => value);
  const older = commands.flatMap((command) => (isTexts(command) ? (workerName(command) ?? []) : []));
  const names = [...given.flatMap(({ key }) => namedWorkerOf(key) ?? []), ...older];
  return (one) => {
    const name = namedWorkerOf(one.key);
    const fallback = name === null || !isMapping(one.value) ? null : one.value["fallback"];
    if (!isTexts(fallback)) return [];
    const wrong = fallback.filter((each) => each === name || !names.includes(each));
    return wrong.map((each) => ({
      given: { ...one, key: `${one.key}.fallback` },
      why: each === name ? "names the worker itself" : `names ${quote(each)}, which is not a worker`,
      hint: didYouMean(
        each,
        names.filter((other) => other !== name),
      ),
    }));
  };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

function didYouMean(asked: string, names: readonly string[]): string | null {
  const meant = nearest(asked, names);
  return meant === null ? null : `Did you mean ${meant}?`;
}

function notASetting(given: Given): InvalidValue {
  if (isSection(given.key)) {
    return { given, why: "needs keys below it, indented", hint: null };
  }
  const meant = nearest(
    given.key,
    SETTINGS.map(({ key }) => key),
  );
  return { given, why: "is not a setting", hint: meant === null ? null : `Did you mean ${meant}?` };
}

async function describeErrors(errors: readonly InvalidValue[], files: Files): Promise<UserError> {
  const sentences = await Promise.all(
    errors.map(async ({ given, why, hint }) => {
      const sentence = `${await place(given, files)} ${why}.`;
      return hint === null ? sentence : `${sentence} ${hint}`;
    }),
  );
  return new UserError({
    code: "config_invalid",
    message: sentences.join("\n"),
    hint: 'Correct it and try again; "tasks config --help" lists the settings and where they come from.',
  });
}

type Files = Pick<ConfigInput, "fileText" | "own">;

async function place({ key, origin }: Given, { fileText, own }: Files): Promise<string> {
  if (origin.kind === "environment") return `The environment variable ${origin.name}`;
  if (origin.kind === "flag") return origin.name;
  const isOwn = origin.kind === "own";
  const line = await lineOfKey((isOwn ? own?.text : fileText) ?? "", key.split("."));
  return `${isOwn ? origin.name : CONFIG_FILE}${line === null ? "" : `:${line}`}: ${quote(key)}`;
}

function unknownVariable(name: string, meant: string): UserError {
  return new UserError({
    code: "config_invalid",
    message: `The environment variable ${quote(name)} is not a setting. Did you mean ${meant}?`,
    hint: `Rename it or unset it.`,
  });
}

function show(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a group of keys" : String(value);
}

/** `path` comes from SETTINGS, never from input. */
function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = "", ...below] = path;
  if (below.length === 0) {
    target[name] = value;
    return;
  }
  const next = target[name];
  const nested: Record<string, unknown> = isMapping(next) ? next : {};
  target[name] = nested;
  setAt(nested, below, value);
}

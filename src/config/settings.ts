// The settings as a flat list, read from the schema: names in the file and in the environment, and accepted values. All
// code that lists settings uses it, so a new key is added in one place.

import * as z from "zod";
import { isOwnOnly, type SettingKey } from "./guarded-settings.ts";
import { configSchema } from "./schema.ts";
import { NEEDS_GROUP, namedWorkerOf, workerSchema } from "./worker-schema.ts";

export type Setting = {
  /** `server.port` */
  readonly key: string;
  readonly path: readonly string[];
  /** Environment variables, strongest first. */
  readonly variables: readonly string[];
  readonly schema: z.ZodType;
  /** How the text of an environment variable is read. */
  readonly kind: "number" | "switch" | "list" | "text" | "group";
  /** "a whole number from 0 to 65535": completes "it needs". */
  readonly needs: string;
  readonly fallback: unknown;
  readonly description: string;
};

/** Names from before they were derived from the key. */
const OLDER_VARIABLES: Readonly<Record<string, readonly string[]>> = { owner: ["TASK_MANAGER_OWNER"] };

/** `TASKS_SERVER_PORT` for `server.port`. */
export const variableOf = (key: string): string => `TASKS_${key.replaceAll(".", "_").toUpperCase()}`;

/** Its entries have keys that the user chooses. */
const NAMED_WORKERS = "workers.named";

/** In the order of the schema; entries of `workers:` have keys of their own. */
export const SETTINGS: readonly Setting[] = [...leaves(configSchema.shape, [])].map(toSetting);

const settingByKey = new Map(SETTINGS.map((setting) => [setting.key, setting]));

export function findSetting(key: string): Setting | undefined {
  const worker = namedWorkerOf(key);
  return worker === null ? settingByKey.get(key) : workerSetting(key, worker);
}

function workerSetting(key: string, name: string): Setting {
  return {
    key,
    path: ["workers", "named", name],
    variables: [],
    schema: workerSchema,
    kind: "group",
    needs: NEEDS_GROUP,
    fallback: undefined,
    description: "One worker.",
  };
}

/** True for a key that holds settings, such as `server`. */
export const isSection = (key: string): boolean =>
  SETTINGS.some((setting) => setting.key.startsWith(`${key}.`));

type Leaf = { readonly path: readonly string[]; readonly schema: z.ZodType };

function* leaves(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  above: readonly string[],
): Generator<Leaf> {
  for (const [name, schema] of Object.entries(shape)) {
    const path = [...above, name];
    const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
    if (inner instanceof z.ZodObject) yield* leaves(inner.shape, path);
    else if (inner instanceof z.ZodType && path.join(".") !== NAMED_WORKERS) yield { path, schema: inner };
  }
}

/** JSON schemas are made on demand: for all settings that takes as long as starting Node. */
function toSetting({ path, schema }: Leaf): Setting {
  const key = path.join(".");
  let json: z.core.JSONSchema.JSONSchema | null = null;
  const described = () => {
    json ??= z.toJSONSchema(schema, { io: "input" });
    return json;
  };
  return {
    key,
    path,
    variables: [...(OLDER_VARIABLES[key] ?? []), variableOf(key)],
    schema,
    get kind() {
      return kindOf(described());
    },
    get needs() {
      return needsOf(described());
    },
    get fallback() {
      return described().default;
    },
    get description() {
      return described().description ?? "";
    },
  };
}

function kindOf(json: z.core.JSONSchema.JSONSchema): Setting["kind"] {
  if (json.type === "number" || json.type === "integer") return "number";
  if (json.type === "boolean") return "switch";
  return json.type === "array" ? "list" : "text";
}

function needsOf(json: z.core.JSONSchema.JSONSchema): string {
  if (json.enum !== undefined) return `one of ${json.enum.join(", ")}`;
  if (json.type === "array") return "a list of texts";
  if (json.type === "boolean") return "true or false";
  if (json.type !== "number" && json.type !== "integer") return "a text";
  const noun = json.type === "integer" ? "a whole number" : "a number";
  if (json.exclusiveMinimum !== undefined)
    return `${noun} above ${json.exclusiveMinimum}, at most ${json.maximum}`;
  return `${noun} from ${json.minimum} to ${json.maximum}`;
}

/** A `tasks/config.yaml` that changes nothing: every key that it may set, with its meaning and default, commented out. */
export function starterConfig(): string {
  let section = "";
  const ofRepositories = SETTINGS.filter(({ key }) => !isOwnOnly(key));
  const lines = ofRepositories.flatMap(({ path, description, fallback }) => {
    const [name = "", ...above] = path.toReversed();
    const opened = above.join(".");
    const head = opened === section || opened === "" ? [] : ["", `# ${opened}:`];
    section = opened;
    const indent = "  ".repeat(above.length);
    return [...head, `# ${indent}# ${description}`, `# ${indent}${name}: ${JSON.stringify(fallback)}`];
  });
  return `${STARTER_HEAD}\n${lines.join("\n")}\n`;
}

const STARTER_HEAD = `# Settings of Dataface Tasks for this repository. All are optional; these are the defaults. To change one, take the "# "
# away from it and from the group above it. A flag, a TASKS_... variable and your own settings win over this file; "tasks
# config" prints what is in force. What could run or start something counts once "tasks trust" was answered with yes.
`;

export type ReplacedSetting = {
  readonly key: string;
  readonly by: SettingKey;
  /** Completes "is no longer used: ". */
  readonly because: string;
};

/**
 * For one release they are still accepted, have no effect, and a message names the new setting. The next release drops
 * the entry, and the key is unknown like any other.
 */
export const REPLACED_SETTINGS: readonly ReplacedSetting[] = [
  {
    key: "refresh.min_interval_ms",
    by: "refresh.max_cpu_percent",
    because: "page loads are limited by what their updates cost, not by the clock",
  },
];

export const findReplaced = (key: string): ReplacedSetting | undefined =>
  REPLACED_SETTINGS.find((setting) => setting.key === key);

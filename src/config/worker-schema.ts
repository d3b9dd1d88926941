// One entry of `workers:`, and what can be wrong with one.

import * as z from "zod";
import { KIND_NAMES, PERMISSIONS } from "../core/agent/contract/agent-kind.ts";
import { nearest } from "../core/text/nearest.ts";
import { quote } from "../core/text/quote.ts";

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** In the order of the docs, which print the descriptions. */
export const workerSchema = z.strictObject({
  kind: z.enum(KIND_NAMES).describe("the agent, or `command` for a program of yours"),
  command: z
    .array(z.string())
    .default([])
    .describe(
      "of kind `command`: a program and its arguments with placeholders; of `acp`: the agent's command",
    ),
  program: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("the agent's program, if it is not the one on the PATH"),
  model: z.string().min(1).nullable().default(null).describe("the model, as the agent names it"),
  permissions: z
    .enum(PERMISSIONS)
    .nullable()
    .default(null)
    .describe("`ask`, `edits` or `full`; without it the kind's own default"),
  args: z.array(z.string()).default([]).describe("more arguments for the agent"),
  wrap: z
    .array(z.string())
    .default([])
    .describe("program and arguments that precede the command: your own sandbox"),
  variables: z
    .record(z.string().regex(VARIABLE_NAME), z.string())
    .default({})
    .describe("more variables for the agent"),
  account: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      "what its usage limits belong to, if several workers or hosts share it; without it: `<kind>@<host>`",
    ),
  fallback: z
    .array(z.string())
    .default([])
    .describe("workers that take its tasks, the first that can, while its account waits"),
  selectable: z
    .boolean()
    .default(false)
    .describe("tasks may name it although it may do more than the default worker"),
});

/** A worker's key in `workers:`; `default` is taken. */
const WORKER_NAME = /^(?!default$)[a-z0-9][a-z0-9_-]{0,39}$/;

/** The name in `workers.careful`; null for any other key, `workers.default` among them. */
export function namedWorkerOf(key: string): string | null {
  return key.startsWith("workers.") && key !== "workers.default" ? key.slice("workers.".length) : null;
}

export type WorkerProblem = {
  /** Below the entry: `["kind"]`. */
  readonly path: readonly string[];
  /** Follows the key: "is ...; it needs ...". */
  readonly why: string;
  readonly hint: string | null;
};

/** Everything wrong with an entry of `workers:`. */
export function workerProblems(name: string, value: unknown): readonly WorkerProblem[] {
  if (!WORKER_NAME.test(name))
    return [problem([], "is not a name for a worker; it needs lower-case letters, digits, - and _")];
  const parsed = workerSchema.safeParse(value, { reportInput: true });
  if (!parsed.success) return parsed.error.issues.flatMap(toProblems);
  const { kind, command, program } = parsed.data;
  const takesCommand = kind === "command" || kind === "acp";
  if (takesCommand && command.length === 0)
    return [problem([], `has no command, which a worker of kind ${kind} needs`)];
  if (!takesCommand && command.length > 0)
    return [problem(["command"], `is only for the kinds command and acp; ${kind} takes program and args`)];
  if (takesCommand && program !== null)
    return [problem(["program"], "is not for this kind; its command names the program")];
  return [];
}

const problem = (path: readonly string[], why: string, hint: string | null = null): WorkerProblem => ({
  path,
  why,
  hint,
});

function toProblems(issue: z.core.$ZodIssue): readonly WorkerProblem[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) =>
      problem(
        [...path, key],
        "is not a setting of a worker",
        didYouMean(key, Object.keys(workerSchema.shape)),
      ),
    );
  const [key] = path;
  const written = issue.input;
  if (key === "kind")
    return [
      problem(path, found(written, `one of ${KIND_NAMES.join(", ")}`), didYouMean(written, KIND_NAMES)),
    ];
  if (key === undefined) return [problem(path, found(written, NEEDS_GROUP))];
  if (issue.code === "invalid_key") return [problem(path, "is not a name for a variable")];
  const needs = NEEDS[key] ?? "a text";
  return [
    problem(path, found(written, path.length > 1 ? "a text" : needs), didYouMean(written, PERMISSIONS)),
  ];
}

export const NEEDS_GROUP = "a group of keys: kind, and others of docs/workers.md";

const NEEDS: Readonly<Record<string, string>> = {
  command: "a list of texts",
  args: "a list of texts",
  wrap: "a list of texts",
  permissions: `one of ${PERMISSIONS.join(", ")}`,
  variables: "a group of names and texts",
  fallback: "a list of workers",
  selectable: "true or false",
};

function found(written: unknown, needs: string): string {
  return written === undefined ? `is missing; it needs ${needs}` : `is ${show(written)}; it needs ${needs}`;
}

function show(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "a group of keys" : String(value);
}

function didYouMean(written: unknown, names: readonly string[]): string | null {
  const meant = typeof written === "string" ? nearest(written, names) : null;
  return meant === null ? null : `Did you mean ${meant}?`;
}

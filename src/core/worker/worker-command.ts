// The configured worker as a program and its arguments. Never a shell: each argument reaches the program as it is,
// whatever a task file or a slug holds (S17).

import { type Refusal, refusal } from "../contract/refusal.ts";
import { quote } from "../text/quote.ts";
import { fillPlaceholders, meantPlaceholder, placeholdersIn } from "./placeholders.ts";

/** In the order of the docs. */
export const COMMAND_PLACEHOLDERS = ["prompt", "prompt_file", "slug", "task_file", "worktree"] as const;
type CommandPlaceholder = (typeof COMMAND_PLACEHOLDERS)[number];

/** `prompt_file`, `task_file` and `worktree` are absolute paths. */
export type CommandValues = Readonly<Record<CommandPlaceholder, string>>;

/** What is wrong with a configured command, whatever the task; null when nothing is. */
export function findCommandProblem(command: readonly string[]): Refusal | null {
  const [program, ...rest] = command;
  if (program === undefined) return NO_WORKER;
  if (program.trim() === "") return refusal("The worker's program is empty.", FIRST_IS_PROGRAM);
  if (placeholdersIn(program).length > 0) {
    return refusal(`The worker's program is the placeholder ${quote(program)}.`, FIRST_IS_PROGRAM);
  }
  const known: readonly string[] = COMMAND_PLACEHOLDERS;
  const unknown = rest.flatMap(placeholdersIn).find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const meant = meantPlaceholder(unknown, known);
  return refusal(
    `The worker's command has the placeholder {${unknown}}, which does not exist.`,
    `${meant}There are ${known.map((name) => `{${name}}`).join(", ")}; for braces that stay, write {{${unknown}}}.`,
  );
}

/** The program and its arguments for one run. `command` has no problem (findCommandProblem). */
export function workerCommand(command: readonly string[], values: CommandValues): readonly string[] {
  const [program = "", ...rest] = command;
  const given = { ...values, prompt: promptArgument(values) };
  return [program, ...rest.map((argument) => passable(fillPlaceholders(argument, given)))];
}

/** What the worker is called on the page: `claude` of `/usr/local/bin/claude`, `agent` of `node tools/agent.mjs`. */
export function workerName(command: readonly string[]): string | null {
  const [program = "", ...rest] = command;
  const name = baseName(program).replace(/\.(?:exe|cmd|bat)$/i, "");
  const script = INTERPRETERS.has(name) ? rest.find((argument) => !argument.startsWith("-")) : undefined;
  if (script !== undefined) return baseName(script).replace(/\.[a-z]+$/i, "");
  return name === "" ? null : name;
}

/** Programs that run another one: that one is the worker. */
const INTERPRETERS: ReadonlySet<string> = new Set([
  "node",
  "deno",
  "bun",
  "python",
  "python3",
  "ruby",
  "perl",
  "sh",
  "bash",
]);

const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? "";

const NO_WORKER = refusal(
  "No worker is configured.",
  "`tasks worker use claude` writes one into tasks/config.yaml; `tasks worker` lists the presets.",
);

const FIRST_IS_PROGRAM =
  "The first entry of worker.command in tasks/config.yaml names a program, such as claude.";

/** Linux takes no single argument over 128 KiB; a character may take three bytes. */
const ARGUMENT_LENGTH_MAX = 40_000;

/** A prompt that is too long for an argument is read from its file. */
function promptArgument({ prompt, prompt_file: file }: CommandValues): string {
  if (prompt.length <= ARGUMENT_LENGTH_MAX) return prompt;
  return `What you are to do is in the file ${file}. Read all of it first, then do what it says.`;
}

/** No program can be given a NUL character. */
function passable(argument: string): string {
  return argument.replaceAll("\0", "\uFFFD");
}

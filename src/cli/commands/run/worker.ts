import { CONFIG_FILE } from "../../../config/config-file.ts";
import { setListInConfig } from "../../../config/edit-config.ts";
import { originName } from "../../../config/load.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { nearest } from "../../../core/text/nearest.ts";
import { quote } from "../../../core/text/quote.ts";
import { placeholdersIn } from "../../../core/worker/placeholders.ts";
import { untrustedRefusal } from "../../../core/worker/untrusted-settings.ts";
import { findCommandProblem, workerName } from "../../../core/worker/worker-command.ts";
import {
  missingVariables,
  presetNamed,
  WORKER_PRESETS,
  type WorkerPreset,
} from "../../../core/worker/worker-presets.ts";
import type { Command, CommandContext, RepositoryContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { FORMAT, REPO } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { commandText } from "../../print/command-text.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { openRepository } from "../../repository/open-repository.ts";
import { trustOwnWriting } from "../../repository/trust.ts";

export const command: Command = {
  insideRun: ({ arguments: [verb] }) => (verb === undefined ? "allowed" : "refused"),
  arguments: [
    { name: "use", required: false, description: "write worker.command into tasks/config.yaml" },
    {
      name: "worker",
      required: false,
      variadic: true,
      description: "claude, codex, gemini, copilot or aider; or a program and its arguments",
    },
  ],
  description:
    "Prints the configured command, what is wrong with it, and the presets of common agents. `use` writes a preset's command, or one of your own, into the settings, keeps every comment there, says what it permits, and trusts it on this machine. See docs/workers.md.",
  flags: [REPO, FORMAT],
  examples: [
    { line: "tasks worker", does: "which one is configured" },
    { line: "tasks worker use claude", does: "let Claude Code work on tasks" },
    { line: "tasks worker use -- my-agent --yes {prompt}", does: "or any program of yours" },
  ],
  run: worker,
};

/** One of the presets, or a command of the user's. */
type Chosen = { readonly command: readonly string[]; readonly preset: WorkerPreset | null };

/** Without words it prints; `use <preset>` and `use -- <command>` write worker.command, and trust what they wrote. */
export async function worker(command: CommandContext): Promise<void> {
  const [verb, ...words] = command.arguments;
  const chosen = verb === undefined ? null : readChoice(verb, words);
  const context = await openRepository(command);
  if (chosen === null) print(context);
  else await use(context, chosen);
}

const PRESET_NAMES = WORKER_PRESETS.map((preset) => preset.name);

function readChoice(verb: string, words: readonly string[]): Chosen {
  if (verb !== "use") {
    const hint =
      presetNamed(verb) === null ? "For example: tasks worker use claude" : `tasks worker use ${verb}`;
    throw usage(`"tasks worker" does not know ${quote(verb)}.`, hint);
  }
  const [name] = words;
  if (name === undefined)
    throw usage("Name the worker to use.", `Presets: ${PRESET_NAMES.join(", ")}; ${ANY_OTHER}.`);
  const preset = words.length === 1 ? presetNamed(name) : null;
  if (preset !== null) return { command: preset.command, preset };
  // A single word is meant as the name of a preset, so a misspelling is not taken for a command.
  if (words.length === 1 && !name.includes("/")) throw unknownPreset(name);
  const problem = findCommandProblem(words);
  if (problem !== null) throw usage(problem.message, problem.hint);
  return { command: words, preset: null };
}

const ANY_OTHER = "write any other command out: tasks worker use -- my-agent --yes {prompt}";

function unknownPreset(name: string): UserError {
  const meant = nearest(name, PRESET_NAMES);
  return usage(
    `There is no preset ${quote(name)}.`,
    `${meant === null ? "" : `Did you mean ${meant}? `}Presets: ${PRESET_NAMES.join(", ")}; ${ANY_OTHER}.`,
  );
}

async function use(context: RepositoryContext, { command: items, preset }: Chosen): Promise<void> {
  const { root, system, output, loaded } = context;
  const before = (await system.openSettingsFiles(root)).readRepository().text;
  const edited = setListInConfig(before ?? "", { section: "worker", key: "command", items });
  if (edited.kind === "refused") {
    const place = edited.line === null ? CONFIG_FILE : `${CONFIG_FILE}:${edited.line}`;
    throw new UserError({
      code: "edit_refused",
      message: `${place} was not changed. ${edited.message}`,
      hint: `${edited.hint} It is ${JSON.stringify(items)}.`,
    });
  }
  const changed = edited.text !== before;
  if (changed) await system.replaceConfigFile({ root, before, after: edited.text });
  await trustOwnWriting(context, [{ key: KEY, value: items }]);
  const missing = preset === null ? [] : missingVariables(preset, system.environment);
  const record = preset === null ? { command: items } : presetRecord(preset);
  printLines(context, { file: CONFIG_FILE, changed, missing, ...record }, [CONFIG_FILE]);
  if (asJson(context)) return;
  output.note(
    `The worker is ${preset?.title ?? terminalText(workerName(items) ?? "")}: ${commandText(items)}`,
  );
  const notes = preset === null ? ownNotes(items) : presetNotes(preset, missing);
  for (const line of notes) output.note(line);
  noteOverride(context);
  const others = untrustedRefusal(loaded.untrusted.flatMap(({ key }) => (key === KEY ? [] : [key])));
  if (others !== null) output.note(`${others.message} ${others.hint}`);
}

const KEY = "worker.command";

function ownNotes(command: readonly string[]): readonly string[] {
  return ["It runs with your permissions.", ...(passesPrompt(command) ? [] : [WITHOUT_PROMPT])];
}

const WITHOUT_PROMPT =
  "The command has neither {prompt} nor {prompt_file}, so it does not get the task's prompt.";

/** What to know before it works unattended. */
function presetNotes(preset: WorkerPreset, missing: readonly string[]): readonly string[] {
  const { permits, note, login } = preset;
  const notes = [permits, ...(note === null ? [] : [note])];
  if (missing.length === 0) return notes;
  return [...notes, `Not set here: ${missing.join(", ")}. Set one, or ${login}.`];
}

function noteOverride({ loaded, output }: RepositoryContext): void {
  const origin = loaded.origins.get(KEY);
  if (origin?.kind === "environment" || origin?.kind === "own")
    output.note(`${terminalText(origin.name)} sets it as well, and overrides the file.`);
}

function print(context: RepositoryContext): void {
  const { loaded, output, system } = context;
  const { command: configured } = loaded.config.worker;
  const distrust = untrustedRefusal(loaded.untrusted.map(({ key }) => key));
  const problem = distrust ?? findCommandProblem(configured);
  const origin = loaded.origins.get(KEY);
  const from = origin === undefined || origin.kind === "default" ? null : originName(origin);
  const name = workerName(configured);
  const presets = WORKER_PRESETS.map((preset) => ({
    ...presetRecord(preset),
    missing: missingVariables(preset, system.environment),
  }));
  const { quiet, strong, alarm } = output.resultStyle;
  const lines: string[] = [];
  if (configured.length > 0)
    lines.push(
      `${strong(terminalText(name ?? "?"))}  ${commandText(configured)}`,
      quiet(`  from ${from ?? "the defaults"}`),
    );
  if (problem !== null) lines.push(`${alarm(terminalText(problem.message))} ${terminalText(problem.hint)}`);
  else if (!passesPrompt(configured)) lines.push(WITHOUT_PROMPT);
  const rows = presets.map((preset) => [
    `  ${preset.name}`,
    preset.title,
    preset.missing.length === 0 ? "API key set" : "no API key in the environment",
    commandText(preset.command),
  ]);
  printLines(
    context,
    {
      name,
      command: configured,
      from,
      problem: problem && { message: problem.message, hint: problem.hint },
      presets,
    },
    [...lines, "", "Presets, for `tasks worker use <preset>`:", ...alignColumns(rows, output.resultColumns)],
  );
}

function passesPrompt(command: readonly string[]): boolean {
  return command.flatMap(placeholdersIn).some((name) => name === "prompt" || name === "prompt_file");
}

function presetRecord({ name, title, command, variables, permits, note }: WorkerPreset) {
  return { name, title, command, variables, permits, note };
}

// `tasks worker`: which command works on tasks, and the presets there are; `tasks worker use claude` sets one.

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
import type { CommandContext, RepositoryContext } from "../../contract/command.ts";
import { alignColumns } from "../../print/columns.ts";
import { commandText } from "../../print/command-text.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";
import { trustOwnWriting } from "../../repository/trust.ts";

/** A worker as it was asked for: one of the presets, or a command of the user's own. */
type Chosen = { readonly command: readonly string[]; readonly preset: WorkerPreset | null };

/** Without words it prints; `use <preset>` and `use -- <command>` write worker.command, and trust what they wrote. */
export async function worker(command: CommandContext): Promise<void> {
  const [verb, ...words] = command.arguments;
  const chosen = verb === undefined ? null : readChoice(verb, words);
  const context = await openRepositoryContext(command);
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
    throw usage("Which one is missing.", `There are ${PRESET_NAMES.join(", ")}; ${ANY_OTHER}.`);
  const preset = words.length === 1 ? presetNamed(name) : null;
  if (preset !== null) return { command: preset.command, preset };
  // One word is the name of a preset, and a slip in it no command.
  if (words.length === 1 && !name.includes("/")) throw unknownPreset(name);
  const flaw = findCommandProblem(words);
  if (flaw !== null) throw usage(flaw.message, flaw.hint);
  return { command: words, preset: null };
}

const ANY_OTHER = "any other command is written out: tasks worker use -- my-agent --yes {prompt}";

function unknownPreset(name: string): UserError {
  const meant = nearest(name, PRESET_NAMES);
  return usage(
    `There is no preset ${quote(name)}.`,
    `${meant === null ? "" : `Did you mean ${meant}? `}There are ${PRESET_NAMES.join(", ")}; ${ANY_OTHER}.`,
  );
}

async function use(context: RepositoryContext, { command: items, preset }: Chosen): Promise<void> {
  const { root, world, output, flags, loaded } = context;
  const before = (await world.openSettingsFiles(root)).readRepository().text;
  const edited = setListInConfig(before ?? "", { section: "worker", key: "command", items });
  if (edited.kind === "refused") {
    const place = edited.line === null ? CONFIG_FILE : `${CONFIG_FILE}:${edited.line}`;
    throw new UserError({
      code: "edit_refused",
      message: `${place} was not changed. ${edited.why}`,
      hint: `${edited.remedy} It is ${JSON.stringify(items)}.`,
    });
  }
  if (edited.text !== before) await world.replaceConfigFile({ root, before, after: edited.text });
  await trustOwnWriting(context, [{ key: KEY, value: items }]);
  const missing = preset === null ? [] : missingVariables(preset, world.environment);
  if (flags["format"] === "json") {
    const record = preset === null ? { command: items } : presetRecord(preset);
    output.result(jsonText({ file: CONFIG_FILE, changed: edited.text !== before, missing, ...record }));
    return;
  }
  output.result(CONFIG_FILE);
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
  return ["It may do what its user may.", ...(passesPrompt(command) ? [] : [WITHOUT_PROMPT])];
}

const WITHOUT_PROMPT = "It is given neither {prompt} nor {prompt_file}: it has to know by itself what to do.";

/** What somebody has to know who lets it work alone. */
function presetNotes(preset: WorkerPreset, missing: readonly string[]): readonly string[] {
  const { permits, note, login } = preset;
  const notes = [permits, ...(note === null ? [] : [note])];
  if (missing.length === 0) return notes;
  return [...notes, `Not set here: ${missing.join(", ")}. Set one, or ${login}.`];
}

function noteOverride({ loaded, output }: RepositoryContext): void {
  const origin = loaded.origins.get(KEY);
  if (origin?.kind === "environment" || origin?.kind === "own")
    output.note(`${terminalText(origin.name)} sets it as well, and wins over the file as long as it does.`);
}

function print(context: RepositoryContext): void {
  const { loaded, output, flags, world } = context;
  const { command } = loaded.config.worker;
  const distrust = untrustedRefusal(loaded.untrusted.map(({ key }) => key));
  const flaw = distrust ?? findCommandProblem(command);
  const origin = loaded.origins.get(KEY);
  const from = origin === undefined || origin.kind === "default" ? null : originName(origin);
  if (flags["format"] === "json") {
    const presets = WORKER_PRESETS.map((preset) => ({
      ...presetRecord(preset),
      missing: missingVariables(preset, world.environment),
    }));
    const problem = flaw && { message: flaw.message, hint: flaw.hint };
    output.result(jsonText({ name: workerName(command), command, from, problem, presets }));
    return;
  }
  const { quiet, strong, alarm } = output.resultStyle;
  if (command.length > 0) {
    output.result(`${strong(terminalText(workerName(command) ?? "?"))}  ${commandText(command)}`);
    output.result(quiet(`  from ${from ?? "the defaults"}`));
  }
  if (flaw !== null) output.result(`${alarm(terminalText(flaw.message))} ${terminalText(flaw.hint)}`);
  else if (!passesPrompt(command)) output.result(WITHOUT_PROMPT);
  output.result("");
  output.result("Presets, for `tasks worker use <preset>`:");
  const rows = WORKER_PRESETS.map((preset) => [
    `  ${preset.name}`,
    preset.title,
    missingVariables(preset, world.environment).length === 0 ? "variable set" : "no variable set",
    commandText(preset.command),
  ]);
  for (const line of alignColumns(rows, output.resultColumns)) output.result(line);
}

function passesPrompt(command: readonly string[]): boolean {
  return command.flatMap(placeholdersIn).some((name) => name === "prompt" || name === "prompt_file");
}

function presetRecord({ name, title, command, variables, permits, note }: WorkerPreset) {
  return { name, title, command, variables, permits, note };
}

function usage(message: string, hint: string): UserError {
  return new UserError({ code: "usage", message, hint });
}

// `tasks worker`: which command works on tasks, and the presets there are; `tasks worker use claude` sets one.

import { CONFIG_FILE, readConfigFile } from "../../config/config-file.ts";
import { setListInConfig } from "../../config/edit-config.ts";
import { UserError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { quote } from "../../core/quote.ts";
import { placeholdersIn } from "../../core/run/placeholders.ts";
import { findCommandFlaw, workerName } from "../../core/run/worker-command.ts";
import {
  missingVariables,
  presetNamed,
  WORKER_PRESETS,
  type WorkerPreset,
} from "../../core/run/worker-presets.ts";
import type { CommandContext, RepositoryContext } from "../command.ts";
import { alignColumns } from "../print/columns.ts";
import { commandText } from "../print/shell-word.ts";
import { jsonText, terminalText } from "../print/terminal-text.ts";
import { openRepositoryContext } from "../repository-context.ts";

/** Without words it prints; `use <preset>` writes worker.command. */
export async function worker(command: CommandContext): Promise<void> {
  const [verb, name] = command.arguments;
  const preset = verb === undefined ? null : readPreset(verb, name);
  const context = await openRepositoryContext(command);
  if (preset === null) print(context);
  else await use(context, preset);
}

function readPreset(verb: string, name: string | undefined): WorkerPreset {
  const names = WORKER_PRESETS.map((preset) => preset.name);
  if (verb !== "use") {
    const hint =
      presetNamed(verb) === null ? "For example: tasks worker use claude" : `tasks worker use ${verb}`;
    throw usage(`"tasks worker" does not know ${quote(verb)}.`, hint);
  }
  if (name === undefined) throw usage("Which one is missing.", `There are ${names.join(", ")}.`);
  const preset = presetNamed(name);
  if (preset !== null) return preset;
  const meant = nearest(name, names);
  throw usage(
    `There is no preset ${quote(name)}.`,
    `${meant === null ? "" : `Did you mean ${meant}? `}There are ${names.join(", ")}; any other command goes into worker.command in ${CONFIG_FILE}.`,
  );
}

async function use(context: RepositoryContext, preset: WorkerPreset): Promise<void> {
  const { root, world, output, flags } = context;
  const before = await readConfigFile(root);
  const items = preset.command;
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
  const missing = missingVariables(preset, world.environment);
  if (flags["format"] === "json") {
    output.result(
      jsonText({ file: CONFIG_FILE, changed: edited.text !== before, missing, ...presetRecord(preset) }),
    );
    return;
  }
  output.result(CONFIG_FILE);
  output.note(`The worker is ${preset.title}: ${commandText(items)}`);
  for (const line of presetNotes(preset, missing)) output.note(line);
  noteOverride(context);
}

/** What somebody has to know who lets it work alone. */
function presetNotes(preset: WorkerPreset, missing: readonly string[]): readonly string[] {
  const { permits, note, login } = preset;
  const notes = [permits, ...(note === null ? [] : [note])];
  if (missing.length === 0) return notes;
  return [...notes, `Not set here: ${missing.join(", ")}. Set one, or ${login}.`];
}

function noteOverride({ loaded, output }: RepositoryContext): void {
  const origin = loaded.origins.get("worker.command");
  if (origin?.kind === "environment")
    output.note(`${origin.name} is set, and wins over the file as long as it is.`);
}

function print(context: RepositoryContext): void {
  const { loaded, output, flags, world } = context;
  const { command } = loaded.config.worker;
  const flaw = findCommandFlaw(command);
  const origin = loaded.origins.get("worker.command");
  const from = origin?.kind === "environment" ? origin.name : origin?.kind === "file" ? CONFIG_FILE : null;
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
  else if (!passesPrompt(command))
    output.result("It is given neither {prompt} nor {prompt_file}: it has to know by itself what to do.");
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

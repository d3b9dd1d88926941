// Turns the index of commands into a commander program: parsing, help with examples, and usage errors that suggest the
// nearest right word (C1). It neither prints errors nor ends the process; main.ts does both.

import { Command as CommanderCommand, CommanderError, Option } from "commander";
import type { UserError } from "../core/contract/user-error.ts";
import { nearest } from "../core/text/nearest.ts";
import { quote } from "../core/text/quote.ts";
import { COMMAND_GROUPS, COMMAND_NAMES, loadCommand } from "./command-index.ts";
import type { Command, Flag, Flags } from "./contract/command.ts";
import { usage } from "./contract/errors.ts";

/** What the words of a command line ask for. */
export type Invocation = {
  readonly name: string;
  readonly command: Command;
  readonly flags: Flags;
  readonly arguments: readonly string[];
};

/** Null when the answer was help or the version, which has been printed. Throws UserError `usage`. */
export async function parseCommandLine(
  words: readonly string[],
  printing: Printing,
): Promise<Invocation | null> {
  const normal = normalize(words);
  const [name = ""] = normal;
  const command = await loadCommand(name);
  let invocation: Invocation | null = null;
  const program = buildProgram(printing, command && { name, command }, (found) => {
    invocation = found;
  });
  try {
    await program.parseAsync(normal, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, command && name);
  }
  return invocation;
}

/** No words ask for help, `help <command>` for the help of that command. Throws UserError `usage` for an unknown one. */
function normalize(words: readonly string[]): string[] {
  const [first = "--help", second, ...rest] = words;
  const isHelp = first === "help";
  const name = isHelp ? second : first;
  if (name !== undefined && !name.startsWith("-") && !COMMAND_NAMES.includes(name)) {
    const meant = nearest(name, COMMAND_NAMES);
    const suggestion = meant === null ? "" : `Did you mean ${meant}? `;
    throw usage(`There is no command ${quote(name)}.`, `${suggestion}"tasks --help" lists the commands.`);
  }
  if (isHelp) return second === undefined ? ["--help"] : [second, "--help", ...rest];
  return words.length === 0 ? [first] : [...words];
}

/** commander's message is "error: what", and below it "(Did you mean this?)"; ours is a sentence, then what to type. */
function usageError(error: CommanderError, name: string | null): UserError {
  const [what = "", suggestion] = error.message
    .replace(/^error: /, "")
    .split("\n")
    .map((line) => line.replace(/^\((.*)\)$/, "$1"));
  const help =
    name === null ? '"tasks --help" lists the commands.' : `"tasks ${name} --help" lists its flags.`;
  return usage(
    what.replace(/^./, (letter) => letter.toUpperCase()).replace(/\.?$/, "."),
    suggestion === undefined ? help : `${suggestion} ${help}`,
  );
}

/** The help of one command, as `--help` prints it at 100 columns. */
export async function helpText(name: string): Promise<string> {
  let printed = "";
  const print = (text: string) => {
    printed += text;
  };
  await parseCommandLine([name, "--help"], { print, version: "" });
  return printed;
}

const HELP_COLUMNS = 100;

const CLOSING = `
Examples:
  tasks demo                  look at a made-up repository
  tasks serve                 serve the one you are in
  tasks help serve            what serve can do

Exit codes: 0 done, 1 the thing asked about is bad, 2 usage, 3 could not. All of it: docs/cli.md`;

type Printing = { readonly print: (text: string) => void; readonly version: string };

type NamedCommand = Pick<Invocation, "name" | "command">;

/** A program with the one command that was asked for, else with the list of all. */
function buildProgram(
  { print, version }: Printing,
  asked: NamedCommand | null,
  onFound: (found: Invocation) => void,
): CommanderCommand {
  const program = new CommanderCommand("tasks")
    .description("Tasks are Markdown files in a git repository; this shows what is true about them.")
    .usage("<command> [options]")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => print(text.trimEnd()),
      outputError: () => {},
      getOutHelpWidth: () => HELP_COLUMNS,
      getOutHasColors: () => false,
    })
    .addHelpText("after", CLOSING);
  if (asked !== null) addCommand(program, asked, onFound);
  else
    for (const [title, commands] of Object.entries(COMMAND_GROUPS)) {
      program.commandsGroup(`${title}:`);
      for (const [name, [summary]] of Object.entries(commands)) program.command(name).summary(summary);
    }
  return program;
}

function addCommand(
  program: CommanderCommand,
  { name, command }: NamedCommand,
  onFound: (found: Invocation) => void,
): void {
  const parser = program
    .command(name)
    .description(command.description)
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", examples(command).trimEnd());
  for (const flag of command.flags) parser.addOption(toOption(flag));
  for (const { name: word, required, description, variadic } of command.arguments ?? []) {
    const shown = variadic ? `${word}...` : word;
    parser.argument(required ? `<${shown}>` : `[${shown}]`, description);
  }
  parser.action(() => {
    onFound({ name, command, flags: typedFlags(parser), arguments: parser.args });
  });
}

function toOption({ usage: shown, description, choices, hidden, repeated }: Flag): Option {
  const option = new Option(shown, description);
  if (repeated)
    option.argParser((value: string, before?: string) =>
      before === undefined ? value : `${before}\n${value}`,
    );
  if (choices !== undefined) option.choices(choices);
  return option.hideHelp(hidden ?? false);
}

/** Only what was typed: defaults live in the settings, not here. Keys are the long names: `no-auth`, `refresh-wait`. */
function typedFlags(parser: CommanderCommand): Flags {
  const flags: Record<string, string | boolean> = {};
  for (const option of parser.options) {
    const name = option.attributeName();
    if (parser.getOptionValueSource(name) !== "cli") continue;
    const value: unknown = parser.getOptionValue(name);
    flags[(option.long ?? "").replace(/^--/, "")] = typeof value === "string" ? value : true;
  }
  return flags;
}

function examples({ examples: all }: Command): string {
  const lines = all.map(({ line, does }) => `  ${line}\n      ${does}`);
  return `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.join("\n")}\n`;
}

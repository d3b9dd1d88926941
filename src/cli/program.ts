// Turns the list of commands into a commander program: parsing, help with examples, and usage errors that name the
// nearest right word (C1). It neither prints errors nor ends the process; run.ts does both.

import { Command, CommanderError, Option } from "commander";
import { COMMANDS } from "./command-index.ts";
import type { CommandSpec, Flag, Flags } from "./contract/command.ts";
import { longName } from "./contract/flags.ts";
import { unknownCommand, usageError } from "./usage-error.ts";

/** What the words of a command line ask for. */
export type Invocation = {
  readonly command: CommandSpec;
  readonly flags: Flags;
  readonly arguments: readonly string[];
};

/** Null when the answer was help or the version, which has been printed. Throws UserError `usage`. */
export async function parseCommandLine(
  words: readonly string[],
  { print, version }: { readonly print: (text: string) => void; readonly version: string },
): Promise<Invocation | null> {
  let invocation: Invocation | null = null;
  const program = buildProgram({ print, version }, (found) => {
    invocation = found;
  });
  try {
    await program.parseAsync(normalize(words), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0)
      throw usageError(error, COMMAND_NAMES.find((name) => name === words[0]) ?? null);
  }
  return invocation;
}

const COMMAND_NAMES: readonly string[] = COMMANDS.map(({ name }) => name);

/** No words ask for help, `help <command>` for its help; a command that does not exist has none. */
function normalize(words: readonly string[]): string[] {
  const [first = "--help", second, ...rest] = words;
  const isHelp = first === "help";
  const name = isHelp ? second : first;
  if (name !== undefined && !name.startsWith("-") && !COMMAND_NAMES.includes(name)) {
    throw unknownCommand(name, COMMAND_NAMES);
  }
  if (isHelp) return second === undefined ? ["--help"] : [second, "--help", ...rest];
  return words.length === 0 ? [first] : [...words];
}

/** The help of one command, or of the whole, as `--help` prints it at 100 columns. */
export function helpText(name: string | null): string {
  const program = buildProgram({ print: () => {}, version: "" }, () => {});
  const command = program.commands.find((candidate) => candidate.name() === name);
  return (command ?? program).helpInformation() + (name === null ? CLOSING : examples(name));
}

const HELP_COLUMNS = 100;

const CLOSING = `
Examples:
  tasks demo                  look at a made-up repository
  tasks serve                 serve the one you are in
  tasks help serve            what serve can do

Exit codes: 0 done, 1 the thing asked about is bad, 2 usage, 3 could not. All of it: docs/cli.md
`;

type Printing = { readonly print: (text: string) => void; readonly version: string };

function buildProgram({ print, version }: Printing, onFound: (found: Invocation) => void): Command {
  const program = new Command("tasks")
    .description("Tasks are Markdown files in a git repository; this shows what is true about them.")
    .usage("<command> [options]")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => print(text.trimEnd()),
      outputError: () => {},
      getOutHelpWidth: () => HELP_COLUMNS,
      getOutHasColors: () => false,
    })
    .addHelpText("after", CLOSING.trimEnd());
  for (const spec of COMMANDS) addCommand(program, spec, onFound);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, onFound: (found: Invocation) => void): void {
  const command = program
    .command(spec.name, { hidden: spec.hidden ?? false })
    .summary(spec.summary)
    .description(spec.description)
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", examples(spec.name).trimEnd());
  for (const flag of spec.flags) command.addOption(toOption(flag));
  for (const { name, required, description, variadic } of spec.arguments ?? []) {
    const shown = variadic ? `${name}...` : name;
    command.argument(required ? `<${shown}>` : `[${shown}]`, description);
  }
  command.action(() => {
    onFound({ command: spec, flags: typedFlags(command), arguments: command.args });
  });
}

function toOption({ usage, description, choices, hidden, repeated }: Flag): Option {
  const option = new Option(usage, description);
  if (repeated)
    option.argParser((value: string, before?: string) =>
      before === undefined ? value : `${before}\n${value}`,
    );
  if (choices !== undefined) option.choices(choices);
  return option.hideHelp(hidden ?? false);
}

/** Only what was typed: defaults live in the settings, not here. Keys are the long names: `no-auth`, `refresh-wait`. */
function typedFlags(command: Command): Flags {
  const flags: Record<string, string | boolean> = {};
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== "cli") continue;
    const value: unknown = command.getOptionValue(name);
    flags[longName(option.long ?? "")] = typeof value === "string" ? value : true;
  }
  return flags;
}

function examples(name: string): string {
  const spec = COMMANDS.find((candidate) => candidate.name === name);
  if (spec === undefined) return "";
  const lines = spec.examples.map(({ line, does }) => `  ${line}\n      ${does}`);
  return `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.join("\n")}\n`;
}

// What a command is, and what it gets when it runs. Each command is one file of ../commands: its help, its flags and what
// it does are together there. ../command-index.ts lists them all.

import type { LiveSettings } from "../../config/live-settings.ts";
import type { LoadedConfig } from "../../config/load.ts";
import type { Output } from "../print/output.ts";
import type { System } from "./system.ts";

/** What every command gets. It returns when it is done, or throws a UserError; `main.ts` does the rest. */
export type CommandContext = {
  readonly system: System;
  readonly output: Output;
  /** Aborted by Ctrl-C or a request to end: clean up and return, or throw `signal.reason`. */
  readonly signal: AbortSignal;
  readonly flags: Flags;
  /** What was typed after the command, in order. */
  readonly arguments: readonly string[];
  /** The first of them (`show <task>`), or null. */
  readonly argument: string | null;
  /** "worker of fix-ci", when a worker gave a command that is recorded; null for a person. */
  readonly worker: string | null;
};

/** The context of a command that works on a repository, with its settings. */
export type RepositoryContext = CommandContext & {
  readonly root: string;
  /** The settings as they were when the command started. */
  readonly loaded: LoadedConfig;
  /** The settings in force at each moment, for what is about to start something. */
  readonly settings: LiveSettings;
};

/** Flags as typed, by their long name without dashes; absent ones are absent. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

export type Flag = {
  /** As in the help: `--port <number>`. */
  readonly usage: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** Not in the help: only the program itself uses it. */
  readonly hidden?: boolean;
  /** May be typed several times: the values are joined by line feeds, which none of them can hold. */
  readonly repeated?: boolean;
};

export type Argument = {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  /** The last one may be typed several times. */
  readonly variadic?: boolean;
};

/**
 * What happens when a worker of a run gives a command (worker-guard.ts, docs/who-acts.md). `allowed`: it shows things, or
 * decides nothing for a person. `recorded`: it is done in the name of the worker. `refused`: only a person decides that.
 */
export type InsideRun = "allowed" | "recorded" | "refused";

export type Command = {
  readonly insideRun: InsideRun | ((typed: Pick<CommandContext, "flags" | "arguments">) => InsideRun);
  readonly arguments?: readonly Argument[];
  /** The command handles signals itself: they do not mean that it should end. */
  readonly handlesSignals?: boolean;
  /** What it does, in a paragraph. The summary is in the index, which the list of commands is printed from. */
  readonly description: string;
  readonly flags: readonly Flag[];
  /** Command lines that work, each with what it is for. */
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  run(context: CommandContext): Promise<void>;
};

// What a command is: its words for the help, its flags, and the module that does it, loaded only when it is called.

import type { LiveSettings } from "../../config/live-settings.ts";
import type { LoadedConfig } from "../../config/load.ts";
import type { Output } from "../print/output.ts";
import type { System } from "./system.ts";

/** What every command gets. It returns when it is done, or throws a UserError; `run.ts` does the rest. */
export type CommandContext = {
  readonly world: System;
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

/** Flags as typed, by their long name without dashes; absent ones are absent. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

export type Flag = {
  /** As in the help: `--port <number>`. */
  readonly usage: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** Not shown: for the processes that we start ourselves. */
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
 * What becomes of a command that a worker of a run gives (worker-guard.ts, docs/who-acts.md). `allowed`: it shows things, or
 * decides nothing for a person. `recorded`: it is done, and the worker is named, not the person. `refused`: only a person
 * decides that.
 */
export type InsideRun = "allowed" | "recorded" | "refused";

export type CommandSpec = {
  readonly name: string;
  readonly insideRun: InsideRun | ((typed: Pick<CommandContext, "flags" | "arguments">) => InsideRun);
  readonly arguments?: readonly Argument[];
  /** Not listed in the help: for the processes that we start ourselves. */
  readonly hidden?: boolean;
  /** A signal asks it for something else than to end: it listens for signals itself. */
  readonly hearsSignals?: boolean;
  /** One line in the list of commands. */
  readonly summary: string;
  /** What it does, in a paragraph. */
  readonly description: string;
  readonly flags: readonly Flag[];
  /** Command lines that work, each with what it is for. */
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  readonly load: () => Promise<(context: CommandContext) => Promise<void>>;
};

/** A repository as asked for, with its settings: where nearly every command starts. */
export type RepositoryContext = CommandContext & {
  readonly root: string;
  /** The settings as they were when the command began. */
  readonly loaded: LoadedConfig;
  /** The same as they are at each moment: for what is about to start something. */
  readonly settings: LiveSettings;
};

// Where nearly every command starts: which repository, and with which settings.

import { readConfigFile } from "../config/config-file.ts";
import { type FlagValue, type LoadedConfig, loadConfig } from "../config/load.ts";
import type { CommandContext, Flags, RepositoryContext } from "./command.ts";
import { longName, SETTING_FLAGS } from "./flags.ts";

/** Finds the repository and resolves its settings. Throws UserError `repository_missing` or `config_invalid`. */
export async function openRepositoryContext(context: CommandContext): Promise<RepositoryContext> {
  const asked = context.flags["repo"];
  const root = await context.world.findRepository(typeof asked === "string" ? asked : null);
  return { ...context, root, loaded: await loadSettings(context, root) };
}

/** The settings in force for a repository. */
export async function loadSettings(context: CommandContext, root: string): Promise<LoadedConfig> {
  return loadConfig({
    fileText: await readConfigFile(root),
    environment: context.world.environment,
    flags: settingFlags(context.flags),
  });
}

function settingFlags(flags: Flags): FlagValue[] {
  return SETTING_FLAGS.flatMap(({ usage, setting }) => {
    const name = longName(usage);
    const typed = flags[name];
    return typed === undefined ? [] : [{ key: setting, flag: `--${name}`, text: String(typed) }];
  });
}

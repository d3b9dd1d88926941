// Where nearly every command starts: which repository, and with which settings.

import { type LiveSettings, openSettings } from "../../config/live-settings.ts";
import type { FlagValue } from "../../config/load.ts";
import type { CommandContext, Flags, RepositoryContext } from "../contract/command.ts";
import { longName, SETTING_FLAGS } from "../contract/flags.ts";

/** Finds the repository and resolves its settings. Throws UserError `repository_missing` or `config_invalid`. */
export async function openRepositoryContext(context: CommandContext): Promise<RepositoryContext> {
  const asked = context.flags["repo"];
  const root = await context.world.findRepository(typeof asked === "string" ? asked : null);
  const settings = await loadSettings(context, root);
  return { ...context, root, settings, loaded: settings.atStart };
}

/** The settings in force for a repository. */
export async function loadSettings(context: CommandContext, root: string): Promise<LiveSettings> {
  return await openSettings(await context.world.openSettingsFiles(root), {
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

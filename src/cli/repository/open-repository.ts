// Where nearly every command starts: which repository, and with which settings.

import { type LiveSettings, openSettings } from "../../config/live-settings.ts";
import { type FlagValue, originName } from "../../config/load.ts";
import { quote } from "../../core/text/quote.ts";
import type { CommandContext, Flags, RepositoryContext } from "../contract/command.ts";
import { textFlag } from "../contract/flag-values.ts";
import { longName, SETTING_FLAGS } from "../contract/flags.ts";
import { terminalText } from "../print/terminal-text.ts";

/** Finds the repository and resolves its settings. Throws UserError `repository_missing` or `config_invalid`. */
export async function openRepository(context: CommandContext): Promise<RepositoryContext> {
  const root = await context.system.findRepository(textFlag(context.flags, "repo"));
  const settings = await loadSettings(context, root);
  return { ...context, root, settings, loaded: settings.atStart };
}

/** The settings in force for a repository. */
export async function loadSettings(context: CommandContext, root: string): Promise<LiveSettings> {
  return await openSettings(await context.system.openSettingsFiles(root), {
    environment: context.system.environment,
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

/** What dispatch.keep_awake can do, and what it cannot. */
export function noteAwake({ output, loaded }: Pick<RepositoryContext, "output" | "loaded">): void {
  if (loaded.config.dispatch.keep_awake)
    output.note("This machine does not fall asleep idle while workers run. A closed lid is stronger.");
}

/** Names the settings of the release before that are still set, each with what replaces it and why. */
export function noteReplaced({ output, loaded }: Pick<RepositoryContext, "output" | "loaded">): void {
  for (const { setting, origin } of loaded.replaced) {
    const { key, by, because } = setting;
    const place = `${originName(origin)}: ${quote(key)}`;
    output.note(terminalText(`${place} is no longer used: ${because}. Use ${by} instead.`));
  }
}

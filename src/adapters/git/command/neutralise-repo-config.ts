// Reads the configuration that git would use in a folder, and returns the settings that keep the repository's part of it
// from running programs (S18). Read in the very folder that the command runs in: conditional includes may differ
// elsewhere.

import { type GitPlace, runGit } from "./git-command.ts";
import type { GitFailure } from "./git-failure.ts";
import { type ConfigEntry, type GitSetting, neutralSettings } from "./git-hardening.ts";

export type Neutralised =
  | { readonly kind: "neutral"; readonly settings: readonly GitSetting[] }
  | { readonly kind: "failed"; readonly failure: GitFailure };

/** Repositories have a handful; each costs a few variables in git's environment, which is bounded. */
const SETTINGS_MAX = 200;

export async function neutraliseRepoConfig(place: GitPlace): Promise<Neutralised> {
  const result = await runGit(place, ["config", "--list", "--show-scope", "-z"]);
  if (!result.ok) return failed(result.message);
  const entries = parseListing(result.stdout);
  const settings = neutralSettings(entries);
  if (settings.length > SETTINGS_MAX) return failed("it names hundreds of filters.");
  const pointsElsewhere = entries.some(({ scope, key }) => scope === "worktree" && key === "core.worktree");
  if (pointsElsewhere) return failed("core.worktree points to another folder.");
  return { kind: "neutral", settings };
}

function failed(why: string): Neutralised {
  const hint = "See what `git config --list --show-origin` says in the repository.";
  return { kind: "failed", failure: { message: `Its git configuration cannot be used: ${why}`, hint } };
}

/** Pairs of `<scope>\0<key>\n<value>\0`; a key alone means true. */
function parseListing(output: string): ConfigEntry[] {
  const fields = output.split("\0");
  return fields.flatMap((scope, index) => {
    const setting = index % 2 === 0 ? fields[index + 1] : undefined;
    if (setting === undefined) return [];
    const end = setting.indexOf("\n");
    const [key, value] = end === -1 ? [setting, "true"] : [setting.slice(0, end), setting.slice(end + 1)];
    return [{ scope, key, value }];
  });
}

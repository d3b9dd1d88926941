// Settings that keep a repository's own configuration from running programs (S18), for commands that touch files. What
// the user or the machine configured stays in force, so that Git LFS works; a filter that only the repository names does
// nothing. Asked for in the very folder that the command runs in: conditional includes may say other things elsewhere.

import type { CommandResult } from "../../../ports/system/run-command.ts";
import { type GitPlace, type GitRequest, type GitSetting, runGit } from "./git-command.ts";

export type Tamed =
  | {
      readonly kind: "tamed";
      readonly settings: readonly GitSetting[];
      /** The worktree's own configuration says that its files are somewhere else. */
      readonly leadsElsewhere: boolean;
    }
  | { readonly kind: "failed"; readonly result: CommandResult }
  | { readonly kind: "too_many" };

/** Repositories have a handful; each costs a few variables in git's environment, which is bounded. */
const TAMED_NAMES_MAX = 200;
/** Reads a few small files. */
const LISTING_TIMEOUT_MS = 10_000;

export async function tameConfiguration(place: GitPlace, signal: GitRequest["signal"]): Promise<Tamed> {
  const result = await runGit(place, ["config", "--list", "--show-scope", "-z"], {
    timeoutMs: LISTING_TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!result.ok) return { kind: "failed", result };
  const entries = parseListing(result.stdout);
  const settings = tamedSettings(entries);
  if (settings.length > TAMED_NAMES_MAX) return { kind: "too_many" };
  const leadsElsewhere = entries.some(({ scope, key }) => scope === "worktree" && key === "core.worktree");
  return { kind: "tamed", settings, leadsElsewhere };
}

type Entry = {
  readonly scope: string;
  /** Section and variable in lower case; what is between them may be anything. */
  readonly key: string;
  readonly value: string;
};

/** Pairs of `<scope>\0<key>\n<value>\0`; a key alone means true. */
function parseListing(output: string): Entry[] {
  const fields = output.split("\0");
  return fields.flatMap((scope, index) => {
    const setting = index % 2 === 0 ? fields[index + 1] : undefined;
    if (setting === undefined) return [];
    const end = setting.indexOf("\n");
    const [key, value] = end === -1 ? [setting, "true"] : [setting.slice(0, end), setting.slice(end + 1)];
    return [{ scope, key, value }];
  });
}

function tamedSettings(entries: readonly Entry[]): GitSetting[] {
  const trusted = new Map<string, string>();
  for (const { scope, key, value } of entries) if (isTrusted(scope)) trusted.set(key, value);
  const settings = new Map<string, string>();
  for (const { scope, key } of entries) {
    if (isTrusted(scope) || scope === "command") continue;
    if (FILTER.test(key)) settings.set(key, trusted.get(key) ?? (key.endsWith(".required") ? "false" : ""));
    const hook = HOOK.exec(key)?.[1];
    if (hook !== undefined) {
      settings.set(`${hook}.enabled`, "false");
      settings.set(`${hook}.event`, "");
    }
  }
  return [...settings];
}

/** Of the machine or the user, in files that no repository brings along. */
function isTrusted(scope: string): boolean {
  return scope === "system" || scope === "global";
}

const FILTER = /^filter\..+\.(?:clean|smudge|process|required)$/s;
const HOOK = /^(hook\..+)\.(?:command|event|enabled)$/s;

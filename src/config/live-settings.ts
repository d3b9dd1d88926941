// The settings of one repository while a command runs. Most are read once, at the start of the command. Settings that
// starts need are read again before each start, so that a new worker and changed trust count at once.

import { UserError } from "../core/contract/user-error.ts";
import type { SettingsFiles, SettingsText } from "../ports/tree/settings-files.ts";
import { type ConfigInput, type LoadedConfig, loadConfig, resolveConfig } from "./load.ts";

type Texts = { readonly repository: SettingsText; readonly own: SettingsText };

export type LiveSettings = {
  readonly atStart: LoadedConfig;
  /** As they are now. The same object while no file has changed; costs a stat of three files. */
  now(): LoadedConfig;
};

/** Throws UserError `config_invalid` that lists everything wrong, with file and line. */
export async function openSettings(
  files: SettingsFiles,
  given: Pick<ConfigInput, "environment" | "flags">,
): Promise<LiveSettings> {
  let stamp = files.stamp();
  /** The last ones that resolved: a file that is broken now changes nothing. */
  let texts = readTexts(files);
  const atStart = await loadConfig(inputOf(texts));
  let loaded = atStart;

  function inputOf({ repository, own }: Texts): ConfigInput {
    return { ...given, fileText: repository.text, own, trust: files.readTrust() };
  }

  /** With current trust, even if another file is broken. */
  function resolve(read: Texts): LoadedConfig | null {
    const resolved = resolveConfig(inputOf(read));
    return resolved.kind === "resolved" ? resolved.loaded : null;
  }

  /** Null for files that are broken now: the next command and the supervisor of a start report it. */
  function readAgain(): LoadedConfig | null {
    try {
      const read = readTexts(files);
      const resolved = resolve(read);
      if (resolved !== null) texts = read;
      return resolved;
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  }

  return {
    atStart,
    now() {
      const stampNow = files.stamp();
      if (stampNow === stamp) return loaded;
      stamp = stampNow;
      loaded = readAgain() ?? resolve(texts) ?? loaded;
      return loaded;
    },
  };
}

function readTexts(files: SettingsFiles): Texts {
  return { repository: files.readRepository(), own: files.readOwn() };
}

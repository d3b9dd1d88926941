// The settings of one repository while a command runs. Most are read once, at the start of the command. Settings that
// starts need are read again before each start, so that a new worker and changed trust count at once.

import { UserError } from "../core/contract/user-error.ts";
import type { SettingsFiles, SettingsText } from "../ports/tree/settings-files.ts";
import { type ConfigInput, type LoadedConfig, loadConfig, resolveConfig } from "./load.ts";

type Given = Pick<ConfigInput, "environment" | "flags">;
type Texts = { readonly repository: SettingsText; readonly own: SettingsText };

/** Throws UserError `config_invalid` that lists everything wrong, with file and line. */
export async function openSettings(files: SettingsFiles, given: Given): Promise<LiveSettings> {
  const stamp = files.stamp();
  const texts = readTexts(files);
  const loaded = await loadConfig(inputOf(texts, files, given));
  return new LiveSettings({ files, given, stamp, texts, loaded });
}

export class LiveSettings {
  readonly atStart: LoadedConfig;
  readonly #files: SettingsFiles;
  readonly #given: Given;
  #stamp: string;
  /** The last ones that resolved: a file that is broken now changes nothing. */
  #texts: Texts;
  #loaded: LoadedConfig;

  constructor(opened: {
    readonly files: SettingsFiles;
    readonly given: Given;
    readonly stamp: string;
    readonly texts: Texts;
    readonly loaded: LoadedConfig;
  }) {
    this.#files = opened.files;
    this.#given = opened.given;
    this.#stamp = opened.stamp;
    this.#texts = opened.texts;
    this.#loaded = opened.loaded;
    this.atStart = opened.loaded;
  }

  /** As they are now. The same object while no file has changed; costs a stat of three files. */
  now(): LoadedConfig {
    const stamp = this.#files.stamp();
    if (stamp === this.#stamp) return this.#loaded;
    this.#stamp = stamp;
    this.#loaded = this.#readAgain() ?? this.#resolve(this.#texts) ?? this.#loaded;
    return this.#loaded;
  }

  /** Null for files that are broken now: the next command and the supervisor of a start report it. */
  #readAgain(): LoadedConfig | null {
    try {
      const texts = readTexts(this.#files);
      const loaded = this.#resolve(texts);
      if (loaded !== null) this.#texts = texts;
      return loaded;
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  }

  /** With current trust, even if another file is broken. */
  #resolve(texts: Texts): LoadedConfig | null {
    const resolved = resolveConfig(inputOf(texts, this.#files, this.#given));
    return resolved.kind === "resolved" ? resolved.loaded : null;
  }
}

function readTexts(files: SettingsFiles): Texts {
  return { repository: files.readRepository(), own: files.readOwn() };
}

function inputOf({ repository, own }: Texts, files: SettingsFiles, given: Given): ConfigInput {
  return { ...given, fileText: repository.text, own, trust: files.readTrust() };
}
